//! Where in the output a tag of a template stands, for the places at which escaping makes nothing safe: a script, a tag outside quotes,
//! an address that a value could begin.
//!
//! A small HTML tokenizer reads the template's literal texts as a browser would. A tag may stand only where the state is certain whatever
//! the values are, and every branch of a block must end in the state in which it began.

use super::escaping::Escape;
use super::{Kind, find_name};

/// What is known at the end of the literal texts so far. They are all in one buffer, which the methods take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    format: Escape,
    state: State,
    /// Where the current name, comment or run begins. A run is what stands behind the last tag of the template.
    start: usize,
    /// Whether the tag is an end tag.
    ends: bool,
    /// The element of the last start tag, if it holds raw text: an index into [`RAW`].
    raw: Option<usize>,
    attribute: Attribute,
    address: Address,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Text of an element; in JSON: outside a string.
    Content,
    TagOpen,
    EndTagOpen,
    /// Behind `<!`.
    Declaration,
    /// Until the next `>`: `<!DOCTYPE`, `<?`, `</ `.
    Bogus,
    Comment,
    TagName,
    BeforeAttribute,
    AttributeName,
    AfterName,
    BeforeValue,
    Unquoted,
    /// An attribute's value, or a JSON string, by its quote.
    Quoted(u8),
    /// Behind a backslash of a JSON string.
    Backslash,
    /// Within an element of [`RAW`].
    Raw,
    /// Behind `<!--` in a script, where `</script>` may not end it.
    Hidden,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Plain,
    Address,
    /// Several, of which each could begin with a value.
    Addresses,
    Handler,
    Style,
    Document,
    Content,
}

/// What is known of an address, as far as it is written: the more, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Address {
    /// The beginning is not certain.
    Open,
    /// Perhaps a URL stands there and nothing else, perhaps nothing.
    Url,
    /// Perhaps nothing stands there yet.
    Start,
    /// The scheme and the host are certain.
    Safe,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hole {
    Value(Kind),
    Loop,
    Block,
}

impl Context {
    pub(super) fn new(format: Escape) -> Self {
        let (attribute, address) = (Attribute::Plain, Address::Start);
        Context { format, state: State::Content, start: 0, ends: false, raw: None, attribute, address }
    }

    /// Reads the buffer from a place on.
    pub(super) fn read(&mut self, text: &str, from: usize) {
        let bytes = text.as_bytes();
        for (offset, &byte) in bytes.iter().enumerate().skip(from) {
            match self.format {
                // XML may be XHTML or SVG, which a browser shows with their scripts.
                Escape::Html | Escape::Xml => self.read_html(byte, offset, bytes.get(..offset).unwrap_or_default()),
                Escape::Json => {
                    self.state = match (self.state, byte) {
                        (State::Content, b'"') | (State::Backslash, _) => State::Quoted(b'"'),
                        (State::Quoted(_), b'"') => State::Content,
                        (State::Quoted(_), b'\\') => State::Backslash,
                        (state, _) => state,
                    }
                }
                Escape::Text => return,
            }
        }
    }

    /// Whether a tag of the template may stand here; what follows it is a new run.
    pub(super) fn enter(&mut self, hole: Hole, text: &str) -> Result<(), &'static str> {
        if self.format == Escape::Json {
            return self.enter_json(hole);
        }
        let run = text.get(self.start..).unwrap_or_default();
        match self.state {
            State::Content => {}
            State::Raw if self.raw.is_some_and(|raw| raw < ESCAPABLE) => {
                // It could be the beginning of the end tag, if the value is empty.
                if run.contains('<') {
                    return Err("stands behind `<` within a `<title>` or `<textarea>`: write `&lt;` for the sign");
                }
            }
            // A checked colour is nothing else, wherever it stands in a style.
            State::Raw if self.raw == Some(STYLE) && hole == Hole::Value(Kind::Color) => {}
            State::Raw | State::Hidden => {
                return Err(
                    "stands within a script, a style or another raw element, where escaping makes nothing safe: put the value into an \
                            attribute (`data-…`) or an element outside, or `{% raw %}` around what is meant as text",
                );
            }
            State::Comment | State::Declaration | State::Bogus => {
                return Err("stands within a comment or declaration of HTML: use `{# … #}` to switch a part of the template off");
            }
            State::Quoted(_) => self.enter_attribute(hole, run)?,
            _ => return Err("stands within a tag: only the quoted value of an attribute (`title=\"{{ … }}\"`) may hold one"),
        }
        self.start = text.len();
        Ok(())
    }

    fn enter_json(&self, hole: Hole) -> Result<(), &'static str> {
        match (self.state, hole) {
            (State::Backslash, _) => Err("stands behind a backslash, which would change what it writes: write `\\\\` for the sign"),
            (State::Content, Hole::Value(Kind::Text | Kind::Url | Kind::Color)) => {
                Err("stands outside a JSON string: put it in double quotes")
            }
            _ => Ok(()),
        }
    }

    fn enter_attribute(&mut self, hole: Hole, run: &str) -> Result<(), &'static str> {
        match (self.attribute, hole) {
            (Attribute::Handler, _) => {
                return Err(
                    "stands in an event handler, where escaping makes nothing safe: put the value into `data-…` and read it in a script",
                );
            }
            (Attribute::Style, Hole::Value(Kind::Color)) => {}
            (Attribute::Style, _) => {
                return Err("stands in `style=`, where escaping makes nothing safe: choose between classes (`class=`)");
            }
            (Attribute::Document, _) => {
                return Err("stands in `srcdoc=`, where the value would be read as HTML: put it into an element instead");
            }
            (Attribute::Content, Hole::Value(Kind::Text | Kind::Url)) => {
                return Err("could be an address in `content=`, beside `http-equiv=`: write what is fixed there, or use a number");
            }
            (Attribute::Addresses, _) => {
                return Err("is in a list of addresses, where a value could begin one: write what is fixed there");
            }
            (Attribute::Address, hole) => {
                if !run.is_empty() {
                    self.address = match self.address {
                        Address::Start if is_certain(run) => Address::Safe,
                        // The URL may be `/`, or end with its host.
                        Address::Url if run.starts_with(['/', '?', '#']) && is_certain(run) && is_certain(&format!("/{run}")) => {
                            Address::Safe
                        }
                        Address::Safe => Address::Safe,
                        _ => Address::Open,
                    };
                }
                match (hole, self.address) {
                    (Hole::Block, _) | (Hole::Value(_), Address::Safe) => {}
                    (Hole::Value(Kind::Url), Address::Start) => self.address = Address::Url,
                    (Hole::Value(Kind::Url), Address::Url) => self.address = Address::Open,
                    (Hole::Value(_), Address::Start | Address::Url) => {
                        return Err(
                            "begins an address and is no URL, so it could be `javascript:`: use a variable that is a URL, or begin \
                                    with what is fixed (`https://host/`, `/path`, `?`, `#`)",
                        );
                    }
                    (Hole::Value(_), Address::Open) => {
                        return Err(
                            "is in an address whose beginning is not certain: begin with `https://host/`, `/path`, `mailto:`, `?` or `#`",
                        );
                    }
                    (Hole::Loop, _) => return Err("is in an address, which cannot be a list: put the loop around the element"),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a URL that was just entered begins an address, so that its `default` must be one too.
    pub(super) fn begins_address(&self) -> bool {
        matches!(self.state, State::Quoted(_)) && self.attribute == Attribute::Address && self.address <= Address::Url
    }

    /// The same place, with a new run from the end of the buffer on.
    pub(super) fn again(self, text: &str) -> Self {
        Context { start: text.len(), ..self }
    }

    /// What is certain where two branches meet; nothing, if one of them leaves a tag, quote or element open.
    pub(super) fn meet(self, other: Self) -> Option<Self> {
        let place = |context: Self| (context.state, context.attribute, context.raw);
        let same = match self.state {
            State::Quoted(_) => place(self) == place(other),
            state => state == other.state && (state == State::Content || self.raw == other.raw),
        };
        let address = self.address.min(other.address);
        same.then_some(Context { address, ..other })
    }

    fn read_html(&mut self, byte: u8, offset: usize, before: &[u8]) {
        use State::*;
        let next = offset.saturating_add(1);
        let is_space = matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
        let since = |start: usize| before.get(start..).unwrap_or_default();
        let state = match (self.state, byte) {
            (Content | TagOpen, b'<') => {
                self.start = offset;
                TagOpen
            }
            (TagOpen, b'/') => EndTagOpen,
            (TagOpen, b'!') => Declaration,
            (TagOpen, b'?') => Bogus,
            (TagOpen | EndTagOpen, b'a'..=b'z' | b'A'..=b'Z') => {
                self.ends = self.state == EndTagOpen;
                self.start = offset;
                TagName
            }
            (TagOpen, _) | (EndTagOpen | Declaration | Bogus, b'>') => Content,
            (EndTagOpen, _) => Bogus,
            (Declaration, b'-') if since(self.start) == b"<!-" => {
                self.start = next;
                Comment
            }
            (Comment, b'>') if before.ends_with(b"--") || since(self.start).ends_with(b"--!") => Content,
            (TagName, _) if is_space || matches!(byte, b'/' | b'>') => {
                let name = since(self.start);
                // In XML the same element may have a prefix.
                let local = name.iter().rposition(|&byte| byte == b':').and_then(|colon| name.get(colon.saturating_add(1)..));
                self.raw = if self.ends { None } else { find_name(local.unwrap_or(name), RAW) };
                if byte == b'>' { self.behind_tag(next) } else { BeforeAttribute }
            }
            (BeforeAttribute | AttributeName | AfterName | BeforeValue | Unquoted, b'>') => self.behind_tag(next),
            (AttributeName, _) if is_space || matches!(byte, b'=' | b'/') => {
                self.attribute = attribute(since(self.start));
                match byte {
                    b'=' => BeforeValue,
                    b'/' => BeforeAttribute,
                    _ => AfterName,
                }
            }
            (AfterName, b'=') => BeforeValue,
            (BeforeAttribute | AfterName, b'/') => BeforeAttribute,
            (BeforeAttribute | AfterName, _) if !is_space => {
                self.start = offset;
                AttributeName
            }
            (BeforeValue, b'"' | b'\'') => {
                (self.start, self.address) = (next, Address::Start);
                Quoted(byte)
            }
            (BeforeValue, _) if !is_space => Unquoted,
            (Unquoted, _) if is_space => BeforeAttribute,
            (Quoted(quote), _) if byte == quote => BeforeAttribute,
            (Raw, b'-') if self.raw == Some(SCRIPT) && before.ends_with(b"<!-") => Hidden,
            (Hidden, b'>') if before.ends_with(b"--") => Raw,
            (Raw, _) if (is_space || matches!(byte, b'/' | b'>')) && self.is_end_tag(since(self.start)) => {
                (self.raw, self.ends) = (None, true);
                if byte == b'>' { Content } else { BeforeAttribute }
            }
            (state, _) => state,
        };
        self.state = state;
    }

    fn behind_tag(&mut self, next: usize) -> State {
        self.start = next;
        if self.raw.is_some() { State::Raw } else { State::Content }
    }

    /// Whether a raw text ends with the beginning of its end tag. In SVG the content of `<title>` is markup, so behind another `<` nothing
    /// is certain any more.
    fn is_end_tag(&self, run: &[u8]) -> bool {
        let name = self.raw.and_then(|raw| RAW.get(raw)).copied().unwrap_or_default();
        let split = run.len().checked_sub(name.len()).and_then(|at| run.split_at_checked(at));
        split.is_some_and(|(before, end)| {
            let text = before.strip_suffix(b"</").filter(|_| end.eq_ignore_ascii_case(name.as_bytes()));
            text.is_some_and(|text| self.raw >= Some(ESCAPABLE) || !text.contains(&b'<'))
        })
    }
}

/// Elements whose content is no markup: first those in which a browser undoes escapes.
const RAW: &[&str] = &["title", "textarea", "script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"];
const ESCAPABLE: usize = 2;
const SCRIPT: usize = 2;
const STYLE: usize = 3;

/// Attributes that are an address, or become one in SVG. (`data-src` and the like are often made one by a script.)
const ADDRESSES: &[&str] = &["data", "cite", "poster", "background", "longdesc", "manifest", "to", "from", "by"];
const ADDRESS_ENDS: [&[u8]; 3] = [b"href", b"src", b"action"];

fn attribute(name: &[u8]) -> Attribute {
    let starts = |start: &[u8]| name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let ends =
        |end: &[u8]| name.len().checked_sub(end.len()).and_then(|at| name.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end));
    match find_name(name, &["style", "srcdoc", "content", "srcset", "imagesrcset", "ping", "values"]) {
        Some(0) => Attribute::Style,
        Some(1) => Attribute::Document,
        Some(2) => Attribute::Content,
        Some(_) => Attribute::Addresses,
        None if starts(b"on") => Attribute::Handler,
        None if find_name(name, ADDRESSES).is_some() || ADDRESS_ENDS.into_iter().any(ends) => Attribute::Address,
        None => Attribute::Plain,
    }
}

/// Whether an address that begins so has a harmless scheme and its whole host, whatever follows.
fn is_certain(start: &str) -> bool {
    let scheme = |name: &str| start.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name)).and(start.get(name.len()..));
    if scheme("mailto:").is_some() || start.starts_with(['?', '#']) {
        return true;
    }
    let rest = scheme("https:").or_else(|| scheme("http:"));
    match rest.unwrap_or(start).strip_prefix("//") {
        Some(host) => host.find(['/', '?', '#']).is_some_and(|end| end > 0),
        // `/{{ path }}` could become `//host`.
        None => {
            rest.is_none()
                && start
                    .strip_prefix('/')
                    .is_some_and(|path| path.starts_with(|c: char| c.is_ascii_alphanumeric() || "-._~%?#".contains(c)))
        }
    }
}
