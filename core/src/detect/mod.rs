//! Finds in a decoded body what no client should see.
//!
//! The body is read once, in two views: as it came, and with JSON escapes, HTML entities and tags undone ([`unescape`]).
//! In each view a filter looks for short literals ([`table`]); where one occurs, the check of its detector looks at the line
//! around it ([`view`]). What is found depends on the bytes alone, never on how they were split into chunks.

mod address;
mod config;
mod dotnet;
mod exception;
mod form;
mod go;
mod json;
mod jvm;
mod message;
mod name;
mod native;
mod node;
mod object;
mod page;
mod path;
mod pattern;
mod php;
mod phrase;
mod python;
mod ruby;
mod rust;
mod secret;
mod server;
mod source;
mod sql;
mod store;
mod table;
mod terms;
mod text;
mod unescape;
mod view;
mod wide;

#[cfg(test)]
mod clean;
#[cfg(test)]
mod tests;

pub(crate) use path::is_source_file;

use crate::config::Level;
pub(crate) use pattern::Pattern;
use std::sync::{Arc, OnceLock};
use table::{Detector, Gram, Table};
pub(crate) use terms::{Terms, forms};
use unescape::Unescape;
use view::{Buffer, View};
pub(crate) use wide::Form;
use wide::Narrow;

/// What a leak is about. The names are those of the report and of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Stack traces, panics, core dumps.
    StackTrace,
    /// An exception class with its message.
    Exception,
    /// SQL and other database errors.
    Database,
    /// Paths of the server's file system.
    FilePath,
    /// A framework's debug page.
    DebugPage,
    /// Lines of program source.
    SourceCode,
    /// Dumps of environment or configuration.
    Configuration,
    /// Credentials, tokens, keys.
    Credential,
    /// Internal hosts, addresses and connection strings.
    InternalAddress,
    /// Server and library banners with versions, and a proxy's internal failure text.
    ServerBanner,
    /// A text that the operator denies.
    Denied,
}

impl Category {
    /// The name as reports and documentation write it, for example `stack_trace`.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::StackTrace => "stack_trace",
            Category::Exception => "exception",
            Category::Database => "database",
            Category::FilePath => "file_path",
            Category::DebugPage => "debug_page",
            Category::SourceCode => "source_code",
            Category::Configuration => "configuration",
            Category::Credential => "credential",
            Category::InternalAddress => "internal_address",
            Category::ServerBanner => "server_banner",
            Category::Denied => "denied",
        }
    }
}

/// One leak: which detector fired first at which place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable detector ID, for example `python.traceback`.
    pub detector: &'static str,
    /// What kind of leak it is.
    pub category: Category,
    /// Offset in the decoded body, in bytes: where the evidence starts, or near it where escapes had to be undone.
    pub offset: u64,
    /// The literal that the detector looks for, as far as it is one of its own.
    pub(crate) literal: &'static str,
}

/// A text with its escapes, entities and tags undone, as the detectors see it.
pub(crate) fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut unescape) = (Buffer::new(), Unescape::new());
    unescape.push(text, 0, &mut plain);
    unescape.end(&mut plain);
    plain.bytes().to_vec()
}

/// Which detectors look, shared by all exchanges. Their table is built when the first body is inspected, or by [`Detectors::prepare`]: some hosts
/// start often, and then mostly pass good answers on.
#[derive(Debug)]
pub(crate) struct Detectors {
    level: Level,
    allowed: Vec<String>,
    denied: Vec<String>,
    terms: Arc<Terms>,
    table: OnceLock<Table>,
}

impl Detectors {
    /// One level's detectors, without those that are `allowed`, with those that are `denied`. Each is an ID, or a family as `path.*`.
    pub(crate) fn new(level: Level, allowed: Vec<String>, denied: Vec<String>, terms: Terms) -> Self {
        Detectors { level, allowed, denied, terms: Arc::new(terms), table: OnceLock::new() }
    }

    /// Builds the table, unless it is there.
    pub(crate) fn prepare(&self) {
        self.table();
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| {
            let wanted = |detector: &Detector| {
                let named = |names: &[String]| names.iter().any(|name| is_named(detector.id, name));
                (detector.level <= self.level || named(&self.denied)) && !named(&self.allowed)
            };
            Table::new(wanted, Arc::clone(&self.terms))
        })
    }

    /// The IDs of all detectors.
    pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
        table::FAMILIES.iter().flat_map(|family| family.iter()).map(|detector| detector.id)
    }

    /// Scans one complete text, for example a header value.
    pub(crate) fn scan(&self, text: &[u8]) -> Vec<Finding> {
        let mut scanner = Scanner::new(Form::Bytes);
        scanner.push(self, text);
        scanner.end(self);
        scanner.findings
    }
}

/// Whether a configuration's name of a detector, or of a family of them, means this one.
pub(crate) fn is_named(id: &str, name: &str) -> bool {
    name.strip_suffix('*').filter(|family| family.ends_with('.')).map_or(id == name, |family| id.starts_with(family))
}

/// The state of one body's scan, carried from chunk to chunk. Bounded, whatever the body.
#[derive(Debug)]
pub(crate) struct Scanner {
    narrow: Narrow,
    raw: View,
    unescape: Unescape,
    /// The second view; `None` as long as it would be the same as the first.
    plain: Option<View>,
    /// The grams of literals in the last bytes, for the second view.
    met: Vec<(u64, Gram)>,
    /// Bytes of the narrowed body seen so far.
    seen: u64,
    findings: Vec<Finding>,
    ended: bool,
}

/// How many findings a scan ends with at most: those that come first in the body.
const MAX_FINDINGS: usize = 16;

/// The body is taken in pieces of this size, which bounds the buffers. 4 KiB keeps both views in the first-level cache.
const PIECE: usize = 4096;

impl Scanner {
    /// A scan at the start of a body; `form` is what its head says of its characters.
    pub(crate) fn new(form: Form) -> Self {
        Scanner {
            narrow: Narrow::new(form),
            raw: View::new(),
            unescape: Unescape::new(),
            plain: None,
            met: Vec::new(),
            seen: 0,
            findings: Vec::new(),
            ended: false,
        }
    }

    /// Scans the next bytes of the decoded body. A finding may show up a few hundred bytes late, when its line is known.
    pub(crate) fn push(&mut self, detectors: &Detectors, bytes: &[u8]) {
        if self.ended {
            return;
        }
        for piece in bytes.chunks(PIECE) {
            let narrow = self.narrow.push(piece);
            self.scan(detectors, &narrow);
        }
    }

    /// Tells that the body ended (or that no more of it will be looked at).
    pub(crate) fn end(&mut self, detectors: &Detectors) {
        if self.ended {
            return;
        }
        let narrow = self.narrow.end();
        self.scan(detectors, &narrow);
        let findings = &mut self.findings;
        let scale = self.narrow.scale();
        self.raw.end(detectors.table(), |finding| note(findings, finding, scale));
        if let Some(plain) = &mut self.plain {
            self.unescape.end(plain.buffer());
            plain.end(detectors.table(), |finding| note(findings, finding, scale));
        }
        // They are few, and nearly in order.
        let found = std::mem::take(&mut self.findings);
        for finding in found {
            let place = self.findings.partition_point(|known| (known.offset, known.detector) < (finding.offset, finding.detector));
            self.findings.insert(place, finding);
        }
        self.findings.truncate(MAX_FINDINGS);
        self.ended = true;
    }

    /// What was found so far, at most one finding per detector: in order of discovery during the scan, after [`Scanner::end`]
    /// in order of offset.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn scan(&mut self, detectors: &Detectors, bytes: &[u8]) {
        let findings = &mut self.findings;
        let scale = self.narrow.scale();
        if self.plain.is_none() && Unescape::changes(bytes) {
            // So far the two views were one: the second goes on where the first is.
            self.plain = Some(self.raw.clone());
        }
        self.raw.buffer().extend(bytes);
        let (met, wanted) = (&mut self.met, self.plain.is_some());
        met.clear();
        self.raw.filter(detectors.table(), |place, gram| {
            if wanted {
                met.push((place, *gram));
            }
        });
        self.raw.advance(detectors.table(), |finding| note(findings, finding, scale));
        if let Some(plain) = &mut self.plain {
            self.unescape.push(bytes, self.seen, plain.buffer());
            plain.filter_copies(detectors.table(), met);
            plain.advance(detectors.table(), |finding| note(findings, finding, scale));
        }
        self.seen = self.seen.saturating_add(bytes.len() as u64);
    }
}

/// Keeps the first finding of each detector over both views. Not by order of discovery: that depends on the chunks.
fn note(findings: &mut Vec<Finding>, mut finding: Finding, scale: u64) {
    finding.offset = finding.offset.saturating_mul(scale);
    match findings.iter_mut().find(|known| known.detector == finding.detector) {
        Some(known) if (known.offset, known.literal) <= (finding.offset, finding.literal) => {}
        Some(known) => *known = finding,
        None => findings.push(finding),
    }
}
