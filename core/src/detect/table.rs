//! The table of all detectors, and the filter that finds where one of their literals may start.

use super::terms::Terms;
use super::text::frequency;
use super::view::Hit;
use super::{
    Category, address, config, dotnet, exception, form, go, json, jvm, message, name, native, node, object, page, path, php, phrase,
    python, ruby, rust, secret, server, source, sql, store,
};
use crate::config::Level;
use std::sync::Arc;

/// One way to recognise a leak.
pub(crate) struct Detector {
    /// Stable: reports and configurations name it.
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    /// The least eager level at which it looks; `Relaxed` for what nobody sends on purpose.
    pub(crate) level: Level,
    /// Why this is a leak and not an error meant for clients, in one line.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table; a test checks that every row has one"))]
    pub(crate) why: Why,
    /// Literals without which the leak does not occur, written with [`literals`].
    pub(crate) anchors: Literals,
    /// Whether `anchors` match in any case (ASCII).
    pub(crate) any_case: bool,
    /// Looks at the line around a literal; gives where in the line the evidence starts.
    pub(crate) check: fn(&mut Hit<'_>) -> Option<usize>,
}

/// Literals, each with a zero behind it: a list of two thousand slices would take 16 KB more of the module.
#[derive(Clone, Copy)]
pub(crate) struct Literals(pub(crate) &'static str);

impl Literals {
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_terminator('\0')
    }
}

/// The literals of a detector.
macro_rules! literals {
    ($($literal:literal),* $(,)?) => {
        $crate::detect::table::Literals(concat!($($literal, "\0"),*))
    };
}
pub(crate) use literals;

/// A reason, which only readers and tests want: it takes no room in the module.
#[cfg(test)]
pub(crate) type Why = &'static str;
#[cfg(not(test))]
#[derive(Debug)]
pub(crate) struct Why;

pub(crate) const fn why(text: &'static str) -> Why {
    #[cfg(test)]
    return text;
    #[cfg(not(test))]
    {
        let _ = text;
        Why
    }
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
    store::DETECTORS,
    path::DETECTORS,
    page::DETECTORS,
    json::DETECTORS,
    object::DETECTORS,
    exception::DETECTORS,
    form::DETECTORS,
    form::printed::DETECTORS,
    name::DETECTORS,
    message::script::DETECTORS,
    message::compiled::DETECTORS,
    message::other::DETECTORS,
    message::prefix::DETECTORS,
    phrase::compiled::DETECTORS,
    phrase::javascript::DETECTORS,
    phrase::python::DETECTORS,
    phrase::script::DETECTORS,
    phrase::translated::DETECTORS,
    phrase::store::DETECTORS,
    phrase::classic::DETECTORS,
    phrase::other::DETECTORS,
    source::DETECTORS,
    secret::DETECTORS,
    address::DETECTORS,
    server::DETECTORS,
    config::DETECTORS,
];

/// How many detectors there may be; a test counts them.
pub(crate) const MAX_DETECTORS: usize = 512;

/// Of each literal the filter looks at this many bytes in a row: its gram.
pub(crate) const GRAM: usize = 4;

/// A gram starts at most so many bytes behind the start of its literal.
const MAX_BACK: usize = 64;

/// The filter has one byte for each hash of a gram's first three bytes, and in it one bit for each low end of the fourth.
/// These 16 KiB fit in the first-level cache beside the body.
const FILTER_BITS: u32 = 14;

/// The grams that pass are looked up by so many leading bits of the same hash.
const RUN_BITS: u32 = 11;

/// All literals, and the filter.
///
/// At each place of a text the filter hashes one gram and tests one bit; where it is set, the literals with this gram are
/// compared. Case is folded with a single `or`, which takes some signs for others, and a literal of two or three bytes is a gram
/// with any bytes behind it: what passes for nothing costs time only.
///
/// Measured against automata over the same 2,470 literals (any case, all overlapping hits, the same 1,197 of them), compiled for
/// speed, in wasm under V8, on the two clean bodies of the bench, JSON and HTML:
///
/// | engine | MB/s | start-up | memory | module |
/// | --- | --- | --- | --- | --- |
/// | this filter | 574, 776 | 6 ms | 2.4 MB | 76 KB |
/// | `aho-corasick`, DFA | 254, 294 | 171 ms | 42 MB | 202 KB |
/// | `aho-corasick`, contiguous NFA | 159, 164 | 56 ms | 8.4 MB | 202 KB |
/// | `regex-automata`, lazy DFA | 324, 353 | 131 ms | 15 MB | 418 KB |
///
/// `simd128` changes none of them by more than 2 %: an automaton waits for each state, and this filter for a byte of its table. (It does
/// speed up the searches for single bytes around it.) A dense DFA of `regex-automata`, compiled at build time and embedded, would have 63 MB
/// and takes minutes to build. To embed this filter and its grams would make the module 46 KB larger to save those 6 ms of each start.
pub(crate) struct Table {
    filter: Box<[u8; 1 << FILTER_BITS]>,
    /// The grams, by the first bits of the same hash.
    grams: Vec<Gram>,
    /// For each of these where its run ends in `grams`; the run before it ends where it begins.
    ends: Box<[u16; (1 << RUN_BITS) + 1]>,
    anchors: Vec<Anchor>,
    detectors: Vec<&'static Detector>,
    terms: Arc<Terms>,
}

/// A literal of a detector.
pub(crate) struct Anchor {
    pub(crate) text: &'static [u8],
    any_case: bool,
    /// Index of the detector.
    pub(crate) detector: usize,
}

/// Four bytes of a literal, folded, in little-endian order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram {
    word: u32,
    /// The bytes of `word` that count.
    mask: u32,
    /// How far behind the start of the literal it starts.
    pub(crate) back: u16,
    /// Index of the literal.
    pub(crate) anchor: u16,
}

impl Gram {
    /// How many bytes of the literal it has.
    pub(crate) fn len(&self) -> usize {
        GRAM.saturating_sub(self.mask.leading_zeros() as usize / 8)
    }
}

impl Anchor {
    /// Whether `text` starts with this literal, or could with more bytes behind it.
    pub(crate) fn may_start(&self, text: &[u8]) -> bool {
        let len = text.len().min(self.text.len());
        let (Some(text), Some(own)) = (text.get(..len), self.text.get(..len)) else { return false };
        // Mostly the first byte tells, without a call.
        match (text.first(), own.first()) {
            (Some(first), Some(own)) if (first ^ own) & !FOLD != 0 => false,
            _ if self.any_case => text.eq_ignore_ascii_case(own),
            _ => text == own,
        }
    }

    /// Whether `text` starts with this literal.
    pub(crate) fn starts(&self, text: &[u8]) -> bool {
        text.len() >= self.text.len() && self.may_start(text)
    }

    /// The gram to look for: the rarest of this literal, as far as can be told.
    fn gram(&self, anchor: u16, ordinary: &Ordinary) -> Gram {
        let (text, back) = (self.text.windows(GRAM).take(MAX_BACK).zip(0..))
            .min_by_key(|(gram, _)| {
                (ordinary.count(word(gram).0), gram.iter().map(|byte| frequency(byte.to_ascii_lowercase())).sum::<u32>())
            })
            .unwrap_or((self.text, 0));
        let (word, mask) = word(text);
        Gram { word, mask, back, anchor }
    }
}

/// How often which place of the filter is asked for in [`ORDINARY`]: a literal whose gram only shares its place with a frequent one
/// would stop the filter as often.
struct Ordinary(Vec<u8>);

impl Ordinary {
    fn new() -> Self {
        let mut counts = vec![0u8; 8 << FILTER_BITS];
        for gram in ORDINARY.as_bytes().windows(GRAM) {
            if let Some(count) = counts.get_mut(Self::place(word(gram).0)) {
                *count = count.saturating_add(1);
            }
        }
        Ordinary(counts)
    }

    fn count(&self, gram: u32) -> u8 {
        self.0.get(Self::place(gram)).copied().unwrap_or(0)
    }

    fn place(gram: u32) -> usize {
        hash(gram) << 3 | bit(gram) as usize
    }
}

/// The folded bytes of a gram, or of what there is of it, and which they are.
fn word(gram: &[u8]) -> (u32, u32) {
    let (mut word, mut mask) = ([0; GRAM], [0; GRAM]);
    for ((byte, word), mask) in gram.iter().zip(&mut word).zip(&mut mask) {
        (*word, *mask) = (byte | FOLD, u8::MAX);
    }
    (u32::from_le_bytes(word), u32::from_le_bytes(mask))
}

impl Table {
    /// The detectors that are `wanted`.
    pub(crate) fn new(wanted: impl Fn(&Detector) -> bool, terms: Arc<Terms>) -> Self {
        let detectors: Vec<&'static Detector> = FAMILIES.iter().flat_map(|family| family.iter()).filter(|one| wanted(one)).collect();
        let mut anchors = Vec::new();
        for (detector, entry) in detectors.iter().enumerate() {
            anchors.extend(entry.anchors.iter().map(|text| Anchor { text: text.as_bytes(), any_case: entry.any_case, detector }));
        }
        let ordinary = Ordinary::new();
        let mut filter = Box::new([0; 1 << FILTER_BITS]);
        let mut runs = vec![Vec::new(); 1 << RUN_BITS];
        for (anchor, index) in anchors.iter().zip(0..) {
            let gram = anchor.gram(index, &ordinary);
            let bits = if anchor.text.len() < GRAM { u8::MAX } else { 1u8.wrapping_shl(bit(gram.word)) };
            for third in if anchor.text.len() < 3 { 0..=u8::MAX } else { 0..=0 } {
                let hash = hash(gram.word | u32::from_le_bytes([0, 0, third | FOLD, 0]));
                if let Some(known) = filter.get_mut(hash) {
                    *known |= bits;
                }
                if let Some(run) = runs.get_mut(run(hash)).filter(|run| run.last() != Some(&gram)) {
                    run.push(gram);
                }
            }
        }
        let (mut grams, mut ends) = (Vec::new(), Box::new([0; (1 << RUN_BITS) + 1]));
        for (run, end) in runs.iter().zip(ends.iter_mut().skip(1)) {
            grams.extend_from_slice(run);
            *end = u16::try_from(grams.len()).unwrap_or(u16::MAX);
        }
        Table { filter, grams, ends, anchors, detectors, terms }
    }

    /// Tells for each place in `bytes` which literals have a gram there. The last three bytes are no such places.
    #[inline]
    pub(crate) fn scan(&self, bytes: &[u8], mut found: impl FnMut(usize, &Gram)) {
        let mut place = 0usize;
        loop {
            place = place.saturating_add(self.skip(bytes.get(place..).unwrap_or_default()));
            for place in place..place.saturating_add(STEP) {
                let Some(gram) = bytes.get(place..).and_then(|rest| rest.first_chunk()) else { return };
                let gram = fold(u32::from_le_bytes(*gram));
                if self.pass(gram) & 1 != 0 {
                    self.run(run(hash(gram))).iter().filter(|known| gram & known.mask == known.word).for_each(|known| found(place, known));
                }
            }
            place = place.saturating_add(STEP);
        }
    }

    fn run(&self, run: usize) -> &[Gram] {
        let Some(&[first, end]) = self.ends.get(run..).and_then(<[u16]>::first_chunk) else { return &[] };
        self.grams.get(first.into()..end.into()).unwrap_or_default()
    }

    /// How many bytes at the start have no gram of a literal, in steps.
    #[inline(never)]
    fn skip(&self, bytes: &[u8]) -> usize {
        // Written out: the module is optimised for size, and there the compiler leaves the calls of iterators in.
        let (mut rest, mut skipped) = (bytes, 0usize);
        while let Some(eight) = rest.first_chunk() {
            // Four grams share a load. Behind the low ends of their fourth bytes stand zeros, so that a shift need not mask them.
            let word = u64::from_le_bytes(*eight) | u64::from_ne_bytes([FOLD; 8]);
            let ends = (word >> 24) & u64::from_ne_bytes([7; 8]);
            let passes = self.bits(word as u32).wrapping_shr(ends as u32)
                | self.bits((word >> 8) as u32).wrapping_shr((ends >> 8) as u32)
                | self.bits((word >> 16) as u32).wrapping_shr((ends >> 16) as u32)
                | self.bits((word >> 24) as u32).wrapping_shr((ends >> 24) as u32);
            if passes & 1 != 0 {
                break;
            }
            rest = rest.get(STEP..).unwrap_or_default();
            skipped = skipped.saturating_add(STEP);
        }
        skipped
    }

    /// The lowest bit says whether a literal may have this gram.
    #[inline(always)]
    fn pass(&self, gram: u32) -> u32 {
        self.bits(gram).wrapping_shr(bit(gram))
    }

    /// What the filter knows of grams that begin like this one.
    #[inline(always)]
    fn bits(&self, gram: u32) -> u32 {
        self.filter.get(hash(gram)).copied().unwrap_or(0).into()
    }

    pub(crate) fn anchor(&self, index: u16) -> Option<&Anchor> {
        self.anchors.get(usize::from(index))
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
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

/// How many grams the filter takes at once.
const STEP: usize = 4;

/// Makes letters small, and some signs others.
const FOLD: u8 = 0x20;

#[inline(always)]
fn fold(gram: u32) -> u32 {
    gram | u32::from_ne_bytes([FOLD; GRAM])
}

/// The place of a folded gram in the filter. The zeros at its end make the factor ignore the fourth byte. Of 120 factors that were tried on
/// the corpus, clean pages stop the filter least with this one.
#[inline(always)]
fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x1B79_4100) >> (u32::BITS - FILTER_BITS)) as usize
}

/// The bit of a folded gram there.
#[inline(always)]
fn bit(gram: u32) -> u32 {
    gram >> 24 & 7
}

/// The run in which the grams of a hash are.
fn run(hash: usize) -> usize {
    hash >> (FILTER_BITS - RUN_BITS)
}

/// What clean pages and answers often say. A literal is not looked for by what occurs here, as far as it has anything else.
const ORDINARY: &str = r##"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>500 Internal Server Error</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/assets/css/main.css">
<style>body { font-family: Arial, sans-serif; font-size: 14px; background-color: #fff; color: #333; margin: 0 auto; padding: 10px;
text-align: center; border: 1px solid #ccc; display: block; line-height: 1.5; max-width: 600px }</style></head>
<body class="page"><div id="content"><h1>Service Unavailable</h1><p>Something went wrong. An unexpected error occurred while processing
your request. The server could not complete it, failed to load the data, or is temporarily unable to handle this. Please try again
later or contact our support team, and sorry for the inconvenience. Unable to connect. Cannot find the page. Could not be found. Too
many requests. An error has occurred. Access denied: permission is required. If you think this is an error, please refer to the
following reference number. The requested resource does not exist, was not found on this server, or is not available. Return to the
home page. Please check the address and refresh. The connection timed out. The upstream server did not respond in time. We are busy, or
overloaded: it could not be saved, stored, sent, created, updated, deleted or received. Your payment was not charged.</p>
<p><a href="https://www.example.com/help">Back</a></p></div><nav class="navbar container row col-md-6"><ul><li class="nav-item dropdown">
<a role="button" aria-label="Menu" data-toggle="dropdown" class="btn btn-primary" onclick="return false"><span class="icon"></span></a>
<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"><path d="M3
12h18 4 0 "/><rect x="1" y="2"/></svg><button aria-expanded="true" aria-hidden="false" class="sidebar-toggle badge"></button><img alt="">
<option selected>


      Settings, pages, charts and options</option>
    </li></ul></nav><form method="post"><label for="email">Name</label><input type="text" class="form-control" name="email"
value="" placeholder="Search" required></form><table class="table"><tr><th>Date</th><td>Total</td></tr></table><script src="/static/js/app.js"></script></body></html>
{"error":{"code":500,"status":"INTERNAL","type":"about:blank","title":"Not Found","message":"The operation failed","details":[],
"errors":[{"field":"name","message":"This field is required"}],"description":"Invalid value for parameter","request_id":"1","user":"a",
"timestamp":"2026-01-01T10:00:00.000Z","path":"/api/v1/orders","instance":"/orders/1","data":null,"success":false,"result":true,
"items":[{"id":1,"name":"A","price":10.0,"file":"x","links":{"self":"/api/orders/1"},"url":"https://example.com/"}],"detail":"Failed"}}
<?xml version="1.0" encoding="UTF-8"?> <Error><Code>InternalError</Code><Message>We encountered an internal error.</Message>
<RequestId>1</RequestId></Error> exception stack trace line number class function module database query table column"##;

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn filtered(table: &Table, text: &[u8]) -> Vec<(usize, u16)> {
        let mut found = Vec::new();
        table.scan(text, |place, gram| {
            let start = place.checked_sub(gram.back.into());
            found.extend(
                start.filter(|&start| table.anchors[usize::from(gram.anchor)].starts(&text[start..])).map(|start| (start, gram.anchor)),
            );
        });
        found.sort_unstable();
        found
    }

    fn everywhere(table: &Table, text: &[u8]) -> Vec<(usize, u16)> {
        // The last three bytes start no gram.
        let starts = 0..text.len().saturating_sub(GRAM - 1);
        starts
            .flat_map(|start| {
                (0..).zip(&table.anchors).filter(move |(_, anchor)| anchor.starts(&text[start..])).map(move |(index, _)| (start, index))
            })
            .collect()
    }

    #[test]
    fn the_filter_misses_no_literal_and_reports_none_twice() {
        let table = Table::new(|_| true, Arc::default());
        let all: Vec<&[u8]> = table.anchors.iter().map(|anchor| anchor.text).collect();
        for (round, separator) in [&b" "[..], b"", b"\xff/", b"\"\n"].into_iter().enumerate() {
            // Every literal at every place of a step, in the case it has and in others where it may have them.
            let mut text = vec![b'-'; round];
            for anchor in &table.anchors {
                let mut own = anchor.text.to_vec();
                match round {
                    1 if anchor.any_case => own.make_ascii_uppercase(),
                    2 => own.make_ascii_lowercase(),
                    _ => {}
                }
                text.extend(own);
                text.extend(separator);
            }
            text.extend(b"\n\n\n");
            let found = filtered(&table, &text);
            assert!(found.len() > all.len() / 2);
            assert_eq!(found, everywhere(&table, &text), "{round}");
        }
    }

    #[test]
    fn few_places_of_clean_text_pass() {
        let table = Table::new(|_| true, Arc::default());
        let clean = "{\"id\":\"ord_8812\",\"message\":\"We are sorry, this order cannot be placed right now.\",\"total\":\"12.50\"}\n<p>Bitte versuchen Sie es \
            noch einmal, or write to <a href=\"/contact\">our office</a> when the trouble goes on for more than a day.</p>";
        let passed = clean.as_bytes().windows(GRAM).filter(|gram| table.pass(word(gram).0) & 1 != 0).count();
        assert!(passed <= clean.len() / 12, "{passed} of {}", clean.len());
    }

    #[test]
    fn clean_pages_seldom_stop_the_filter() {
        let table = Table::new(|detector| detector.level <= crate::config::Level::Standard, Arc::default());
        let bodies = [
            ("card", include_str!("../../../bench/card.html")),
            ("page", include_str!("../../../tests/corpus/bodies/pages/gentelella-faq.html")),
            ("item", include_str!("../../../bench/item.json")),
        ];
        for (name, body) in bodies {
            for (view, text) in [("raw", body.as_bytes().to_vec()), ("plain", crate::detect::unescaped(body.as_bytes()))] {
                let stops = text.windows(GRAM).filter(|gram| table.pass(word(gram).0) & 1 != 0).count();
                assert!(stops * 25 < text.len(), "{name}, {view}: {stops} stops in {} bytes", text.len());
            }
        }
    }
}
