//! One view of a body: a sliding buffer, the automaton's state, and the checks on the lines where a literal occurred.

use super::Finding;
use super::table::Table;
use aho_corasick::automaton::{Automaton, StateID};

/// What a check sees of the line before the literal, and behind it. Fixed distances from the literal, so that chunks do not
/// matter. A frame or message with its path fits; a longer line is seen in part.
const BACK: usize = 512;
const AHEAD: usize = 768;

/// The bytes of a view that are still needed, and where they came from in the body.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// Position of `bytes[0]` in the view.
    base: u64,
    /// From this position in the view on (first), the body is at (second).
    marks: Vec<(u64, u64)>,
}

impl Buffer {
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// What comes next in this view is at `offset` in the body.
    pub(crate) fn mark(&mut self, offset: u64) {
        let position = self.position(self.bytes.len());
        match self.marks.last_mut() {
            Some(last) if last.0 == position => last.1 = offset,
            Some(last) if offset.wrapping_sub(position) == last.1.wrapping_sub(last.0) => {}
            _ => self.marks.push((position, offset)),
        }
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn position(&self, index: usize) -> u64 {
        self.base.saturating_add(index as u64)
    }

    /// Where in the body the byte at `index` came from.
    fn offset(&self, index: usize) -> u64 {
        let position = self.position(index);
        let after = self.marks.partition_point(|mark| mark.0 <= position);
        match after.checked_sub(1).and_then(|last| self.marks.get(last)) {
            Some((view, body)) => body.saturating_add(position.saturating_sub(*view)),
            None => position,
        }
    }

    fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
        self.base = self.base.saturating_add(count as u64);
        let after = self.marks.partition_point(|mark| mark.0 <= self.base);
        self.marks.drain(..after.saturating_sub(1));
    }
}

#[derive(Debug)]
pub(crate) struct View {
    buffer: Buffer,
    /// How much of the buffer the automaton has read.
    read: usize,
    state: Option<StateID>,
    /// Which detectors have fired in this view: one bit each.
    fired: u128,
    tally: Tally,
}

/// What detectors with evidence on several lines remember.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Settings seen so far.
    pub(crate) settings: u32,
    /// Where the last one ended, in the view.
    pub(crate) last_setting: u64,
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
    /// The line before the literal.
    pub(crate) fn before(&self) -> &'a [u8] {
        self.line.get(..self.start).unwrap_or_default()
    }

    /// The line behind the literal.
    pub(crate) fn after(&self) -> &'a [u8] {
        self.line.get(self.end..).unwrap_or_default()
    }
}

impl View {
    pub(crate) fn new() -> Self {
        View {
            buffer: Buffer { bytes: Vec::new(), base: 0, marks: Vec::new() },
            read: 0,
            state: None,
            fired: 0,
            tally: Tally::default(),
        }
    }

    /// Where the next bytes of this view are appended; call [`View::advance`] afterwards.
    pub(crate) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// Reads on, up to the last byte whose line is known far enough (`end`: to the end of the body).
    pub(crate) fn advance(&mut self, table: &Table, end: bool, mut found: impl FnMut(Finding)) {
        let bytes = &self.buffer.bytes;
        let limit = if end {
            bytes.len()
        } else {
            let unread = bytes.get(self.read..).unwrap_or_default();
            let lines = memchr::memrchr(b'\n', unread).map_or(0, |at| self.read.saturating_add(at).saturating_add(1));
            lines.max(bytes.len().saturating_sub(AHEAD))
        };
        let Some(news) = bytes.get(self.read..limit) else { return };
        let automaton = table.automaton();
        let mut state = self.state.unwrap_or_else(|| table.start());
        for (index, &byte) in news.iter().enumerate() {
            state = automaton.next_state(aho_corasick::Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                let stop = self.read.saturating_add(index).saturating_add(1);
                for which in 0..automaton.match_len(state) {
                    let key = automaton.match_pattern(state, which);
                    check(table, key.as_usize(), &self.buffer, stop, &mut self.fired, &mut self.tally, &mut found);
                }
            }
        }
        self.state = Some(state);
        self.read = limit;
        if let Some(spare) = self.read.checked_sub(BACK.saturating_add(super::PIECE)) {
            // Moving what remains costs little when it is done once per piece.
            let count = spare.saturating_add(super::PIECE);
            self.buffer.drop_front(count);
            self.read = self.read.saturating_sub(count);
        }
    }
}

/// Runs the checks of all detectors that use the literal `key`, found where `stop` is its end.
fn check(table: &Table, key: usize, buffer: &Buffer, stop: usize, fired: &mut u128, tally: &mut Tally, found: &mut impl FnMut(Finding)) {
    let mut context = None;
    for anchor in table.anchors(key) {
        let bit = 1u128.checked_shl(anchor.detector as u32).unwrap_or(0);
        if *fired & bit != 0 {
            continue;
        }
        let (first, line, start) = *context.get_or_insert_with(|| around(&buffer.bytes, stop, table.key_len(key)));
        let end = start.saturating_add(anchor.text.len());
        let text = line.get(start..end).unwrap_or_default();
        let same = if anchor.any_case { text.eq_ignore_ascii_case(anchor.text) } else { text == anchor.text };
        if !same {
            continue;
        }
        let Some(detector) = table.detector(anchor.detector) else { continue };
        let mut hit = Hit { line, start, end, position: buffer.position(first), tally };
        if let Some(at) = (detector.check)(&mut hit) {
            *fired |= bit;
            let offset = buffer.offset(first.saturating_add(at.min(line.len())));
            found(Finding { detector: detector.id, category: detector.category, offset });
        }
    }
}

/// The line around a literal: where it starts in the buffer, its bytes, and where in them the literal starts.
fn around(bytes: &[u8], stop: usize, len: usize) -> (usize, &[u8], usize) {
    let back = stop.saturating_sub(BACK);
    let before = bytes.get(back..stop).unwrap_or_default();
    let first = memchr::memrchr(b'\n', before).map_or(back, |at| back.saturating_add(at).saturating_add(1));
    let after = bytes.get(stop..).unwrap_or_default();
    let after = after.get(..AHEAD).unwrap_or(after);
    let last = stop.saturating_add(memchr::memchr(b'\n', after).unwrap_or(after.len()));
    let line = bytes.get(first..last).unwrap_or_default();
    (first, line, stop.saturating_sub(len).saturating_sub(first))
}
