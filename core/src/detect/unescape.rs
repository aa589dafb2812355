//! The second view of a body: JSON string escapes, HTML entities and percent-encoding undone, tags turned into separators, colours of terminals
//! left out.
//!
//! Both at once and wherever they occur: an error page may carry JSON and a JSON string may carry HTML. What is lost by it
//! (`C:\new` in plain text) is still there in the raw view. Bounded: an unfinished escape or tag waits in a few bytes.

use super::view::Buffer;

#[derive(Debug)]
pub(crate) struct Unescape {
    state: State,
    /// What was read of an unfinished escape, entity or tag name, to be put back when it turns out to be none.
    held: Vec<u8>,
    /// A backslash stands before what is held: a quote behind it was escaped twice, in JSON and then in HTML or percent-encoding.
    slash: bool,
    /// Behind a cell's tag: in HTML, a line break there is only the layout of its source, and vanishes.
    gap: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After a backslash.
    Escape,
    /// After an encoded backslash (`&#92;`, `%5C`). Only another encoded byte makes an escape of it: `C:%5Cnew` is a path.
    Slash,
    /// After `\u` or `\x`.
    Number,
    /// After `&`.
    Entity,
    /// After `%`.
    Percent,
    /// After the control character that colours on a terminal begin with.
    Colour,
    /// After `<`, in the name.
    Tag,
    /// Behind the name of an inline tag, whose attributes vanish, this many bytes.
    Inside(u16),
}

/// The longest entity that is undone: `&#x000027;`.
const MAX_ENTITY: usize = 10;
/// The longest name of a tag, with `<`, `\` and `/`: `<\/blockquote`.
const MAX_NAME: usize = 14;
/// The longest sequence that sets colours: `ESC[38;2;255;255;255m`.
const MAX_COLOUR: usize = 20;
/// Behind so many bytes without `>` an inline tag was none: its text counts again.
const MAX_TAG: u16 = 512;

impl Unescape {
    pub(crate) fn new() -> Self {
        Unescape { state: State::Text, held: Vec::new(), slash: false, gap: false }
    }

    /// Whether the second view of `bytes` may differ from them.
    pub(crate) fn changes(bytes: &[u8]) -> bool {
        first_special(bytes).is_some()
    }

    /// Appends the second view of `bytes` to `out`; `offset` is where they start in the body.
    pub(crate) fn push(&mut self, bytes: &[u8], offset: u64, out: &mut Buffer) {
        // Behind so many bytes of the body this part of it ends.
        let end = offset.saturating_add(bytes.len() as u64);
        let mut rest = bytes;
        loop {
            match self.state {
                State::Text if self.gap => match rest.first() {
                    Some(b'\n' | b'\r') => {
                        rest = rest.get(1..).unwrap_or_default();
                        continue;
                    }
                    Some(b' ' | b'\t') => {
                        let len = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                        out.copy(rest, len, end.saturating_sub(rest.len() as u64));
                        rest = rest.get(len..).unwrap_or_default();
                        continue;
                    }
                    // What an escape stands for may be a line break as well.
                    Some(b'\\' | b'&' | b'%') | None => {}
                    Some(_) => {
                        self.gap = false;
                        continue;
                    }
                },
                State::Text => {
                    let len = first_special(rest).unwrap_or(rest.len());
                    out.copy(rest, len, end.saturating_sub(rest.len() as u64));
                    rest = rest.get(len..).unwrap_or_default();
                    // As below byte by byte, for tags that are neither cut off nor odd.
                    if let Some((kind, end, len)) = whole_tag(rest) {
                        let taken = self.replace_tag(kind, end, out);
                        rest = rest.get(len.saturating_sub(usize::from(!taken))..).unwrap_or_default();
                        continue;
                    }
                }
                State::Inside(seen) => {
                    let inside = rest.get(..usize::from(MAX_TAG.saturating_sub(seen))).unwrap_or(rest);
                    let len = memchr::memchr2(b'>', b'%', inside).unwrap_or(inside.len());
                    self.state = State::Inside(seen.saturating_add(len as u16));
                    rest = rest.get(len..).unwrap_or_default();
                }
                _ => {}
            }
            let Some((&byte, tail)) = rest.split_first() else { return };
            if self.step(byte, out) {
                rest = tail;
            }
        }
    }

    /// The body ended: what waited comes out as it is.
    pub(crate) fn end(&mut self, out: &mut Buffer) {
        self.put_back(out);
    }

    /// Takes a byte, but for one that showed that what is held was no escape, or ended a tag: that is text.
    fn step(&mut self, byte: u8, out: &mut Buffer) -> bool {
        match self.state {
            State::Text => {
                self.state = match byte {
                    b'\\' => State::Escape,
                    b'&' => State::Entity,
                    b'<' => State::Tag,
                    b'%' => State::Percent,
                    ESC => State::Colour,
                    _ => {
                        out.push(byte);
                        return true;
                    }
                };
                self.held.push(byte);
            }
            State::Escape => {
                let plain = match byte {
                    // JSON in JSON doubles them, at each level: all levels are undone at once.
                    b'\\' => return true,
                    b'n' => '\n',
                    b't' => '\t',
                    b'r' | b'b' | b'f' => ' ',
                    b'"' | b'\'' | b'/' => char::from(byte),
                    b'u' | b'x' => {
                        self.held.push(byte);
                        self.state = State::Number;
                        return true;
                    }
                    b'&' | b'%' => {
                        self.held.clear();
                        self.slash = true;
                        self.encoded(byte);
                        return true;
                    }
                    _ => return self.put_back(out),
                };
                self.replace(plain, out);
            }
            State::Slash => match byte {
                b'&' | b'%' => self.encoded(byte),
                b'\\' => {
                    self.held.push(byte);
                    self.state = State::Escape;
                }
                _ => return self.put_back(out),
            },
            State::Number => {
                if !byte.is_ascii_hexdigit() {
                    return self.put_back(out);
                }
                self.held.push(byte);
                if let [b'\\', b'x', digits @ ..] | [b'\\', b'u', _, _, digits @ ..] = self.held.as_slice()
                    && digits.len() == 2
                {
                    let code = number(self.held.get(2..).unwrap_or_default(), 16);
                    // Behind `\x` that is part of a character, and what a database shows of bytes.
                    if self.held.starts_with(b"\\x") && code > 0x7f {
                        self.put_back(out);
                    } else {
                        self.replace(character(code), out);
                    }
                }
            }
            State::Entity => match byte {
                b';' => match entity(&self.held) {
                    Some(plain) => self.replace(plain, out),
                    None => return self.put_back(out),
                },
                b'#' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' if self.held.len() < MAX_ENTITY => self.held.push(byte),
                _ => return self.put_back(out),
            },
            State::Percent => {
                if !byte.is_ascii_hexdigit() {
                    return self.put_back(out);
                }
                self.held.push(byte);
                if let Some(digits) = self.held.strip_prefix(b"%").filter(|digits| digits.len() == 2) {
                    match number(digits, 16) {
                        // Encoded twice, or more often: all levels are undone at once.
                        0x25 => self.held.truncate(1),
                        // What is no text may be part of a character, or of none.
                        code @ (0x09 | 0x0a | 0x20..=0x7e) => self.replace(character(code), out),
                        _ => _ = self.put_back(out),
                    }
                }
            }
            State::Colour => match byte {
                b'[' | b'0'..=b'9' | b';' if self.held.len() < MAX_COLOUR => self.held.push(byte),
                b'A'..=b'Z' | b'a'..=b'z' if self.held.get(1) == Some(&b'[') => {
                    self.held.clear();
                    self.state = State::Text;
                }
                _ => return self.put_back(out),
            },
            State::Tag => return self.tag(byte, out),
            State::Inside(_) => {
                self.state = State::Text;
                return byte == b'>';
            }
        }
        true
    }

    /// Behind `<`: inline tags vanish, cells become tabs, other known tags a line break with their attributes as text behind it.
    fn tag(&mut self, byte: u8, out: &mut Buffer) -> bool {
        // Nothing but `<`, `</` or `<\/` so far.
        let first = matches!(self.held.last(), Some(b'<' | b'\\' | b'/'));
        let named = byte.is_ascii_alphanumeric() && !(first && byte.is_ascii_digit());
        let opening = first && matches!(byte, b'/' | b'\\' | b'!' | b'?');
        if (named || opening) && self.held.len() < MAX_NAME {
            self.held.push(byte);
            return true;
        }
        if first {
            // No tag: `a < b`, `<3`.
            return self.put_back(out);
        }
        // Longer than any known name; a declaration may be.
        let name = tag_name(&self.held);
        let kind = match name {
            [b'!', ..] => Some(Kind::Block),
            _ if named => None,
            _ => long_kind(name),
        };
        match kind.filter(|kind| kind.ends_with(byte)) {
            Some(kind) => {
                self.held.clear();
                self.state = State::Text;
                self.replace_tag(kind, byte, out)
            }
            // `<module>`, `<init>` and `<anonymous>` are no tags but names in traces.
            None => self.put_back(out),
        }
    }

    /// A tag, up to the byte behind its name. Whether that belongs to it: attributes of all but inline tags are text.
    #[inline]
    fn replace_tag(&mut self, kind: Kind, end: u8, out: &mut Buffer) -> bool {
        match kind {
            Kind::Inline => {}
            Kind::Cell => out.push(b'\t'),
            Kind::Block => out.push(b'\n'),
        }
        self.gap = kind == Kind::Cell && end == b'>';
        if kind == Kind::Inline && end != b'>' {
            self.state = State::Inside(0);
        }
        end == b'>' || kind == Kind::Inline
    }

    /// Behind a backslash an entity or a percent-encoded byte begins.
    fn encoded(&mut self, byte: u8) {
        self.held.push(byte);
        self.state = if byte == b'&' { State::Entity } else { State::Percent };
    }

    fn replace(&mut self, plain: char, out: &mut Buffer) {
        self.held.clear();
        if plain == '&' {
            // Escaped twice, or more often: all levels are undone at once.
            self.encoded(b'&');
            return;
        }
        self.state = State::Text;
        let escaped = std::mem::take(&mut self.slash);
        if plain == '\\' {
            self.slash = true;
            self.state = State::Slash;
            return;
        }
        if escaped && !matches!(plain, '"' | '\'' | '/') {
            out.push(b'\\');
        }
        if self.gap && plain == '\n' {
            return;
        }
        self.gap &= plain == ' ';
        if plain == char::from(ESC) {
            self.held.push(ESC);
            self.state = State::Colour;
            return;
        }
        out.extend(plain.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// It was no escape, and the byte behind it is none of it.
    fn put_back(&mut self, out: &mut Buffer) -> bool {
        if std::mem::take(&mut self.slash) {
            out.push(b'\\');
        }
        out.extend(&self.held);
        self.held.clear();
        self.gap = false;
        self.state = State::Text;
        false
    }
}

/// What a terminal takes as the beginning of a command.
const ESC: u8 = 0x1b;

/// Where the first byte is that may begin something to undo.
fn first_special(bytes: &[u8]) -> Option<usize> {
    // Where tags are dense the next one is near, and a search takes longer to start up than some words to look at.
    let (near, far) = bytes.split_at_checked(NEAR).unwrap_or((bytes, &[]));
    let (mut rest, mut skipped) = (near, 0usize);
    while let Some(eight) = rest.first_chunk() {
        let word = u64::from_le_bytes(*eight);
        let places = equal(word, b'\\') | equal(word, b'&') | equal(word, b'<') | equal(word, b'%') | equal(word, ESC);
        if places != 0 {
            return Some(skipped.saturating_add(first_place(places)));
        }
        rest = rest.get(8..).unwrap_or_default();
        skipped = skipped.saturating_add(8);
    }
    if let Some(place) = rest.iter().position(|byte| matches!(*byte, b'\\' | b'&' | b'<' | b'%' | ESC)) {
        return Some(skipped.saturating_add(place));
    }
    let other = memchr::memchr3(b'\\', b'&', b'<', far);
    let before = far.get(..other.unwrap_or(far.len())).unwrap_or_default();
    let place = memchr::memchr2(b'%', ESC, before).or(other)?;
    Some(near.len().saturating_add(place))
}

/// So many bytes are looked at eight at a time.
const NEAR: usize = 32;

/// Sets the high bit of the first byte of `word` that is less than `byte`, and maybe bits behind it. Neither has any in ASCII.
fn below(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(u64::from_ne_bytes([byte; 8])) & !word & HIGH
}

/// The high bit of each byte of a word.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Sets the high bit of the first byte of `word` that is `byte`, and maybe bits behind it.
fn equal(word: u64, byte: u8) -> u64 {
    let other = word ^ u64::from_ne_bytes([byte; 8]);
    other.wrapping_sub(u64::from_ne_bytes([1; 8])) & !other & HIGH
}

/// The first byte of a word whose high bit is set.
fn first_place(places: u64) -> usize {
    places.trailing_zeros() as usize / 8
}

/// The name of a tag without `<`, `</` or `<\/`.
fn tag_name(held: &[u8]) -> &[u8] {
    let start = held.iter().take_while(|byte| matches!(byte, b'<' | b'\\' | b'/')).count();
    held.get(start..).unwrap_or_default()
}

/// The character that an entity (without `;`) stands for, as far as traces need it.
fn entity(held: &[u8]) -> Option<char> {
    let name = held.strip_prefix(b"&")?;
    if let Some(digits) = name.strip_prefix(b"#x").or_else(|| name.strip_prefix(b"#X")) {
        return (!digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)).then(|| character(number(digits, 16)));
    }
    if let Some(digits) = name.strip_prefix(b"#") {
        return (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then(|| character(number(digits, 10)));
    }
    Some(match name {
        b"quot" => '"',
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"apos" => '\'',
        b"nbsp" => ' ',
        b"sol" => '/',
        b"bsol" => '\\',
        b"colon" => ':',
        b"lpar" => '(',
        b"rpar" => ')',
        b"period" => '.',
        b"lowbar" => '_',
        _ => return None,
    })
}

fn number(digits: &[u8], radix: u32) -> u32 {
    digits.iter().filter_map(|&byte| char::from(byte).to_digit(radix)).fold(0, |sum, digit| sum.saturating_mul(radix).saturating_add(digit))
}

/// What a number stands for. Half of a surrogate pair is none.
fn character(code: u32) -> char {
    match code {
        0xa0 | 0x0d => ' ',
        code => char::from_u32(code).unwrap_or('?'),
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
        self == Kind::Block || matches!(byte, b'>' | b' ' | b'\t' | b'\n' | b'\r' | b'/')
    }
}

/// The tag at the start of a text, if there is one: its kind, the byte behind its name, and how many bytes these are.
fn whole_tag(text: &[u8]) -> Option<(Kind, u8, usize)> {
    let name = match text {
        [b'<', b'/', ..] => 2usize,
        [b'<', ..] => 1,
        _ => return None,
    };
    let text = text.get(name..)?;
    // All bytes of the name at once: nearly all names are short.
    let word = u64::from_le_bytes(*text.first_chunk()?);
    let end = first_place(below(word, b'0') | equal(word, b'>'));
    let behind = u64::MAX.checked_shl(end.saturating_mul(8) as u32)?;
    let (kind, &byte) = (kind(word & !behind)?, text.get(end)?);
    kind.ends_with(byte).then_some((kind, byte, name.saturating_add(end).saturating_add(1)))
}

/// The kind of the tag with this name, if it is one: its bytes in little-endian order, in any case.
fn kind(name: u64) -> Option<Kind> {
    // No two names differ in these bits only: both letters and digits have them, or get them.
    let name = name | SMALL;
    let mut place = place(name);
    loop {
        match NAMES.get(place)? {
            0 => return None,
            known if *known == name => return KINDS.get(place).copied(),
            _ => place = place.wrapping_add(1) & 0xff,
        }
    }
}

/// The same for a name of any length.
fn long_kind(name: &[u8]) -> Option<Kind> {
    match name.len() {
        ..=8 => {
            let mut key = [0; 8];
            key.iter_mut().zip(name).for_each(|(own, byte)| *own = *byte);
            kind(u64::from_le_bytes(key))
        }
        _ => LONG_TAGS.iter().any(|known| name.eq_ignore_ascii_case(known)).then_some(Kind::Block),
    }
}

/// A name of at most eight bytes as one number.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated by the compiler")]
const fn name(text: &str) -> u64 {
    let (mut bytes, text) = ([0x20; 8], text.as_bytes());
    let mut index = 0;
    while index < text.len() {
        bytes[index] = text[index];
        index += 1;
    }
    u64::from_le_bytes(bytes)
}

/// Where in [`NAMES`] a name is looked for first. Of many factors that were tried, this puts most tags in places of their own.
const fn place(name: u64) -> usize {
    (name.wrapping_mul(FACTOR) >> 56) as usize
}
const FACTOR: u64 = 0xe978_3fc4_7d2c_5485;

/// Makes letters small.
const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);

/// The names of tags, or 0, and their kinds. A tag whose place is taken has the next one that is free.
static NAMES: [u64; 256] = PLACED.0;
static KINDS: [Kind; 256] = PLACED.1;

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const PLACED: ([u64; 256], [Kind; 256]) = {
    let (mut names, mut kinds) = ([0; 256], [Kind::Block; 256]);
    let mut index = 0;
    while index < TAGS.len() {
        let (name, kind) = TAGS[index];
        let mut place = place(name);
        while names[place] != 0 {
            place = (place + 1) % 256;
        }
        (names[place], kinds[place]) = (name, kind);
        index += 1;
    }
    (names, kinds)
};

#[rustfmt::skip]
const TAGS: &[(u64, Kind)] = &[
    (name("a"), Kind::Inline), (name("abbr"), Kind::Inline), (name("b"), Kind::Inline), (name("bdi"), Kind::Inline),
    (name("big"), Kind::Inline), (name("cite"), Kind::Inline), (name("code"), Kind::Inline), (name("del"), Kind::Inline),
    (name("dfn"), Kind::Inline), (name("em"), Kind::Inline), (name("font"), Kind::Inline), (name("i"), Kind::Inline),
    (name("ins"), Kind::Inline), (name("kbd"), Kind::Inline), (name("label"), Kind::Inline), (name("mark"), Kind::Inline),
    (name("q"), Kind::Inline), (name("s"), Kind::Inline), (name("samp"), Kind::Inline), (name("small"), Kind::Inline),
    (name("span"), Kind::Inline), (name("strong"), Kind::Inline), (name("sub"), Kind::Inline), (name("sup"), Kind::Inline),
    (name("tt"), Kind::Inline), (name("u"), Kind::Inline), (name("var"), Kind::Inline), (name("wbr"), Kind::Inline),
    (name("td"), Kind::Cell), (name("th"), Kind::Cell), (name("dt"), Kind::Cell), (name("dd"), Kind::Cell),
    (name("html"), Kind::Block), (name("head"), Kind::Block), (name("title"), Kind::Block), (name("meta"), Kind::Block),
    (name("link"), Kind::Block), (name("body"), Kind::Block), (name("div"), Kind::Block), (name("p"), Kind::Block),
    (name("br"), Kind::Block), (name("hr"), Kind::Block), (name("pre"), Kind::Block), (name("ul"), Kind::Block),
    (name("ol"), Kind::Block), (name("li"), Kind::Block), (name("dl"), Kind::Block), (name("table"), Kind::Block),
    (name("thead"), Kind::Block), (name("tbody"), Kind::Block), (name("tfoot"), Kind::Block), (name("tr"), Kind::Block),
    (name("caption"), Kind::Block), (name("h1"), Kind::Block), (name("h2"), Kind::Block), (name("h3"), Kind::Block),
    (name("h4"), Kind::Block), (name("h5"), Kind::Block), (name("h6"), Kind::Block), (name("section"), Kind::Block),
    (name("article"), Kind::Block), (name("header"), Kind::Block), (name("footer"), Kind::Block), (name("nav"), Kind::Block),
    (name("main"), Kind::Block), (name("aside"), Kind::Block), (name("form"), Kind::Block), (name("fieldset"), Kind::Block),
    (name("legend"), Kind::Block), (name("input"), Kind::Block), (name("button"), Kind::Block), (name("select"), Kind::Block),
    (name("option"), Kind::Block), (name("textarea"), Kind::Block), (name("script"), Kind::Block), (name("style"), Kind::Block),
    (name("noscript"), Kind::Block), (name("template"), Kind::Block), (name("details"), Kind::Block), (name("summary"), Kind::Block),
    (name("figure"), Kind::Block), (name("center"), Kind::Block), (name("address"), Kind::Block), (name("iframe"), Kind::Block),
    (name("img"), Kind::Block), (name("svg"), Kind::Block), (name("path"), Kind::Block), (name("g"), Kind::Block),
    (name("text"), Kind::Block), (name("message"), Kind::Block), (name("error"), Kind::Block), (name("detail"), Kind::Block),
];

/// Those that do not fit in a word; all are blocks.
const LONG_TAGS: [&[u8]; 3] = [b"blockquote", b"figcaption", b"exception"];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::detect::view::View;

    /// The second view, and where each of its bytes is in the body.
    fn plain(body: &str, chunk: usize) -> (String, Vec<u64>) {
        let (mut view, mut unescape) = (View::new(), Unescape::new());
        let mut offset = 0;
        for piece in body.as_bytes().chunks(chunk) {
            unescape.push(piece, offset, view.buffer());
            offset += piece.len() as u64;
        }
        unescape.end(view.buffer());
        let buffer = view.buffer();
        let offsets = (0..buffer.bytes().len()).map(|index| buffer.offset(index)).collect();
        (String::from_utf8(buffer.bytes().to_vec()).unwrap(), offsets)
    }

    #[test]
    fn undoes_escapes_entities_and_tags() {
        let rows = [
            ("json escapes", r#"{"a":"x\n\ty \"z\" \\ \/ \u0041\u003c"}"#, "{\"a\":\"x\n\ty \"z\" \\ / A<\"}"),
            (
                "other letters",
                r#"{"a":"\u041e\u0448 \u2192 \ud83d\ude00"} &#1054;&#x42f;"#,
                "{\"a\":\"\u{41e}\u{448} \u{2192} ??\"} \u{41e}\u{42f}",
            ),
            ("links with texts", "<a href=\"mailto:x?body=A%20line%0AB\">mail</a>", " line\nB\">mail"),
            ("unknown escapes stay", r"C:\App\Http", r"C:\App\Http"),
            ("entities", "&quot;a&quot; &lt;b&gt; &amp; &#39;c&#x27; d&nbsp;e &unknown; & f", "\"a\" <b> & 'c' d e &unknown; & f"),
            ("numbers of characters", r"\x3cb\x3e \x27c\x22 \u005c\u0022 C:\x86\xyz \x4 \u12", "<b> 'c\" \" C:\\x86\\xyz \\x4 \\u12"),
            ("entities twice", "&amp;quot;a&amp;amp;gt; &amp;lt;b \\u0026#39;c\\u0026x &amp;", "\"a> <b 'c&x &"),
            ("quotes of Python and PHP", r"\'it\\\'s\\&#39;", "'it's'"),
            ("inline tags vanish", "on line <b>12</b> of <span class=\"x y\">a.py</span>", "on line 12 of a.py"),
            ("block tags separate", "one<br>two<br/>three</p>four", "one\ntwo\n/>three\nfour"),
            ("escaped closing tag", r"<b>Notice<\/b>: x", "Notice: x"),
            ("cells become tabs", "<td>DB_HOST</td><td>db</td>", "\tDB_HOST\t\tdb\t"),
            ("no tags", "a < b <3 <= c", "a < b <3 <= c"),
            ("names in traces", "in <module> at new <anonymous> List.<init>", "in <module> at new <anonymous> List.<init>"),
            ("cut off", "a &am", "a &am"),
            ("percent-encoding", "%2Fsrv%2fapp%0aa%20b 100% of %C3%A9 %zz %4", "/srv/app\na b 100% of %C3%A9 %zz %4"),
            ("encoded twice", "%252Fsrv%25252fapp %25 %25zz", "/srv/app % %zz"),
            (
                "colours",
                "\u{1b}[1;31mError\u{1b}[0m: \\u001b[38;5;1mx&#27;[0m \u{1b}31m \u{1b}[3\u{e9}",
                "Error: x \u{1b}31m \u{1b}[3\u{e9}",
            ),
            ("json in json", r#"\"a\\n\\\\\\\"b"#, "\"a\n\"b"),
            ("doubled backslashes", r"App\\Http", r"App\Http"),
            ("json in html", r"{&quot;a&quot;:&quot;\&quot;b\\&#34; \&lt; \&#x5c;&#x22; \& \&x", "{\"a\":\"\"b\" \\< \" \\& \\&x"),
            ("json in a form", "%7B%22a%22:%22%5C%22b%5C%5C%5C%22 C:%5Cnew %5C%2Fx %5C%C3 %5C", "{\"a\":\"\"b\" C:\\new /x \\%C3 \\"),
            (
                "line breaks between cells are layout",
                "<tr>\n <td>A</td>\n\t <td class=\"c\">b c</td> \n</tr>",
                "\n\n \tA\t\t \t class=\"c\">b c\t \n",
            ),
            ("attributes of a block are text", "a<br / x><p\tid=1>b<td class=c>d", "a\n / x>\n\tid=1>b\t class=c>d"),
            ("no tags either", "<b:x> <td:x> <p:y> </2> <br\u{b}> <bé> <!x", "<b:x> <td:x> \n:y> </2> \n\u{b}> <bé> <!x"),
        ];
        for (name, body, want) in rows {
            let whole = plain(body, body.len());
            assert_eq!(whole.0, want, "{name}");
            for chunk in 1..body.len() {
                assert_eq!(plain(body, chunk), whole, "{name} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn an_endless_inline_tag_does_not_hide_text() {
        let body = format!("<a {}/usr/lib/python3.11/x.py", " ".repeat(600));
        assert!(plain(&body, 7).0.contains("/usr/lib/python3.11"));
    }
}
