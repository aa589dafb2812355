//! The table of all detectors, and the filter that finds where one of their literals may start.

use super::view::Hit;
use super::{
    Category, address, config, dotnet, exception, form, go, json, jvm, message, native, node, page, path, php, python, ruby, rust, secret,
    server, source, sql,
};
use crate::config::Level;

/// One way to recognise a leak.
pub(crate) struct Detector {
    /// Stable: reports and configurations name it.
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    /// The least eager level at which it looks; `Relaxed` for what nobody sends on purpose.
    pub(crate) level: Level,
    /// Why this is a leak and not an error meant for clients, in one line.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table; a test checks that every row has one"))]
    pub(crate) why: &'static str,
    /// Literals without which the leak does not occur.
    pub(crate) anchors: &'static [&'static str],
    /// Whether `anchors` match in any case (ASCII).
    pub(crate) any_case: bool,
    /// Looks at the line around a literal; gives where in the line the evidence starts.
    pub(crate) check: fn(&mut Hit<'_>) -> Option<usize>,
}

/// For detectors whose literals are evidence enough.
pub(crate) fn literal(hit: &mut Hit<'_>) -> Option<usize> {
    Some(hit.start)
}

/// All detectors. Order decides nothing but the order of checks.
pub(crate) const FAMILIES: &[&[Detector]] = &[
    python::DETECTORS,
    node::DETECTORS,
    jvm::DETECTORS,
    go::DETECTORS,
    php::DETECTORS,
    ruby::DETECTORS,
    dotnet::DETECTORS,
    rust::DETECTORS,
    native::DETECTORS,
    sql::DETECTORS,
    path::DETECTORS,
    page::DETECTORS,
    json::DETECTORS,
    exception::DETECTORS,
    form::DETECTORS,
    message::DETECTORS,
    source::DETECTORS,
    secret::DETECTORS,
    address::DETECTORS,
    server::DETECTORS,
    config::DETECTORS,
];

/// How many detectors there may be; a test counts them.
pub(crate) const MAX_DETECTORS: usize = 512;

/// How many bytes of a literal are looked at before its whole text is compared: one machine word.
pub(crate) const KEY: usize = 8;

/// How many of them the filter looks at. Six let about one place in ten of clean text pass.
const FILTERED: usize = 6;

/// Literals are sorted into as many buckets as a mask has bits.
const BUCKETS: usize = 64;

/// All literals in buckets, neighbours in the alphabet together. `masks[i][b]` has the bits of the buckets that have a
/// literal with `b` as its byte `i`: where the masks of six bytes in a row have a bit in common, one may start. Unlike an
/// automaton over the same literals (1.2 MB) this has no state to wait for, and fits in the first-level cache.
pub(crate) struct Table {
    masks: Box<[[u64; 256]; FILTERED]>,
    buckets: Vec<Vec<Anchor>>,
    detectors: Vec<&'static Detector>,
    texts: Texts,
}

/// What the operator adds to the table.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// On a line with one of these nothing is a leak.
    pub(crate) allowed: Vec<String>,
    /// These are leaks.
    pub(crate) denied: Vec<String>,
}

pub(crate) struct Anchor {
    pub(crate) text: &'static [u8],
    pub(crate) any_case: bool,
    /// Index of the detector.
    pub(crate) detector: usize,
    /// The first bytes of `text`, and which bits of a word to set and to keep before comparing it with them.
    head: u64,
    fold: u64,
    mask: u64,
}

impl Anchor {
    fn new(text: &'static str, any_case: bool, detector: usize) -> Self {
        let (mut head, mut fold, mut mask) = ([0; KEY], [0; KEY], [0; KEY]);
        for (((byte, head), fold), mask) in text.bytes().zip(&mut head).zip(&mut fold).zip(&mut mask) {
            *fold = if any_case && byte.is_ascii_alphabetic() { 0x20 } else { 0 };
            *head = byte | *fold;
            *mask = u8::MAX;
        }
        let (head, fold, mask) = (u64::from_le_bytes(head), u64::from_le_bytes(fold), u64::from_le_bytes(mask));
        Anchor { text: text.as_bytes(), any_case, detector, head, fold, mask }
    }

    /// Whether the first bytes are those of this literal; `word` has them in little-endian order.
    #[inline]
    pub(crate) fn begins(&self, word: u64) -> bool {
        (word | self.fold) & self.mask == self.head
    }

    /// Whether this literal starts at `start`.
    pub(crate) fn starts(&self, bytes: &[u8], start: usize) -> bool {
        let Some(text) = bytes.get(start..start.saturating_add(self.text.len())) else { return false };
        if self.any_case { text.eq_ignore_ascii_case(self.text) } else { text == self.text }
    }
}

impl Table {
    /// The detectors that are `wanted`.
    pub(crate) fn new(wanted: impl Fn(&Detector) -> bool, texts: Texts) -> Self {
        let detectors: Vec<&'static Detector> = FAMILIES.iter().flat_map(|family| family.iter()).filter(|one| wanted(one)).collect();
        let mut anchors = Vec::new();
        for (detector, entry) in detectors.iter().enumerate() {
            anchors.extend(entry.anchors.iter().map(|text| Anchor::new(text, entry.any_case, detector)));
        }
        // Short literals let many places pass: they share buckets with each other only.
        anchors.sort_by_key(|anchor| (anchor.text.len() >= FILTERED, anchor.text.to_ascii_lowercase()));
        let size = anchors.len().div_ceil(BUCKETS).max(1);
        let mut masks = Box::new([[0; 256]; FILTERED]);
        let mut buckets: Vec<Vec<Anchor>> = Vec::new();
        for anchor in anchors {
            if buckets.last().is_none_or(|bucket| bucket.len() >= size) {
                buckets.push(Vec::new());
            }
            let bit = 1u64.checked_shl(buckets.len().saturating_sub(1) as u32).unwrap_or(0);
            for (index, mask) in masks.iter_mut().enumerate() {
                for (byte, bits) in (0..=u8::MAX).zip(mask.iter_mut()) {
                    let fits = match anchor.text.get(index) {
                        // A shorter literal takes any byte behind it.
                        None => true,
                        Some(&own) if anchor.any_case => own.eq_ignore_ascii_case(&byte),
                        Some(&own) => own == byte,
                    };
                    if fits {
                        *bits |= bit;
                    }
                }
            }
            if let Some(bucket) = buckets.last_mut() {
                bucket.push(anchor);
            }
        }
        Table { masks, buckets, detectors, texts }
    }

    /// The buckets, one bit each, of which a literal may start with these bytes.
    #[inline]
    pub(crate) fn filter(&self, bytes: [u8; KEY]) -> u64 {
        let mut bits = u64::MAX;
        for (mask, byte) in self.masks.iter().zip(bytes) {
            bits &= mask.get(usize::from(byte)).copied().unwrap_or(0);
        }
        bits
    }

    pub(crate) fn bucket(&self, index: u32) -> &[Anchor] {
        self.buckets.get(index as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) fn detector(&self, index: usize) -> Option<&'static Detector> {
        self.detectors.get(index).copied()
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("detectors", &self.detectors.len()).finish()
    }
}
