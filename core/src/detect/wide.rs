//! Turns a body of two or four bytes for a character (UTF-16, UTF-32) into narrow bytes, and the pairs of a form into lines, so that the
//! detectors see its text. Any other body passes as it is.

use std::borrow::Cow;

/// Decides on the first eight bytes: a byte order mark, ASCII characters with their zero bytes, or what the head said.
#[derive(Debug)]
pub(crate) struct Narrow {
    head: Vec<u8>,
    /// What the head said, for a body that does not show it.
    said: Form,
    form: Form,
    /// The first bytes of a character, when a chunk ended there.
    part: Vec<u8>,
}

/// How characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Not known yet.
    Unknown,
    /// ASCII is one byte: UTF-8, Latin-1 and nearly all others.
    Bytes,
    /// So many bytes for a character (2 or 4), the low one first if `little`.
    Wide {
        /// 2 or 4.
        width: usize,
        /// The low byte comes first.
        little: bool,
    },
    /// `application/x-www-form-urlencoded`: a plus is a space, an ampersand ends a pair. Percent-encoding is undone later, for any body.
    Pairs,
}

impl Form {
    /// What a `charset` parameter says. `utf-16` alone means big-endian where there is no byte order mark (RFC 2781 §4.3).
    pub(crate) fn of_charset(name: &str) -> Form {
        let wide = |width, little| Form::Wide { width, little };
        match name.to_ascii_lowercase().as_str() {
            "utf-16le" | "ucs-2le" => wide(2, true),
            "utf-16" | "utf-16be" | "ucs-2" | "iso-10646-ucs-2" => wide(2, false),
            "utf-32le" => wide(4, true),
            "utf-32" | "utf-32be" | "ucs-4" | "iso-10646-ucs-4" => wide(4, false),
            _ => Form::Bytes,
        }
    }
}

/// How many bytes the decision needs.
const HEAD: usize = 8;

impl Narrow {
    /// `said` is what the head said.
    pub(crate) fn new(said: Form) -> Self {
        Narrow { head: Vec::new(), said, form: Form::Unknown, part: Vec::new() }
    }

    /// How many bytes of the body stand for one narrow byte.
    pub(crate) fn scale(&self) -> u64 {
        match self.form {
            Form::Wide { width, .. } => width as u64,
            Form::Unknown | Form::Bytes | Form::Pairs => 1,
        }
    }

    /// The narrow bytes of a chunk. The first few come with a later chunk, when the form is known.
    pub(crate) fn push<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.form != Form::Unknown {
            return self.narrow(bytes);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < HEAD { Cow::Borrowed(&[]) } else { self.decide() }
    }

    /// The body ended: a body shorter than the decision needs comes out now.
    pub(crate) fn end(&mut self) -> Cow<'static, [u8]> {
        if self.form == Form::Unknown { self.decide() } else { Cow::Borrowed(&[]) }
    }

    fn decide(&mut self) -> Cow<'static, [u8]> {
        let wide = |width, little| Form::Wide { width, little };
        // Of the byte order mark of UTF-8, as .NET writes it, as little is text as of any other.
        if let Some(mark @ [0xef, 0xbb, 0xbf]) = self.head.first_chunk_mut() {
            mark.fill(b' ');
        }
        self.form = match self.head.as_slice() {
            [0xff, 0xfe, 0, 0, ..] => wide(4, true),
            [0, 0, 0xfe, 0xff, ..] => wide(4, false),
            [0xff, 0xfe, ..] => wide(2, true),
            [0xfe, 0xff, ..] => wide(2, false),
            // Not the length in front of a frame, of BSON or gRPC.
            [a, 0, 0, 0, b, 0, 0, 0, ..] if is_text(a) && is_text(b) => wide(4, true),
            [0, 0, 0, a, 0, 0, 0, b, ..] if is_text(a) && is_text(b) => wide(4, false),
            [a, 0, b, 0, ..] if is_text(a) && is_text(b) => wide(2, true),
            [0, a, 0, b, ..] if is_text(a) && is_text(b) => wide(2, false),
            _ if self.said == Form::Pairs => Form::Pairs,
            // What reads as ASCII is ASCII, whatever the head says.
            head if head.iter().take(4).all(|byte| byte.is_ascii() && is_text(byte)) => Form::Bytes,
            _ => self.said,
        };
        let head = std::mem::take(&mut self.head);
        Cow::Owned(self.narrow(&head).into_owned())
    }

    fn narrow<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let (width, little) = match self.form {
            Form::Wide { width, little } => (width, little),
            Form::Pairs => return Cow::Owned(bytes.iter().map(|&byte| line_of_pairs(byte)).collect()),
            Form::Unknown | Form::Bytes => return Cow::Borrowed(bytes),
        };
        let mut narrow = Vec::with_capacity(bytes.len().div_ceil(width));
        for &byte in bytes {
            self.part.push(byte);
            if self.part.len() < width {
                continue;
            }
            if little {
                self.part.reverse();
            }
            narrow.push(match self.part.as_slice() {
                // The byte order mark is no text in front of the first word.
                [0xfe, 0xff] | [0, 0, 0xfe, 0xff] => b' ',
                [0, low] | [0, 0, 0, low] if low.is_ascii() => *low,
                _ => b'?',
            });
            self.part.clear();
        }
        Cow::Owned(narrow)
    }
}

/// Whether a text may begin with a character of this number, which Latin-1 has.
fn is_text(byte: &u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0xa0..)
}

fn line_of_pairs(byte: u8) -> u8 {
    match byte {
        b'+' => b' ',
        b'&' => b'\n',
        _ => byte,
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn wide(text: &str, width: usize, little: bool) -> Vec<u8> {
        let bytes = |c: char| {
            let word = u32::from(c);
            let all = if little { word.to_le_bytes() } else { word.to_be_bytes() };
            if little { all[..width].to_vec() } else { all[4 - width..].to_vec() }
        };
        text.chars().flat_map(bytes).collect()
    }

    #[test]
    fn what_a_body_shows_or_its_head_says() {
        let rows = [
            ("a mark", wide("\u{feff}Error", 2, true), "", " Error"),
            ("a mark, big", wide("\u{feff}Error", 2, false), "", " Error"),
            ("a mark of four", wide("\u{feff}Error", 4, true), "", " Error"),
            ("a mark of UTF-8", b"\xef\xbb\xbfError".to_vec(), "utf-8", "   Error"),
            ("a mark of UTF-8, and the head lies", b"\xef\xbb\xbfError".to_vec(), "utf-16", "   Error"),
            ("a mark of UTF-8 and no more", b"\xef\xbb\xbf".to_vec(), "utf-8", "   "),
            ("zero bytes", wide("Error", 2, true), "", "Error"),
            ("zero bytes, big", wide("Error", 2, false), "", "Error"),
            ("zero bytes of four", wide("Error", 4, true), "", "Error"),
            ("zero bytes of four, big", wide("Error", 4, false), "", "Error"),
            ("only the head says it", wide("Ошибка: Error", 2, true), "UTF-16LE", "??????: Error"),
            ("only the head says it, big", wide("エラー Error", 2, false), "utf-16", "??? Error"),
            ("the head lies", b"Error".to_vec(), "utf-16le", "Error"),
            ("another charset", b"\xc9rror".to_vec(), "iso-8859-1", "\u{fffd}rror"),
            ("short", b"E".to_vec(), "utf-16", "E"),
            ("the length of BSON", b"\x2e\0\0\0\x02Error".to_vec(), "", ".\0\0\0\x02Error"),
            ("the length of a frame", b"\0\0\0\x2eError".to_vec(), "", "\0\0\0.Error"),
            ("a trailer frame", b"\x80\0\0\0\x0aError".to_vec(), "", "\u{fffd}\0\0\0\nError"),
        ];
        for (name, body, charset, want) in rows {
            for chunk in 1..=body.len() {
                let mut narrow = Narrow::new(Form::of_charset(charset));
                let mut seen = Vec::new();
                for piece in body.chunks(chunk) {
                    seen.extend_from_slice(&narrow.push(piece));
                }
                seen.extend_from_slice(&narrow.end());
                assert_eq!(String::from_utf8_lossy(&seen), want, "{name} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn pairs_become_lines() {
        for chunk in 1..=8 {
            let mut narrow = Narrow::new(Form::Pairs);
            let mut seen = Vec::new();
            for piece in b"ACK=Failure&MSG=division+by+zero%21".chunks(chunk) {
                seen.extend_from_slice(&narrow.push(piece));
            }
            seen.extend_from_slice(&narrow.end());
            assert_eq!(String::from_utf8_lossy(&seen), "ACK=Failure\nMSG=division by zero%21", "in chunks of {chunk}");
        }
    }
}
