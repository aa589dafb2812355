//! The table of all detectors, compiled to one automaton over short literals.

use super::view::Hit;
use super::{Category, address, config, dotnet, exception, go, json, jvm, native, node, page, path, php, python, ruby, rust, secret, server, source, sql};
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use std::collections::BTreeMap;

/// One way to recognise a leak.
pub(crate) struct Detector {
    /// Stable: reports and configurations name it.
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    /// Why this is a leak and not an error meant for clients, in one line.
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
    source::DETECTORS,
    secret::DETECTORS,
    address::DETECTORS,
    server::DETECTORS,
    config::DETECTORS,
];

/// The automaton knows only the beginning of each literal: that keeps it small, and comparing the rest is cheap.
const KEY: usize = 6;

pub(crate) struct Table {
    automaton: DFA,
    start: StateID,
    detectors: Vec<&'static Detector>,
    /// By key: who uses it.
    anchors: Vec<Vec<Anchor>>,
    key_lens: Vec<usize>,
}

pub(crate) struct Anchor {
    pub(crate) text: &'static [u8],
    pub(crate) any_case: bool,
    /// Index of the detector.
    pub(crate) detector: usize,
}

impl Table {
    #[expect(clippy::expect_used, reason = "the table is constant; every test builds it")]
    pub(crate) fn new() -> Self {
        let detectors: Vec<&'static Detector> = FAMILIES.iter().flat_map(|family| family.iter()).collect();
        let mut keys: BTreeMap<Vec<u8>, Vec<Anchor>> = BTreeMap::new();
        for (detector, entry) in detectors.iter().enumerate() {
            for anchor in entry.anchors {
                let text = anchor.as_bytes();
                let key = text.get(..KEY).unwrap_or(text).to_ascii_lowercase();
                keys.entry(key).or_default().push(Anchor { text, any_case: entry.any_case, detector });
            }
        }
        let automaton = DFA::builder().ascii_case_insensitive(true).build(keys.keys()).expect("the literals make an automaton");
        let start = automaton.start_state(aho_corasick::Anchored::No).expect("the automaton is unanchored");
        let key_lens = keys.keys().map(Vec::len).collect();
        Table { automaton, start, detectors, anchors: keys.into_values().collect(), key_lens }
    }

    pub(crate) fn automaton(&self) -> &DFA {
        &self.automaton
    }

    pub(crate) fn start(&self) -> StateID {
        self.start
    }

    pub(crate) fn anchors(&self, key: usize) -> &[Anchor] {
        self.anchors.get(key).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn key_len(&self, key: usize) -> usize {
        self.key_lens.get(key).copied().unwrap_or(0)
    }

    pub(crate) fn detector(&self, index: usize) -> Option<&'static Detector> {
        self.detectors.get(index).copied()
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("detectors", &self.detectors.len()).field("literals", &self.anchors.len()).finish()
    }
}
