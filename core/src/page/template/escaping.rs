//! What makes a value safe in its format. There is no way around it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The format of a template's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Content and quoted attributes.
    Html,
    /// The same; what XML 1.0 forbids becomes U+FFFD.
    Xml,
    /// Within a JSON string, also where the JSON stands in HTML or JavaScript.
    Json,
    /// Control characters are dropped, except tabs and line breaks.
    Text,
}

impl Escape {
    /// Writes the value, or what fits: `false` if that is not all of it.
    pub(in crate::page) fn write(self, value: &str, most: usize, output: &mut String) -> bool {
        for character in value.chars() {
            if output.len() >= most {
                return false;
            }
            self.write_character(character, output);
        }
        output.len() <= most
    }

    fn write_character(self, character: char, output: &mut String) {
        let is_break = matches!(character, '\t' | '\n' | '\r');
        match (self, character) {
            (Escape::Json, '"') => output.push_str("\\\""),
            (Escape::Json, '\\') => output.push_str("\\\\"),
            (Escape::Json, '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}') => {
                // Writing to a String cannot fail.
                let _ = write!(output, "\\u{:04x}", u32::from(character));
            }
            (Escape::Html | Escape::Xml, '&') => output.push_str("&amp;"),
            (Escape::Html | Escape::Xml, '<') => output.push_str("&lt;"),
            (Escape::Html | Escape::Xml, '>') => output.push_str("&gt;"),
            (Escape::Html | Escape::Xml, '"') => output.push_str("&quot;"),
            (Escape::Html | Escape::Xml, '\'') => output.push_str("&#39;"),
            (Escape::Xml, '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') if !is_break => output.push('\u{fffd}'),
            (Escape::Text, _) if character.is_control() && !is_break => {}
            _ => output.push(character),
        }
    }
}

/// A text, safe in HTML content and in a quoted attribute.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len().saturating_mul(2));
    Escape::Html.write(text, usize::MAX, &mut escaped);
    Cow::Owned(escaped)
}

/// A letter in upper or lower case: ASCII and, by their distance, Latin-1, Greek and Cyrillic. Without the tables of the standard library,
/// which nothing else here needs; other letters stay as they are.
pub(super) fn in_case(character: char, upper: bool) -> char {
    let code = u32::from(character);
    let (is_lower, distance) = match code {
        0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe | 0x3b1..=0x3c1 | 0x3c3..=0x3c9 | 0x430..=0x44f => (true, 0x20),
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3a9 | 0x410..=0x42f => (false, 0x20),
        0x450..=0x45f => (true, 0x50),
        0x400..=0x40f => (false, 0x50),
        _ => return character,
    };
    let other = match (is_lower, upper) {
        (true, true) => code.saturating_sub(distance),
        (false, false) => code.saturating_add(distance),
        _ => code,
    };
    char::from_u32(other).unwrap_or(character)
}
