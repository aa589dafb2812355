//! Masks secrets in text that goes to the operator.
//!
//! A hand-written scan over words: at the beginning of every word, each kind of secret is asked whether it starts here. Each looks ahead
//! over a bounded stretch only, or over what it then hides, so the work is linear. In doubt a value is hidden: an operator can
//! do without it. What nothing marks as a secret (a password in a sentence) is not found.

mod keyed;
mod text;
mod token;

use text::{is_hex, skip, take, window};

/// Masks credentials, tokens, keys, card numbers and the names in mail addresses.
///
/// Control characters except line feed and tab, and what steers the direction of text, become U+FFFD, as does invalid UTF-8; NUL and the
/// carriage return of a line end are dropped. The text may be cut anywhere: a secret whose mark (key, prefix, scheme) is there, but
/// whose end is missing, is hidden as well. The output has at most three times the bytes of the input, and a few more.
pub(crate) fn redact(bytes: &[u8]) -> String {
    let text = clean(bytes);
    let aws = token::has_aws_key_id(&text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0_usize;
    while let Some((before, rest)) = text.split_at_checked(at)
        && let Some(first) = rest.chars().next()
    {
        let hidden = if first.is_ascii_alphanumeric() || matches!(first, '_' | '-') { find(before, rest, aws) } else { None };
        let step = match hidden {
            Some(Hidden { keep, hide }) => {
                out.push_str(take(rest, keep));
                out.push_str(MASK);
                keep.saturating_add(hide)
            }
            None => {
                let step = next_word(before, rest, first);
                out.push_str(take(rest, step));
                step
            }
        };
        at = at.saturating_add(step);
    }
    out
}

/// A path with the values of its query masked (`/a?b=***&c`), and what looks like a token or a mail address anywhere in it.
/// A fragment is masked whole. Bounded to 1 KiB.
pub(crate) fn redact_path(path: &str) -> String {
    let path = clean(path.as_bytes()).replace(['\n', '\t'], "\u{fffd}");
    let (path, fragment) = path.split_once('#').map_or((path.as_str(), None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut out = String::new();
    for (index, segment) in path.split('/').enumerate().take(MAX_PATH) {
        if index > 0 {
            out.push('/');
        }
        push_parts(&mut out, segment, ';');
    }
    if let Some(query) = query {
        out.push('?');
        push_parts(&mut out, query, '&');
    }
    if fragment.is_some_and(|fragment| !fragment.is_empty()) {
        out.push('#');
        out.push_str(MASK);
    }
    if out.len() > MAX_PATH {
        out.truncate(window(&out, MAX_PATH.saturating_sub('…'.len_utf8())).len());
        out.push('…');
    }
    out
}

/// Bytes to copy, then bytes to put the mask in place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hidden {
    keep: usize,
    hide: usize,
}

impl Hidden {
    /// `None` where there is nothing to hide.
    fn new(keep: usize, hide: usize) -> Option<Self> {
        (hide > 0).then_some(Hidden { keep, hide })
    }
}

/// The secret that starts with the word at the beginning of `rest`.
fn find(before: &str, rest: &str, aws: bool) -> Option<Hidden> {
    // In a row of dashes only a PEM block can begin.
    if before.ends_with('-') && rest.starts_with('-') {
        return token::private_key(rest);
    }
    token::private_key(rest)
        .or_else(|| token::userinfo(rest))
        .or_else(|| token::known_prefix(rest))
        .or_else(|| keyed::value(before, rest))
        .or_else(|| token::authorization(rest))
        .or_else(|| token::mail_address(rest))
        .or_else(|| token::card_number(before, rest))
        .or_else(|| token::aws_secret(rest, aws))
}

/// How far to go on where nothing is hidden: over a word, or over one character between words.
fn next_word(before: &str, rest: &str, first: char) -> usize {
    // `\nghp_…` in JSON: the n is no part of the word. Nor are the digits of `\u003d` and `%3D`.
    if before.ends_with('\\') && matches!(first, 'n' | 'r' | 't') {
        return 1;
    }
    if before.ends_with('\\') && first == 'u' && is_hex(take(skip(rest, 1), 4), 4) {
        return 5;
    }
    if before.ends_with('%') && is_hex(take(rest, 2), 2) {
        return 2;
    }
    let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    word.max(first.len_utf8())
}

/// Appends `k=v` parts, values masked.
fn push_parts(out: &mut String, text: &str, separator: char) {
    for (index, part) in text.split(separator).enumerate() {
        if out.len() > MAX_PATH {
            return;
        }
        if index > 0 {
            out.push(separator);
        }
        let (key, value) = part.split_once('=').map_or((part, None), |(key, value)| (key, Some(value)));
        if token::looks_random(key) {
            out.push_str(MASK);
        } else {
            // The line end says that nothing is cut off here.
            let masked = redact(format!("{key}\n").as_bytes());
            out.push_str(masked.trim_end_matches('\n'));
        }
        if let Some(value) = value {
            out.push('=');
            out.push_str(if value.is_empty() { "" } else { MASK });
        }
    }
}

/// The text in one log line's characters.
fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => clean.push(c),
            // UTF-16 text in disguise reads again without them.
            '\0' => {}
            '\r' if chars.peek() == Some(&'\n') => {}
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                // A colour: it must not become part of a word.
                while chars.next_if(|c| matches!(c, '0'..='?')).is_some() {}
                chars.next_if(|c| matches!(c, '@'..='~'));
                clean.push(char::REPLACEMENT_CHARACTER);
            }
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                clean.push(char::REPLACEMENT_CHARACTER);
            }
            c if c.is_control() => clean.push(char::REPLACEMENT_CHARACTER),
            c => clean.push(c),
        }
    }
    clean
}

const MASK: &str = "***";

/// 1 KiB: enough to find the route.
const MAX_PATH: usize = 1024;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::panic
)]
mod tests;
