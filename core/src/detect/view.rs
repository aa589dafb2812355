//! One view of a body: a sliding buffer, and the checks on the lines where a literal occurs.

use super::pattern::Matching;
use super::table::{Anchor, GRAM, Gram, MAX_DETECTORS, Table};
use super::text::{contains_any, ends_in_any, first, is_any, lead, take, take_back, trail};
use super::{Category, Finding};

/// What a check sees of the line before the literal, and behind it. Fixed distances from the literal, so that chunks do not
/// matter. A frame or message with its path fits; a longer line is seen in part.
const BACK: usize = 512;
const AHEAD: usize = 768;

/// The bytes of a view that are still needed, and where they came from in the body.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// Position of `bytes[0]` in the view.
    base: u64,
    /// What of `bytes` the body has as well, in order; before the first all.
    copies: Vec<Copied>,
    /// So many of them the filter was told of.
    told: usize,
}

/// Bytes that are the body's, one behind another. None, where only the place counts.
#[derive(Debug, Clone, Copy)]
struct Copied {
    /// Where they start in the view.
    position: u64,
    /// Where they start in the body.
    offset: u64,
    len: usize,
}

/// A shorter copy is looked at as if it were none: a gram does not fit into it, so nothing that was met in the body spares the look.
const MIN_COPY: usize = GRAM;

impl Buffer {
    pub(crate) fn new() -> Self {
        Buffer { bytes: Vec::new(), base: 0, copies: Vec::new(), told: 0 }
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends the first `len` of `bytes`, which are at `offset` in the body. A copy of a length that the compiler knows needs no call, which is
    /// worth a few bytes more.
    #[inline]
    pub(crate) fn copy(&mut self, bytes: &[u8], len: usize, offset: u64) {
        let copied = Copied { position: self.position(self.bytes.len()), offset, len };
        match self.copies.last_mut() {
            // Between two tags that vanish there is nothing, however many they are.
            Some(last) if last.position == copied.position => {
                *last = copied;
                self.told = self.told.min(self.copies.len().saturating_sub(1));
            }
            _ => self.copies.push(copied),
        }
        match bytes.first_chunk::<16>() {
            Some(chunk) if len <= 16 => {
                let end = self.bytes.len().saturating_add(len);
                self.bytes.extend_from_slice(chunk);
                self.bytes.truncate(end);
            }
            _ => self.extend(bytes.get(..len).unwrap_or_default()),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn position(&self, index: usize) -> u64 {
        self.base.saturating_add(index as u64)
    }

    /// Where in the body the byte at `index` came from, or near that where something was undone.
    pub(crate) fn offset(&self, index: usize) -> u64 {
        let position = self.position(index);
        let after = self.copies.partition_point(|copied| copied.position <= position);
        match after.checked_sub(1).and_then(|last| self.copies.get(last)) {
            Some(copied) => copied.offset.saturating_add(position.saturating_sub(copied.position)),
            None => position,
        }
    }

    fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
        self.base = self.base.saturating_add(count as u64);
        let before = self.copies.partition_point(|copied| copied.position <= self.base).saturating_sub(1);
        self.copies.drain(..before);
        self.told = self.told.saturating_sub(before);
    }
}

#[derive(Debug, Clone)]
pub(crate) struct View {
    buffer: Buffer,
    /// Before this place in the buffer the filter has been.
    filtered: usize,
    /// Line breaks before this place in the buffer end no line, or one that was read.
    judged: usize,
    /// Literals that start before this place are dealt with.
    read: usize,
    /// For each of the operator's denied patterns what of it is matched; `None` once it was found.
    matchings: Vec<Option<Matching>>,
    /// Where literals start that are not: the place and the index of the literal, in order.
    waiting: Vec<(usize, u16)>,
    fired: Fired,
    tally: Tally,
}

/// Which detectors have fired in a view: one bit each. In words that WebAssembly has instructions for.
#[derive(Debug, Clone, Default)]
struct Fired([u64; MAX_DETECTORS / 64]);

impl Fired {
    fn has(&self, detector: usize) -> bool {
        self.0.get(detector / 64).is_some_and(|word| word & Self::bit(detector) != 0)
    }

    fn add(&mut self, detector: usize) {
        if let Some(word) = self.0.get_mut(detector / 64) {
            *word |= Self::bit(detector);
        }
    }

    fn bit(detector: usize) -> u64 {
        1u64.wrapping_shl((detector % 64) as u32)
    }
}

/// What detectors with evidence on several lines remember.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Settings seen so far.
    pub(crate) settings: u32,
    /// Where the last one ended, in the view.
    pub(crate) last_setting: u64,
    /// How often the operator's allowed texts and patterns were asked.
    pub(crate) asked: u32,
}

/// A literal and the line around it.
#[derive(Debug)]
pub(crate) struct Hit<'a> {
    /// The line, as far as a check may see it.
    pub(crate) line: &'a [u8],
    /// Where in `line` the literal starts, and ends.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Where `line` starts in the view.
    pub(crate) position: u64,
    pub(crate) tally: &'a mut Tally,
}

impl<'a> Hit<'a> {
    /// The literal, as the body spells it. A text and not bytes, because a `match` over byte strings compiles to a comparison of each byte, which
    /// for all detectors together is a tenth of the module.
    pub(crate) fn word(&self) -> &'a str {
        self.line.get(self.start..self.end).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
    }

    /// The line before the literal.
    pub(crate) fn before(&self) -> &'a [u8] {
        self.line.get(..self.start).unwrap_or_default()
    }

    /// Whether a string, an element or the body starts with the literal.
    pub(crate) fn is_opened(&self) -> bool {
        let before = take_back(self.before(), |byte| byte == b' ').0;
        // A cell as well: between two there is a tab.
        before.ends_with(b"\t") || before.trim_ascii_end().last().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'>' | b':'))
    }

    /// Whether the literal is all that a string, an element or the body says, as messages are that were passed on.
    pub(crate) fn is_alone(&self) -> bool {
        let after = self.after();
        let after = after.strip_prefix(b".").unwrap_or(after);
        self.is_opened() && after.first().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'<' | b'\\' | b'\r'))
    }

    /// Whether the literal stands in a string of a script of the page: behind `="`, `("` or `+"`, and with code before it. A log line
    /// and a printed object have the first as well (`msg="..."`), so that in doubt it does not.
    pub(crate) fn is_in_script(&self) -> bool {
        let before = self.before();
        let near = before.len().saturating_sub(120);
        let quote = before.get(near..).and_then(|near| near.iter().rposition(|byte| matches!(byte, b'"' | b'\'' | b'`')));
        // Only what stands before the string: its own words may be those of code.
        let code = quote.and_then(|at| before.get(..near.saturating_add(at))).unwrap_or_default();
        let opened = matches!(code.last(), Some(b'=' | b'(' | b'+' | b'?' | b'&' | b'|')) || ends_in_any(code, &["return", "throw "]);
        // What came before in a script of its own does not make an attribute one.
        let code = crate::find::rfind(code, b"</script").and_then(|at| code.get(at..)).unwrap_or(code);
        opened && contains_any(code, &["function(", "=>", "){", ";return", "throw new ", "===", "&&"])
    }

    /// The line behind the literal.
    pub(crate) fn after(&self) -> &'a [u8] {
        self.line.get(self.end..).unwrap_or_default()
    }
}

impl View {
    pub(crate) fn new() -> Self {
        View {
            buffer: Buffer::new(),
            filtered: 0,
            judged: 0,
            read: 0,
            matchings: Vec::new(),
            waiting: Vec::new(),
            fired: Fired::default(),
            tally: Tally::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn buffered(&self) -> usize {
        self.buffer.bytes.len().max(self.buffer.copies.len())
    }

    /// Where the next bytes of this view are appended; call [`View::advance`] afterwards.
    pub(crate) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// Reads on, up to the last byte whose line is known far enough; the filter has been there.
    pub(crate) fn advance(&mut self, table: &Table, found: impl FnMut(Finding)) {
        let bytes = &self.buffer.bytes;
        let (mut lines, mut judged) = (0, bytes.len());
        for at in memchr::memrchr_iter(b'\n', bytes.get(self.judged..).unwrap_or_default()).map(|at| self.judged.saturating_add(at)) {
            match ends_line(bytes, at) {
                Some(true) => {
                    lines = at;
                    break;
                }
                Some(false) => {}
                None => judged = at,
            }
        }
        // The last bytes are looked at again: the filter has not been there.
        self.judged = judged.min(self.filtered);
        self.read_to(table, lines.max(bytes.len().saturating_sub(AHEAD)), found);
        if let Some(count) = self.read.checked_sub(BACK).filter(|&count| count > super::PIECE) {
            // Moving what remains costs little when it is done once per piece.
            self.buffer.drop_front(count);
            self.filtered = self.filtered.saturating_sub(count);
            self.judged = self.judged.saturating_sub(count);
            self.read = self.read.saturating_sub(count);
            self.waiting.iter_mut().for_each(|(start, _)| *start = start.saturating_sub(count));
        }
    }

    /// Reads the rest: the body ended.
    pub(crate) fn end(&mut self, table: &Table, found: impl FnMut(Finding)) {
        let end = self.buffer.bytes.len();
        // The filter looks at whole grams. A line break ends the last line and belongs to no literal.
        self.buffer.bytes.extend_from_slice(&[b'\n'; GRAM]);
        self.filter(table, |_, _| {});
        self.read_to(table, end, found);
    }

    fn read_to(&mut self, table: &Table, limit: usize, mut found: impl FnMut(Finding)) {
        // No literal before `limit` is still to be met: where this is a line break it has its gram before that, else far before
        // the end. Only the gram of a short literal may reach behind a line break, and wait for more bytes.
        let before = self.read;
        self.read = limit.min(self.filtered).max(before);
        self.find_denied(table, before, &mut found);
        let ready = self.waiting.partition_point(|(start, _)| *start < self.read);
        for (start, index) in self.waiting.drain(..ready) {
            if let Some(anchor) = table.anchor(index)
                && !self.fired.has(anchor.detector)
                && anchor.starts(self.buffer.bytes.get(start..).unwrap_or_default())
                && let Some(finding) = check(table, anchor, &self.buffer, start, &mut self.tally)
            {
                self.fired.add(anchor.detector);
                found(finding);
            }
        }
    }

    /// Notes where literals start, as far as there are bytes, and tells which grams there are where in the view.
    pub(crate) fn filter(&mut self, table: &Table, mut tell: impl FnMut(u64, &Gram)) {
        let (first, base) = (self.filtered, self.buffer.base);
        self.grams(table).scan(first, usize::MAX, |place, gram| tell(base.saturating_add(place as u64), gram));
        self.filtered = first.max(self.buffer.bytes.len().saturating_sub(GRAM - 1));
    }

    /// The same, where the filter met these grams in the bytes of the body, in order: what is copied from there has them as well.
    pub(crate) fn filter_copies(&mut self, table: &Table, met: &[(u64, Gram)]) {
        let (mut first, mut met) = (self.filtered, met.iter().peekable());
        let base = self.buffer.base;
        while let Some(&Copied { position, offset, len }) = self.buffer.copies.get(self.buffer.told) {
            self.buffer.told = self.buffer.told.saturating_add(1);
            if len < MIN_COPY {
                continue;
            }
            let start = position.saturating_sub(base) as usize;
            // What begins before a copy, or ends behind it, is not in the body.
            // Between two elements there are often line breaks only.
            if self.buffer.bytes.get(first..start).unwrap_or_default().iter().any(|byte| *byte != b'\n') {
                self.grams(table).scan(first, start.saturating_add(GRAM - 1), |_, _| {});
            }
            while met.next_if(|(place, _)| *place < offset).is_some() {}
            let end = start.saturating_add(len);
            // No literal has a line break: behind one all begins anew.
            let broken = self.buffer.bytes.get(end) == Some(&b'\n');
            let beyond = offset.saturating_add(len as u64);
            while let Some((place, gram)) = met.next_if(|(place, _)| *place < beyond) {
                let last = place.saturating_add(if broken { gram.len() } else { GRAM } as u64);
                if last <= beyond {
                    self.grams(table).note(start.saturating_add(place.saturating_sub(offset) as usize), gram);
                }
            }
            first = if broken { end.saturating_add(1) } else { end.saturating_sub(GRAM - 1) };
        }
        self.filtered = first;
        self.filter(table, |_, _| {});
    }

    fn grams<'v>(&'v mut self, table: &'v Table) -> Grams<'v> {
        Grams { table, bytes: &self.buffer.bytes, fired: &self.fired, waiting: &mut self.waiting }
    }

    /// The operator's texts and patterns, from `before` on. A text that starts before `read` is there as a whole: it has no line
    /// break, and is shorter than [`AHEAD`].
    fn find_denied(&mut self, table: &Table, before: usize, found: &mut impl FnMut(Finding)) {
        let terms = table.terms();
        let bytes = &self.buffer.bytes;
        let mut tell = |detector, at| {
            found(Finding { detector, category: Category::Denied, offset: self.buffer.offset(at), literal: "" });
        };
        for text in &terms.denied_texts {
            let end = self.read.saturating_add(text.len()).saturating_sub(1).min(bytes.len());
            if let Some(at) = crate::find::find(bytes.get(before..end).unwrap_or_default(), text.as_bytes()) {
                tell("deny.text", before.saturating_add(at));
            }
        }
        self.matchings.resize(terms.denied_patterns.len(), Some(Matching::default()));
        for (pattern, state) in terms.denied_patterns.iter().zip(&mut self.matchings) {
            let Some(matching) = state else { continue };
            let mut unread = (before..).zip(bytes.get(before..self.read).unwrap_or_default());
            if let Some((last, _)) = unread.find(|(_, byte)| pattern.step(matching, **byte)) {
                // A fixed distance, so that chunks do not matter.
                let first = last.saturating_sub(BACK);
                let start = pattern.start_of_last(bytes.get(first..=last).unwrap_or_default());
                tell("deny.pattern", start.map_or(last, |start| first.saturating_add(start)));
                *state = None;
            }
        }
    }
}

/// The grams of a view, and the literals that they belong to.
struct Grams<'v> {
    table: &'v Table,
    bytes: &'v [u8],
    fired: &'v Fired,
    waiting: &'v mut Vec<(usize, u16)>,
}

impl Grams<'_> {
    /// Filters from one place on, up to another or as far as there are bytes.
    #[inline(always)]
    fn scan(&mut self, first: usize, end: usize, mut tell: impl FnMut(usize, &Gram)) {
        let bytes = self.bytes.get(first..end.min(self.bytes.len())).unwrap_or_default();
        self.table.scan(bytes, |place, gram| {
            let place = first.saturating_add(place);
            tell(place, gram);
            self.note(place, gram);
        });
    }

    /// Notes where the literal starts that has this gram at this place.
    fn note(&mut self, place: usize, gram: &Gram) {
        if let Some(anchor) = self.table.anchor(gram.anchor)
            && let Some(start) = place.checked_sub(gram.back.into())
            && !self.fired.has(anchor.detector)
            && anchor.may_start(self.bytes.get(start..).unwrap_or_default())
        {
            // Grams come in order, and literals start some bytes before theirs.
            let after = self.waiting.iter().rev().take_while(|known| **known > (start, gram.anchor)).count();
            self.waiting.insert(self.waiting.len().saturating_sub(after), (start, gram.anchor));
        }
    }
}

/// Runs the check of a detector whose literal starts at `start` in the buffer.
fn check(table: &Table, anchor: &Anchor, buffer: &Buffer, start: usize, tally: &mut Tally) -> Option<Finding> {
    let detector = table.detector(anchor.detector)?;
    let (first, line) = around(&buffer.bytes, start);
    let start = start.saturating_sub(first);
    let end = start.saturating_add(anchor.text.len());
    let at = (detector.check)(&mut Hit { line, start, end, position: buffer.position(first), tally: &mut *tally })?;
    if detector.category != Category::Credential && table.terms().allow(line, at.min(start)..end_of_word(line, end), tally) {
        return None;
    }
    let at = first.saturating_add(at.min(line.len()));
    let literal = std::str::from_utf8(anchor.text).unwrap_or_default();
    Some(Finding { detector: detector.id, category: detector.category, offset: buffer.offset(at), literal })
}

/// Where the word that goes on behind a place of a line ends: at a blank, a quote, a tag or an escape of one, and before what ends a
/// sentence. Behind a label (`host: `) it is the next word.
fn end_of_word(line: &[u8], place: usize) -> usize {
    let label = matches!(place.checked_sub(1).and_then(|last| line.get(last)), Some(b':' | b'=' | b' '));
    let rest = line.get(place..).unwrap_or_default();
    let skipped = if label { lead(rest, |byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\' | b'=' | b':')) } else { 0 };
    let rest = rest.get(skipped..).unwrap_or_default();
    let ends = |text: &[u8]| match text {
        [b'\\', next, ..] => matches!(next, b'n' | b'r' | b't' | b'u' | b'"'),
        [byte, ..] => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'&') || !byte.is_ascii(),
        [] => true,
    };
    let length = (0..rest.len()).find(|at| ends(rest.get(*at..).unwrap_or_default())).unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    let stop = |byte| matches!(byte, b'.' | b',' | b':' | b';' | b'!' | b'?' | b')' | b']' | b'}' | b'*' | b'/' | b'\\');
    let skipped = if word.is_empty() { 0 } else { skipped };
    place.saturating_add(skipped).saturating_add(word.len().saturating_sub(trail(word, stop)))
}

/// The line around a place in the buffer, as far as a check may see it: where it starts, and its bytes.
fn around(bytes: &[u8], place: usize) -> (usize, &[u8]) {
    let first = place.saturating_sub(BACK);
    let window = bytes.get(first..bytes.len().min(place.saturating_add(AHEAD))).unwrap_or_default();
    let ends = |at: &usize| ends_line(window, *at).unwrap_or(true);
    let (before, after) = window.split_at_checked(place.saturating_sub(first)).unwrap_or((window, &[]));
    // Of so many breaks on either side the last ends the line in any case: each costs a look, for each literal.
    let start = memchr::memrchr_iter(b'\n', before).zip(1..).find(|(at, count)| *count == MAX_BREAKS || ends(at));
    let start = start.map_or(0, |(at, _)| at.saturating_add(1));
    let breaks = memchr::memchr_iter(b'\n', after).map(|at| before.len().saturating_add(at));
    let end = breaks.zip(1..).find(|(at, count)| *count == MAX_BREAKS || ends(at)).map_or(window.len(), |(at, _)| at);
    (first.saturating_add(start), window.get(start..end).unwrap_or_default())
}

/// Whether the line break at a place ends what is said, if the bytes behind it tell. Between a comma or an opening bracket and what JSON may
/// have behind them, and between a value and a closing bracket, it is the layout of JSON, which must not matter: members that tell
/// something together are looked at together.
fn ends_line(bytes: &[u8], at: usize) -> Option<bool> {
    let (before, after) = bytes.split_at_checked(at)?;
    let before = before.strip_suffix(b"\r").unwrap_or(before);
    let open = match before.last() {
        Some(b'{' | b'[' | b',') => true,
        Some(b'"' | b'}' | b']') => false,
        // A number, `true`, `false` or `null`, as a member's value or an item.
        Some(b'0'..=b'9' | b'e' | b'l') => {
            let (before, word) = take_back(before, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
            let (before, _) = take_back(before, |byte| matches!(byte, b' ' | b'\t'));
            let member = before.strip_suffix(b":").is_some_and(|name| name.trim_ascii_end().ends_with(b"\""));
            if !(is_value(word) && (member || matches!(before.last(), Some(b'\n' | b'[' | b',')))) {
                return Some(true);
            }
            false
        }
        _ => return Some(true),
    };
    let after = first(after.get(1..)?, MAX_INDENT);
    let whole = after.len() == MAX_INDENT;
    let (_, next) = take(after, |byte| matches!(byte, b' ' | b'\t'));
    let (word, rest) = take(next, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    match next.first() {
        Some(b'}' | b']') => Some(false),
        Some(b'"' | b'{' | b'[') => Some(!open),
        Some(b'0'..=b'9' | b'-' | b't' | b'f' | b'n') if open && rest.is_empty() => whole.then_some(true),
        Some(_) => Some(!(open && is_value(word) && matches!(rest.first(), Some(b',' | b'\r' | b'\n')))),
        None => whole.then_some(true),
    }
}

/// A number, or a word of JSON.
fn is_value(word: &[u8]) -> bool {
    is_any(word, &["true", "false", "null"])
        || word.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-')
            && word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'))
}

/// So many line breaks on either side of a literal are looked at.
const MAX_BREAKS: usize = 24;

/// Behind so many blanks no bracket is looked for.
const MAX_INDENT: usize = 64;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::super::tests::Dice;
    use super::super::unescape::Unescape;
    use super::*;
    use crate::config::Level;
    use std::sync::Arc;

    /// Which literals start where, as far as the view knows.
    fn literals(view: &View, table: &Table) -> Vec<(usize, u16)> {
        let starts = |(start, index): &(usize, u16)| table.anchor(*index).unwrap().starts(&view.buffer.bytes[*start..]);
        view.waiting.iter().copied().filter(starts).collect()
    }

    /// What undoing may leave between two words, and what stands there for nothing.
    const BETWEEN: [&str; 20] = [
        "",
        "",
        "<br>",
        "</p>",
        "</div><p>",
        "<p class=\"x\">",
        "<b>",
        "</b>",
        "<a href='/x'>",
        "<td>",
        "&amp;",
        "&quot;",
        "\\n",
        "\\u0020",
        "%20",
        "\n",
        "us",
        " ",
        "<module>",
        "a < b & c",
    ];

    #[test]
    fn what_is_copied_has_the_literals_that_a_full_look_finds() {
        let table = Table::new(|detector| detector.level <= Level::Strict, Arc::default());
        let texts: Vec<&[u8]> = (0..).map_while(|index| table.anchor(index)).map(|anchor| anchor.text).collect();
        let mut dice = Dice(0xc0b1);
        let mut found = 0;
        for _ in 0..3000 {
            let mut body = Vec::new();
            for _ in 0..dice.roll(24) {
                body.extend_from_slice(BETWEEN[dice.roll(BETWEEN.len())].as_bytes());
                // A part of a literal too: what undoing joins may be one.
                let text = texts[dice.roll(texts.len())];
                let cut = if dice.roll(2) == 0 { text.len() } else { dice.roll(text.len()) };
                body.extend_from_slice(&text[..cut]);
                body.extend_from_slice(BETWEEN[dice.roll(BETWEEN.len())].as_bytes());
                body.extend_from_slice(&text[cut..]);
            }
            let (mut raw, mut plain, mut unescape) = (View::new(), View::new(), Unescape::new());
            let (mut rest, mut seen, reach) = (body.as_slice(), 0, [3, 12, 4096][dice.roll(3)]);
            while !rest.is_empty() {
                let (chunk, tail) = rest.split_at((1 + dice.roll(reach)).min(rest.len()));
                let mut met = Vec::new();
                raw.buffer().extend(chunk);
                raw.filter(&table, |place, gram| met.push((place, *gram)));
                unescape.push(chunk, seen, plain.buffer());
                plain.filter_copies(&table, &met);
                (rest, seen) = (tail, seen + chunk.len() as u64);
            }
            let mut whole = View::new();
            whole.buffer().extend(plain.buffer().bytes());
            whole.filter(&table, |_, _| {});
            let expected = literals(&whole, &table);
            found += expected.len();
            assert_eq!(literals(&plain, &table), expected, "{:?}", String::from_utf8_lossy(&body));
        }
        assert!(found > 10_000, "{found}");
    }
}
