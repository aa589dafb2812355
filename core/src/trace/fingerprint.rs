//! A number that groups reports of the same error.

use super::frame::Frame;
use super::text::{Text as _, after, cut, is_letter_or_digit};

/// 16 hex digits over the class and the calls, or, without calls, over the class and the message without what varies in it.
pub(super) fn of(class: Option<&str>, message: Option<&str>, frames: &[Frame]) -> String {
    let mut hash = Fnv::new();
    hash.add(class.unwrap_or_default());
    for frame in frames {
        hash.add(&steady(frame.file.rsplit(['/', '\\']).next().unwrap_or_default()));
        hash.add(&steady(&frame.function));
    }
    if frames.is_empty() {
        hash.add(&steady(message.unwrap_or_default()));
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a: the same for ever, in every build.
pub(crate) struct Fnv(pub(crate) u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    /// A text, and its end.
    pub(crate) fn add(&mut self, text: &str) {
        for byte in text.as_bytes() {
            self.mix(u64::from(*byte));
        }
        self.mix(0);
    }

    /// The words of a text, without those that have a digit. Every error pays for this, those whose report is dropped among them: in the
    /// module, one plain loop takes a tenth of what iterators take.
    pub(crate) fn add_words(&mut self, text: &[u8]) {
        let mut word = Fnv::new();
        let (mut any, mut digits) = (false, false);
        for byte in text {
            if byte.is_ascii_alphanumeric() {
                word.mix(u64::from(*byte));
                any = true;
                digits |= byte.is_ascii_digit();
                continue;
            }
            if any && !digits {
                self.mix(word.0);
            }
            (word, any, digits) = (Fnv::new(), false, false);
        }
        if any && !digits {
            self.mix(word.0);
        }
    }

    pub(crate) fn mix(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x0100_0000_01b3);
    }
}

/// A text with placeholders for quoted values, mail addresses, numbers, hex, UUIDs, addresses and what varies in paths.
fn steady(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut last = ' ';
    while let Some(c) = rest.chars().next() {
        let tail = after(rest, c.len_utf8());
        if matches!(c, '"' | '\'' | '`')
            && !is_letter_or_digit(last)
            && let Some(end) = closing(tail, c)
        {
            out.push('?');
            rest = after(tail, end);
            last = '?';
            continue;
        }
        if is_token(c) {
            let token = cut(rest, rest.until(|c| !is_token(c)));
            push_token(&mut out, token);
            rest = after(rest, token.len());
            last = 'a';
        } else {
            out.push(c);
            rest = tail;
            last = c;
        }
    }
    out
}

/// Where the text behind the quote that closes a value begins.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut ends = text.char_indices().take(MAX_QUOTED).peekable();
    while let Some((at, c)) = ends.next() {
        // Ruby and databases open with a backtick and close with an apostrophe.
        let closes = c == quote || quote == '`' && c == '\'';
        if closes && ends.peek().is_none_or(|(_, next)| !is_letter_or_digit(*next)) {
            return Some(at.saturating_add(1));
        }
    }
    None
}

fn is_token(c: char) -> bool {
    is_letter_or_digit(c) || matches!(c, '_' | '-' | '.' | ':' | '@' | '/' | '\\' | '+' | '%' | '*' | '~')
}

fn push_token(out: &mut String, token: &str) {
    let word = token.drop_end(".:");
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let is_mail = word.halves("@").is_some_and(|(name, host)| !name.is_empty() && host.has("."));
    let is_number =
        has_digit(word) && word.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'.' | b':' | b'x' | b'+' | b'%'));
    if is_mail {
        out.push('?');
    } else if is_number {
        out.push('0');
    } else {
        for piece in word.split_inclusive(['/', '\\', '-', '.', ':', '_']) {
            let name = piece.drop_end("/\\-.:_");
            push_name(out, name);
            out.push_str(after(piece, name.len()));
        }
    }
    out.push_str(after(token, word.len()));
}

/// A name whose digits do not count; one that is made of changing letters and digits is an ID and does not count at all.
fn push_name(out: &mut String, name: &str) {
    let digits = || name.bytes().map(|byte| byte.is_ascii_digit());
    let changes = digits().zip(digits().skip(1)).filter(|(one, next)| one != next).count();
    let is_hex = name.len() >= MIN_HEX && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if changes >= MIN_CHANGES || is_hex && changes > 0 {
        out.push('0');
        return;
    }
    let mut was_digit = false;
    for c in name.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !was_digit {
            out.push('0');
        }
        was_digit = c.is_ascii_digit();
    }
}

const MIN_HEX: usize = 6;
const MIN_CHANGES: usize = 3;
/// A quote that is not closed soon is an apostrophe.
const MAX_QUOTED: usize = 256;
