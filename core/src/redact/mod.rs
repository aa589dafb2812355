//! Masks secrets in text that goes to the operator.
//!
//! A hand-written scan over words: at the beginning of every word, each kind of secret is asked whether it starts here. Most say no at
//! their first look at a byte or at the place of the next mark (`://`, `@`, a key's `=`), which is found once for all words before it. A
//! check that reads on reads a bounded stretch, or what it then hides, or on a budget, so the work is linear. In doubt a value is hidden:
//! an operator can do without it. What nothing marks as a secret (a password in a sentence) is not found.

mod call;
mod keyed;
mod own;
mod text;
mod token;
mod value;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use own::Masks;
use text::{GAP, WORD, is_hex, skip, slice, span, take, window};

/// Masks credentials, tokens, keys, card numbers and the names in mail addresses.
///
/// Control characters except line feed and tab, and what steers the direction of text, become U+FFFD, as does invalid UTF-8; NUL and the
/// carriage return of a line end are dropped. The text may be cut anywhere: a secret whose mark (key, prefix, scheme) is there, but
/// whose end is missing, is hidden as well. The output has at most three times the bytes of the input, and a few more.
pub(crate) fn redact(bytes: &[u8]) -> String {
    redact_with(&Masks::default(), bytes, &[]).0
}

/// The same, with what an operator wants masked besides, and where some places of the text are then; a place within what is masked is at
/// its mask. Each looks for its own in the text as it came: neither may cut what the other would find.
pub(crate) fn redact_with(masks: &Masks, bytes: &[u8], places: &[usize]) -> (String, Vec<usize>) {
    let text = clean(bytes);
    let mut hidden = secrets(&text);
    if !masks.is_empty() {
        hidden = merged(hidden, masks.find(&text));
    }
    // Where in the text, and where in the output, what is copied starts, and what is masked.
    let mut parts = Vec::with_capacity(hidden.len().saturating_mul(2).saturating_add(1));
    let (mut copied, mut written) = (0_usize, 0_usize);
    for Range { start, end } in &hidden {
        parts.push((copied, written, false));
        written = written.saturating_add(start.saturating_sub(copied));
        parts.push((*start, written, true));
        written = written.saturating_add(MASK.len());
        copied = *end;
    }
    parts.push((copied, written, false));
    let moved = |place: &usize| {
        let place = clean(bytes.get(..*place).unwrap_or(bytes)).len();
        let part = parts.partition_point(|(start, ..)| *start <= place).checked_sub(1).and_then(|part| parts.get(part));
        part.map_or(0, |(start, moved, masked)| moved.saturating_add(if *masked { 0 } else { place.saturating_sub(*start) }))
    };
    let places = places.iter().map(moved).collect();
    (masked(&text, &hidden), places)
}

/// A text with these places of it masked, which come from left to right.
fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for Range { start, end } in hidden {
        out.push_str(slice(text, copied, *start));
        out.push_str(MASK);
        copied = *end;
    }
    out.push_str(skip(text, copied));
    out
}

/// What is always hidden of a clean text, from left to right.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut scan = Scan::new(text);
    let mut hidden = Vec::new();
    let mut at = span(text.as_bytes(), GAP);
    while at < text.len() {
        let word = Word::new(text, at);
        if let Some(Hidden { keep, hide }) = scan.find(&word) {
            let start = at.saturating_add(keep);
            at = start.saturating_add(hide);
            hidden.push(start..at);
        } else {
            at = at.saturating_add(word.step());
        }
        at = at.saturating_add(span(text.as_bytes().get(at..).unwrap_or_default(), GAP));
    }
    hidden
}

/// Both, from left to right; what overlaps is one.
fn merged(one: Vec<Range<usize>>, other: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    let mut all: Vec<Range<usize>> = Vec::new();
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some(left), Some(right)) if right.start < left.start => other.next(),
            (Some(_), _) => one.next(),
            (None, _) => other.next(),
        };
        let Some(next) = next else { return all };
        match all.last_mut() {
            Some(last) if next.start < last.end => last.end = last.end.max(next.end),
            _ => all.push(next),
        }
    }
}

/// Masks what a detector of credentials found at a place of a masked text, unless it is masked already: three words, such as
/// `"key": "value`, at most 256 bytes. Two that judge by their own rules do not always agree, and in doubt the value is hidden. Gives the
/// length of what it took the place of.
pub(crate) fn hide_at(text: &mut String, place: usize) -> Option<usize> {
    let rest = skip(text, place);
    let is_gap = |c: char| c.is_whitespace() || c == '"';
    let mut behind = rest;
    for _ in 0..HIDDEN_WORDS {
        behind = behind.trim_start_matches(is_gap);
        behind = skip(behind, behind.find(is_gap).unwrap_or(behind.len()));
    }
    let length = window(rest, rest.len().saturating_sub(behind.len()).min(MAX_HIDDEN)).len();
    let is_open = length > 0 && text.is_char_boundary(place) && !take(rest, length).contains(MASK);
    is_open.then(|| {
        text.replace_range(place..place.saturating_add(length), MASK);
        length
    })
}

const HIDDEN_WORDS: usize = 3;
/// Bytes of a path that are looked at; more than are shown.
const MAX_SEEN: usize = 2048;

/// Longer than any credential on a line, but for keys in PEM.
const MAX_HIDDEN: usize = 256;

/// The line around a place of a masked text, at most 100 characters, with `…` where it is cut off.
pub(crate) fn line_around(text: &str, place: usize) -> String {
    // The place is one of the unmasked text, which may have been counted otherwise within a character or a colour.
    let place = (0..4).map(|back| place.saturating_sub(back)).find(|place| text.is_char_boundary(*place)).unwrap_or_default();
    let (before, after) = text.split_at_checked(place).unwrap_or((text, ""));
    let before = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let after = after.split('\n').next().unwrap_or_default().trim_end();

    let (count, room) = (before.chars().count(), SNIPPET.saturating_sub(after.chars().count()).max(SNIPPET_BEFORE));
    let cut = before.char_indices().nth(count.saturating_sub(room)).filter(|_| count > room).map_or(0, |(cut, _)| cut);
    let room = SNIPPET.saturating_sub(count.min(room));
    let end = after.char_indices().nth(room).map_or(after.len(), |(end, _)| end);
    let mark = |is_cut| if is_cut { "…" } else { "" };
    let text = [mark(cut > 0), skip(before, cut), take(after, end), mark(end < after.len())].concat();
    text.replace('\t', " ")
}

/// A path with the values of its query masked (`/a?b=***&c`), and what looks like a token or a mail address anywhere in it.
/// A fragment is masked whole. Bounded to 1 KiB.
pub(crate) fn redact_path(masks: &Masks, path: &str) -> String {
    let path = masks.hide(&clean(window(path, MAX_SEEN).as_bytes()));
    // As a whole where it has an address in it, which may have a password.
    let path = if path.contains("://") { redact(path.as_bytes()) } else { path }.replace(['\n', '\t'], "\u{fffd}");
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

/// A place where a secret may begin: a word, what is left of one, or a dash.
struct Word<'t> {
    at: usize,
    /// The byte before it; a blank at the beginning.
    previous: u8,
    first: u8,
    length: usize,
    rest: &'t str,
}

impl<'t> Word<'t> {
    fn new(text: &'t str, at: usize) -> Self {
        let rest = skip(text, at);
        let previous = at.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied().unwrap_or(b' ');
        let first = rest.as_bytes().first().copied().unwrap_or(b' ');
        Word { at, previous, first, length: span(rest.as_bytes(), WORD).max(1), rest }
    }

    /// How far to go on where nothing is hidden.
    fn step(&self) -> usize {
        match (self.previous, self.first) {
            // `\nghp_…` in JSON: the n is no part of the word. Nor are the digits of `\u003d` and `%3D`.
            (b'\\', b'n' | b'r' | b't') => 1,
            (b'\\', b'u') if is_hex(take(skip(self.rest, 1), 4), 4) => 5,
            (b'%', _) if is_hex(take(self.rest, 2), 2) => 2,
            _ => self.length,
        }
    }
}

/// Looks for secrets word by word, and remembers what it met ahead.
struct Scan<'t> {
    text: &'t str,
    addresses: token::Addresses<'t>,
    mails: token::Mails<'t>,
    keys: keyed::Keys<'t>,
    aws: Option<token::AwsSecrets<'t>>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        Scan {
            text,
            addresses: token::Addresses::new(text),
            mails: token::Mails::new(text),
            keys: keyed::Keys::new(text),
            aws: token::AwsSecrets::new(text),
        }
    }

    /// The secret that starts with this word. The words are those of one text, in their order.
    fn find(&mut self, word: &Word<'t>) -> Option<Hidden> {
        let before = take(self.text, word.at);
        if word.first == b'-' {
            let block = token::private_key(word.rest);
            // In a row of dashes only a PEM block can begin.
            if block.is_some() || word.previous == b'-' {
                return block;
            }
            if let Some(hidden) = call::flag(word, before) {
                return Some(hidden);
            }
        }
        (self.addresses.userinfo(word.at))
            .or_else(|| token::known_prefix(word.rest))
            .or_else(|| token::bot(word.rest))
            .or_else(|| call::arguments(word, before))
            .or_else(|| self.keys.value(word))
            .or_else(|| token::authorization(word))
            .or_else(|| self.mails.local_part(word.at))
            .or_else(|| token::card_number(word))
            .or_else(|| self.aws.as_mut()?.secret(word.at))
    }
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
fn clean(bytes: &[u8]) -> Cow<'_, str> {
    // Checks ASCII faster than `from_utf8_lossy`.
    let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    // Without a branch per byte the compiler checks many at once.
    if text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((plain, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
        clean.push_str(take(rest, plain));
        rest = skip(rest, plain.saturating_add(c.len_utf8()));
        match c {
            // UTF-16 text in disguise reads again without them.
            '\0' => continue,
            '\r' if rest.starts_with('\n') => continue,
            '\u{1b}' if rest.starts_with('[') => {
                // A colour: it must not become part of a word.
                rest = skip(rest, 1).trim_start_matches(|c| matches!(c, '0'..='?'));
                rest = rest.strip_prefix(|c| matches!(c, '@'..='~')).unwrap_or(rest);
            }
            _ => {}
        }
        clean.push(char::REPLACEMENT_CHARACTER);
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// Whether a character controls a terminal or the direction of text.
fn is_unsafe(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(crate) const MASK: &str = "***";

/// Characters of a snippet, and of it at least before its place, where the line has them.
const SNIPPET: usize = 100;
const SNIPPET_BEFORE: usize = 30;

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
