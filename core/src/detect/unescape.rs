//! The second view of a body: JSON string escapes, HTML entities and percent-encoding undone, tags turned into separators.
//!
//! Both at once and wherever they occur: an error page may carry JSON and a JSON string may carry HTML. What is lost by it
//! (`C:\new` in plain text) is still there in the raw view. Bounded: an unfinished escape or tag waits in a few bytes.

use super::view::Buffer;

#[derive(Debug)]
pub(crate) struct Unescape {
    state: State,
    /// What was read of an unfinished escape, entity or tag name, to be put back when it turns out to be none.
    held: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After a backslash.
    Escape,
    /// After `\u`.
    Unicode,
    /// After `&`.
    Entity,
    /// After `%`.
    Percent,
    /// After `<`, in the name.
    Tag,
    /// Behind the name of an inline tag, this many bytes.
    Inside(u16),
}

/// The longest entity that is undone: `&#x000027;`.
const MAX_ENTITY: usize = 10;
/// The longest name of a tag, with `<`, `\` and `/`: `<\/blockquote`.
const MAX_NAME: usize = 14;
/// Behind so many bytes without `>` an inline tag was none: its text counts again.
const MAX_TAG: u16 = 512;

impl Unescape {
    pub(crate) fn new() -> Self {
        Unescape { state: State::Text, held: Vec::new() }
    }

    /// Whether the second view of `bytes` may differ from them.
    pub(crate) fn changes(bytes: &[u8]) -> bool {
        first_special(bytes).is_some()
    }

    /// Appends the second view of `bytes` to `out`; `offset` is where they start in the body.
    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, out: &mut Buffer) {
        let mut rest = bytes;
        let mut offset = offset;
        loop {
            let skipped = match self.state {
                State::Text => {
                    let len = first_special(rest).unwrap_or(rest.len());
                    out.extend(rest.get(..len).unwrap_or_default());
                    len
                }
                State::Inside(seen) => {
                    // The attributes of an inline tag vanish.
                    let inside = rest.get(..usize::from(MAX_TAG.saturating_sub(seen))).unwrap_or(rest);
                    let len = memchr::memchr(b'>', inside).unwrap_or(inside.len());
                    self.state = State::Inside(seen.saturating_add(len as u16));
                    len
                }
                _ => 0,
            };
            let Some((&byte, tail)) = rest.get(skipped..).and_then(<[u8]>::split_first) else { return };
            rest = tail;
            offset = offset.saturating_add(skipped as u64).saturating_add(1);
            if byte == b'<'
                && self.state == State::Text
                && let Some((kind, end, len)) = whole_tag(rest)
            {
                // As below byte by byte, for tags that are neither cut off nor odd.
                self.replace_tag(kind, end, out);
                rest = rest.get(len..).unwrap_or_default();
                offset = offset.saturating_add(len as u64);
            } else {
                self.step(byte, out);
            }
            // The view and the body may have moved against each other. While something is held they have not yet.
            if self.state == State::Text {
                out.mark(offset);
            }
        }
    }

    /// The body ended: what waited comes out as it is.
    pub(crate) fn end(&mut self, out: &mut Buffer) {
        self.put_back(out);
    }

    fn step(&mut self, byte: u8, out: &mut Buffer) {
        match self.state {
            State::Text => self.text(byte, out),
            State::Escape => {
                let plain = match byte {
                    // JSON in JSON doubles them, at each level: all levels are undone at once.
                    b'\\' => return,
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' | b'b' | b'f' => b' ',
                    b'"' | b'/' => byte,
                    b'u' => {
                        self.held.push(byte);
                        self.state = State::Unicode;
                        return;
                    }
                    _ => {
                        self.put_back(out);
                        self.text(byte, out);
                        return;
                    }
                };
                self.replace(plain, out);
            }
            State::Unicode => {
                if !byte.is_ascii_hexdigit() {
                    self.put_back(out);
                    self.text(byte, out);
                    return;
                }
                self.held.push(byte);
                if let Some(digits) = self.held.strip_prefix(b"\\u").filter(|digits| digits.len() == 4) {
                    let plain = narrow(number(digits, 16));
                    self.replace(plain, out);
                }
            }
            State::Entity => match byte {
                b';' => match entity(&self.held) {
                    Some(plain) => self.replace(plain, out),
                    None => {
                        self.held.push(byte);
                        self.put_back(out);
                    }
                },
                b'#' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' if self.held.len() < MAX_ENTITY => self.held.push(byte),
                _ => {
                    self.put_back(out);
                    self.text(byte, out);
                }
            },
            State::Percent => {
                if !byte.is_ascii_hexdigit() {
                    self.put_back(out);
                    self.text(byte, out);
                    return;
                }
                self.held.push(byte);
                if let Some(digits) = self.held.strip_prefix(b"%").filter(|digits| digits.len() == 2) {
                    match number(digits, 16) {
                        // What is no text may be part of a character, or of none.
                        code @ (0x09 | 0x0a | 0x20..=0x7e) => self.replace(narrow(code), out),
                        _ => self.put_back(out),
                    }
                }
            }
            State::Tag => self.tag(byte, out),
            State::Inside(_) => {
                self.state = State::Text;
                if byte != b'>' {
                    self.text(byte, out);
                }
            }
        }
    }

    fn text(&mut self, byte: u8, out: &mut Buffer) {
        self.state = match byte {
            b'\\' => State::Escape,
            b'&' => State::Entity,
            b'<' => State::Tag,
            b'%' => State::Percent,
            _ => {
                out.push(byte);
                return;
            }
        };
        self.held.push(byte);
    }

    /// Behind `<`: inline tags vanish, cells become tabs, other known tags a line break with their attributes as text behind it.
    fn tag(&mut self, byte: u8, out: &mut Buffer) {
        // Nothing but `<`, `</` or `<\/` so far.
        let first = matches!(self.held.last(), Some(b'<' | b'\\' | b'/'));
        let named = byte.is_ascii_alphanumeric() && !(first && byte.is_ascii_digit());
        let opening = first && matches!(byte, b'/' | b'\\' | b'!' | b'?');
        if (named || opening) && self.held.len() < MAX_NAME {
            self.held.push(byte);
            return;
        }
        if first {
            // No tag: `a < b`, `<3`.
            self.put_back(out);
            self.text(byte, out);
            return;
        }
        // Longer than any known name; a declaration may be.
        let name = tag_name(&self.held);
        let kind = if named && !name.starts_with(b"!") { None } else { kind(name) };
        if let Some(kind) = kind.filter(|kind| kind.ends_with(byte)) {
            self.replace_tag(kind, byte, out);
        } else {
            // `<module>`, `<init>` and `<anonymous>` are no tags but names in traces.
            self.put_back(out);
            self.text(byte, out);
        }
    }

    /// A tag, up to the byte behind its name.
    fn replace_tag(&mut self, kind: Kind, end: u8, out: &mut Buffer) {
        self.held.clear();
        self.state = if kind == Kind::Inline && end != b'>' { State::Inside(0) } else { State::Text };
        match kind {
            Kind::Inline => return,
            Kind::Cell => out.push(b'\t'),
            Kind::Block => out.push(b'\n'),
        }
        if end != b'>' {
            self.text(end, out);
        }
    }

    fn replace(&mut self, plain: u8, out: &mut Buffer) {
        self.held.clear();
        self.state = State::Text;
        out.push(plain);
    }

    fn put_back(&mut self, out: &mut Buffer) {
        out.extend(&self.held);
        self.held.clear();
        self.state = State::Text;
    }
}

/// Where the first byte is that may begin something to undo.
fn first_special(bytes: &[u8]) -> Option<usize> {
    // Where tags are dense the next one is near, and a search takes longer to start up than some bytes to look at.
    let (near, far) = bytes.split_at_checked(NEAR).unwrap_or((bytes, &[]));
    if let Some(place) = near.iter().position(|byte| matches!(byte, b'\\' | b'&' | b'<' | b'%')) {
        return Some(place);
    }
    let other = memchr::memchr3(b'\\', b'&', b'<', far);
    let before = far.get(..other.unwrap_or(far.len())).unwrap_or_default();
    let place = memchr::memchr(b'%', before).or(other)?;
    Some(near.len().saturating_add(place))
}

/// So many bytes are looked at one by one.
const NEAR: usize = 16;

/// The name of a tag without `<`, `</` or `<\/`.
fn tag_name(held: &[u8]) -> &[u8] {
    let start = held.iter().take_while(|byte| matches!(byte, b'<' | b'\\' | b'/')).count();
    held.get(start..).unwrap_or_default()
}

/// The character that an entity (without `;`) stands for, as far as traces need it.
fn entity(held: &[u8]) -> Option<u8> {
    let name = held.strip_prefix(b"&")?;
    if let Some(digits) = name.strip_prefix(b"#x").or_else(|| name.strip_prefix(b"#X")) {
        return (!digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)).then(|| narrow(number(digits, 16)));
    }
    if let Some(digits) = name.strip_prefix(b"#") {
        return (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then(|| narrow(number(digits, 10)));
    }
    Some(match name {
        b"quot" => b'"',
        b"lt" => b'<',
        b"gt" => b'>',
        b"amp" => b'&',
        b"apos" => b'\'',
        b"nbsp" => b' ',
        b"sol" => b'/',
        b"bsol" => b'\\',
        b"colon" => b':',
        b"lpar" => b'(',
        b"rpar" => b')',
        b"period" => b'.',
        b"lowbar" => b'_',
        _ => return None,
    })
}

fn number(digits: &[u8], radix: u32) -> u32 {
    digits.iter().filter_map(|&byte| char::from(byte).to_digit(radix)).fold(0, |sum, digit| sum.saturating_mul(radix).saturating_add(digit))
}

/// One byte for one character: detectors look for ASCII only.
fn narrow(code: u32) -> u8 {
    match code {
        0xa0 => b' ',
        0x0d => b' ',
        code => u8::try_from(code).ok().filter(u8::is_ascii).unwrap_or(b'?'),
    }
}

/// What a tag does to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It does not separate words.
    Inline,
    /// It stands between a name and its value.
    Cell,
    /// It begins or ends a line of its own.
    Block,
}

impl Kind {
    /// Whether a tag of this kind may have this byte behind its name.
    fn ends_with(self, byte: u8) -> bool {
        self != Kind::Inline || matches!(byte, b'>' | b' ' | b'\t' | b'\n' | b'\r' | b'/')
    }
}

/// What stands behind `<`, if it is a tag: its kind, the byte behind its name, and how many bytes these are.
fn whole_tag(text: &[u8]) -> Option<(Kind, u8, usize)> {
    let slash = usize::from(text.first() == Some(&b'/'));
    // With its `<`, a name fits in what may be held.
    let text = text.get(..MAX_NAME).unwrap_or(text);
    let end = text.iter().skip(slash).position(|byte| !byte.is_ascii_alphanumeric())?.saturating_add(slash);
    let (name, &byte) = (text.get(slash..end)?, text.get(end)?);
    let kind = kind(name).filter(|kind| kind.ends_with(byte))?;
    Some((kind, byte, end.saturating_add(1)))
}

fn kind(name: &[u8]) -> Option<Kind> {
    if name.starts_with(b"!") {
        return Some(Kind::Block);
    }
    let mut place = place(name.first()?, name.last()?, name.len());
    loop {
        let (known, kind) = TAGS.get(usize::from(*PLACES.get(place)?).checked_sub(1)?)?;
        if name.eq_ignore_ascii_case(known.as_bytes()) {
            return Some(*kind);
        }
        place = place.wrapping_add(1) & 0xff;
    }
}

/// Where in [`PLACES`] a name is looked for first. Of many factors that were tried, these put the most tags in places of their own.
const fn place(first: &u8, last: &u8, len: usize) -> usize {
    ((*first | 0x20) as usize)
        .wrapping_mul(150)
        .wrapping_add(((*last | 0x20) as usize).wrapping_mul(11))
        .wrapping_add(len.wrapping_mul(180))
        % 256
}

/// For each place 1 and the index of a tag, or 0. A tag whose place is taken has the next one that is free.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
static PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut index = 0;
    while index < TAGS.len() {
        let name = TAGS[index].0.as_bytes();
        let mut place = place(&name[0], &name[name.len() - 1], name.len());
        while places[place] != 0 {
            place = (place + 1) % 256;
        }
        index += 1;
        places[place] = index as u8;
    }
    places
};

#[rustfmt::skip]
const TAGS: &[(&str, Kind)] = &[
    ("a", Kind::Inline), ("abbr", Kind::Inline), ("b", Kind::Inline), ("bdi", Kind::Inline), ("big", Kind::Inline),
    ("cite", Kind::Inline), ("code", Kind::Inline), ("del", Kind::Inline), ("dfn", Kind::Inline), ("em", Kind::Inline),
    ("font", Kind::Inline), ("i", Kind::Inline), ("ins", Kind::Inline), ("kbd", Kind::Inline), ("label", Kind::Inline),
    ("mark", Kind::Inline), ("q", Kind::Inline), ("s", Kind::Inline), ("samp", Kind::Inline), ("small", Kind::Inline),
    ("span", Kind::Inline), ("strong", Kind::Inline), ("sub", Kind::Inline), ("sup", Kind::Inline), ("tt", Kind::Inline),
    ("u", Kind::Inline), ("var", Kind::Inline), ("wbr", Kind::Inline),
    ("td", Kind::Cell), ("th", Kind::Cell), ("dt", Kind::Cell), ("dd", Kind::Cell),
    ("html", Kind::Block), ("head", Kind::Block), ("title", Kind::Block), ("meta", Kind::Block), ("link", Kind::Block),
    ("body", Kind::Block), ("div", Kind::Block), ("p", Kind::Block), ("br", Kind::Block), ("hr", Kind::Block), ("pre", Kind::Block),
    ("ul", Kind::Block), ("ol", Kind::Block), ("li", Kind::Block), ("dl", Kind::Block), ("table", Kind::Block), ("thead", Kind::Block),
    ("tbody", Kind::Block), ("tfoot", Kind::Block), ("tr", Kind::Block), ("caption", Kind::Block), ("h1", Kind::Block),
    ("h2", Kind::Block), ("h3", Kind::Block), ("h4", Kind::Block), ("h5", Kind::Block), ("h6", Kind::Block), ("section", Kind::Block),
    ("article", Kind::Block), ("header", Kind::Block), ("footer", Kind::Block), ("nav", Kind::Block), ("main", Kind::Block),
    ("aside", Kind::Block), ("form", Kind::Block), ("fieldset", Kind::Block), ("legend", Kind::Block), ("input", Kind::Block),
    ("button", Kind::Block), ("select", Kind::Block), ("option", Kind::Block), ("textarea", Kind::Block), ("script", Kind::Block),
    ("style", Kind::Block), ("noscript", Kind::Block), ("template", Kind::Block), ("details", Kind::Block), ("summary", Kind::Block),
    ("figure", Kind::Block), ("figcaption", Kind::Block), ("blockquote", Kind::Block), ("center", Kind::Block), ("address", Kind::Block),
    ("iframe", Kind::Block), ("img", Kind::Block), ("svg", Kind::Block), ("path", Kind::Block), ("g", Kind::Block), ("text", Kind::Block),
    ("exception", Kind::Block), ("message", Kind::Block), ("error", Kind::Block), ("detail", Kind::Block),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::detect::view::View;

    fn plain(body: &str, chunk: usize) -> String {
        let (mut view, mut unescape) = (View::new(), Unescape::new());
        let mut offset = 0;
        for piece in body.as_bytes().chunks(chunk) {
            unescape.push(piece, offset, view.buffer());
            offset += piece.len() as u64;
        }
        unescape.end(view.buffer());
        String::from_utf8(view.buffer().bytes().to_vec()).unwrap()
    }

    #[test]
    fn undoes_escapes_entities_and_tags() {
        let rows = [
            ("json escapes", r#"{"a":"x\n\ty \"z\" \\ \/ \u0041\u003c"}"#, "{\"a\":\"x\n\ty \"z\" \\ / A<\"}"),
            ("unknown escapes stay", r"C:\App\Http", r"C:\App\Http"),
            ("entities", "&quot;a&quot; &lt;b&gt; &amp;amp; &#39;c&#x27; d&nbsp;e &unknown; & f", "\"a\" <b> &amp; 'c' d e &unknown; & f"),
            ("inline tags vanish", "on line <b>12</b> of <span class=\"x y\">a.py</span>", "on line 12 of a.py"),
            ("block tags separate", "one<br>two<br/>three</p>four", "one\ntwo\n/>three\nfour"),
            ("escaped closing tag", r"<b>Notice<\/b>: x", "Notice: x"),
            ("cells become tabs", "<td>DB_HOST</td><td>db</td>", "\tDB_HOST\t\tdb\t"),
            ("no tags", "a < b <3 <= c", "a < b <3 <= c"),
            ("names in traces", "in <module> at new <anonymous> List.<init>", "in <module> at new <anonymous> List.<init>"),
            ("cut off", "a &am", "a &am"),
            ("percent-encoding", "%2Fsrv%2fapp%0aa%20b 100% of %C3%A9 %zz %4", "/srv/app\na b 100% of %C3%A9 %zz %4"),
            ("json in json", r#"\"a\\n\\\\\\\"b"#, "\"a\n\"b"),
            ("doubled backslashes", r"App\\Http", r"App\Http"),
        ];
        for (name, body, want) in rows {
            for chunk in 1..=body.len() {
                assert_eq!(plain(body, chunk), want, "{name} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn an_endless_inline_tag_does_not_hide_text() {
        let body = format!("<a {}/usr/lib/python3.11/x.py", " ".repeat(600));
        assert!(plain(&body, 7).contains("/usr/lib/python3.11"));
    }
}
