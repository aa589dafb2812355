//! The operator's copy: what happened, under the ID that the client sees.

mod line;

use crate::config::Action;
use crate::correlation::{self, Correlation};
use crate::detect::{Category, Finding};
use crate::head::Origin;
use crate::json::Json;
use crate::redact::{MASK, Masks, hide_at, line_around, redact_path, redact_with};
use crate::trace::{self, Fnv, Trace};
use std::fmt;
use std::sync::Arc;

pub(crate) use line::{Field, MAX_EXCERPT, bounded, host_name};

/// One intercepted error.
///
/// It keeps what it knows as it came; secrets are masked when its line is made, so that a report that nobody writes costs
/// nothing. There is no other way to its text.
#[derive(Clone)]
pub struct Report {
    pub(crate) entry: Entry,
    /// The beginning of the decoded body.
    pub(crate) excerpt: Vec<u8>,
    /// What is masked besides what always is.
    pub(crate) masks: Arc<Masks>,
}

/// The fields of a report.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) correlation: Correlation,
    /// When the request arrived.
    pub(crate) unix_millis: u64,
    pub(crate) duration_millis: u64,
    pub(crate) method: String,
    /// How often the host sent the request again.
    pub(crate) resends: u64,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) status_received: u16,
    pub(crate) status_sent: u16,
    pub(crate) origin: Origin,
    pub(crate) detail: Option<String>,
    /// The proxy's name of the route.
    pub(crate) route: Option<String>,
    /// Which version of the application answered.
    pub(crate) version: Option<String>,
    /// The ID that the upstream gave the error, where it is another one.
    pub(crate) upstream_id: Option<String>,
    /// Whose configuration decided, where there are several.
    pub(crate) tenant: Option<String>,
    pub(crate) rule: String,
    pub(crate) action: Action,
    pub(crate) decision: Decision,
    pub(crate) reason: Reason,
    /// The client was a trusted viewer, and saw the original error.
    pub(crate) revealed: bool,
    /// Why a template was not used.
    pub(crate) fallback: Option<String>,
    pub(crate) findings: Vec<Finding>,
    /// Filled in when the line is made.
    pub(crate) snippets: Vec<String>,
    /// Fields that a released response lost, because they tell internals; a few.
    pub(crate) removed_headers: Vec<String>,
    pub(crate) content_type: Option<String>,
    /// Bytes of the decoded body, as far as it was read.
    pub(crate) body_bytes: u64,
    /// Filled in when the line is made, as is the excerpt.
    pub(crate) trace: Option<Trace>,
    pub(crate) excerpt: String,
    pub(crate) excerpt_truncated: bool,
}

/// What the client got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The upstream's response, unchanged (`observe`).
    Observed,
    /// The upstream's response, its ID added.
    Released,
    /// A generic response.
    Replaced,
}

impl Decision {
    /// The name used in reports and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Observed => "observed",
            Decision::Released => "released",
            Decision::Replaced => "replaced",
        }
    }
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing unsafe was found.
    Clean,
    /// The rule says `replace`.
    Always,
    /// A detector fired.
    Unsafe,
    /// More than `inspect.max_bytes`.
    OverLimit,
    /// An unknown content coding.
    UnknownCoding,
    /// A broken content coding.
    Corrupt,
    /// At the level `strict`: it does not look like an error for clients.
    NotGeneric,
    /// The upstream broke off.
    Aborted,
    /// The body took longer than `inspect.timeout_ms`.
    TimedOut,
    /// The host holds too many responses already.
    Overloaded,
    /// The host got no response from the upstream.
    NoResponse,
    /// The host left the upstream alone, because it failed too often.
    CircuitOpen,
    /// The client got a copy of an earlier response.
    Stale,
}

impl Reason {
    /// The name used in reports and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Clean => "clean",
            Reason::Always => "always",
            Reason::Unsafe => "unsafe",
            Reason::OverLimit => "over_limit",
            Reason::UnknownCoding => "unknown_coding",
            Reason::Corrupt => "corrupt",
            Reason::NotGeneric => "not_generic",
            Reason::Aborted => "aborted",
            Reason::TimedOut => "timed_out",
            Reason::Overloaded => "overloaded",
            Reason::NoResponse => "no_response",
            Reason::CircuitOpen => "circuit_open",
            Reason::Stale => "stale",
        }
    }
}

impl Report {
    /// The correlation ID.
    pub fn request_id(&self) -> &str {
        &self.entry.correlation.id
    }

    /// What the client got.
    pub fn decision(&self) -> Decision {
        self.entry.decision
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.entry.reason
    }

    /// What was found in the body, ordered by place; up to the end of the part in which the first leak was clear.
    pub fn findings(&self) -> &[Finding] {
        &self.entry.findings
    }

    /// When the request arrived, in milliseconds since 1970, for a host to which this costs something and which so asks only for
    /// reports that are written: it moves the report's time and lengthens its duration.
    pub fn set_arrival(&mut self, unix_millis: u64) {
        let end = self.entry.unix_millis.saturating_add(self.entry.duration_millis);
        self.entry.unix_millis = unix_millis;
        self.entry.duration_millis = end.saturating_sub(unix_millis);
    }

    /// The proxy's own name of the route that the request took, for a host to which this costs something, as for
    /// [`set_arrival`](Report::set_arrival). An empty one is none.
    pub fn set_route(&mut self, route: String) {
        self.entry.route = Some(route);
    }

    /// The report as one line of JSON, without a line break, secrets masked.
    ///
    /// Names are those of the OpenTelemetry semantic conventions where these have one. The order is always the same; what is
    /// unknown is left out. Text fields are cut at 1 KiB or less and the excerpt at 4 KiB, so that the line stays below 64 KiB.
    /// Hosts write it through a [`Limiter`](crate::Limiter).
    pub fn to_json(&self) -> String {
        self.written().told(0, 0).line()
    }

    /// For each of [`Report::findings`], the line around it: at most 100 characters, secrets masked, `…` where it is cut off.
    ///
    /// A secret can be told by what stands around it only. So the line is one of the excerpt, which is masked as a whole; of what is found
    /// behind that only the words are quoted that the detector looks for.
    pub fn snippets(&self) -> Vec<String> {
        self.quoted().1
    }

    /// The excerpt and the snippets, masked.
    fn quoted(&self) -> (String, Vec<String>) {
        let findings = &self.entry.findings;
        let (excerpt, places) = masked(&self.masks, &self.excerpt, findings);
        let snippet = |(finding, place): (&Finding, usize)| {
            if offset(finding) < self.excerpt.len() { line_around(&excerpt, place) } else { finding.literal.trim().to_owned() }
        };
        let snippets = findings.iter().zip(places).map(snippet).collect();
        (excerpt, snippets)
    }

    /// Numbers that are the same for errors that look alike: by rule, status, decision and findings, and by these and the words of the
    /// body, without those that have a digit.
    pub(crate) fn kinds(&self) -> (u64, u64) {
        let Entry { rule, status_received, origin, decision, reason, findings, .. } = &self.entry;
        let mut hash = Fnv::new();
        hash.add(rule);
        hash.mix(u64::from(*status_received));
        for name in [origin.as_str(), decision.as_str(), reason.as_str()].into_iter().chain(findings.iter().map(|found| found.detector)) {
            hash.add(name);
        }
        let coarse = hash.0;
        // Another number also where there are no words.
        hash.mix(0);
        hash.add_words(self.excerpt.get(..KIND_BYTES).unwrap_or(&self.excerpt));
        (coarse, hash.0)
    }

    /// What a sink gets: everything that is known, secrets masked.
    pub(crate) fn written(&self) -> Written {
        let mut entry = self.entry.clone();
        let redact = |text: &str| redact_with(&self.masks, bounded(text, MAX_SEEN).as_bytes(), &[]).0;
        entry.path = redact_path(&self.masks, &entry.path);
        entry.host = self.masks.hide(bounded(&entry.host, MAX_SEEN));
        let texts = [&mut entry.detail, &mut entry.content_type, &mut entry.route, &mut entry.version];
        for text in texts.into_iter().flatten() {
            *text = redact(text);
        }
        let (excerpt, snippets) = self.quoted();
        (entry.excerpt, entry.snippets) = (excerpt, snippets);
        if !entry.findings.is_empty() {
            entry.trace = trace_of(&self.masks, &entry.excerpt);
        } else if entry.upstream_id.is_none() {
            entry.upstream_id = id_in(&entry.excerpt);
        }
        entry.upstream_id = entry.upstream_id.filter(|id| *id != entry.correlation.id).map(|id| redact(&id));
        Written(entry)
    }
}

/// What a masked excerpt tells of an error: from the masked text, where names of members tell secrets, and masked once more, because
/// escapes hide some.
pub(crate) fn trace_of(masks: &Masks, masked: &str) -> Option<Trace> {
    trace::read(masked.as_bytes()).map(|trace| trace.map(|text| redact_with(masks, text.as_bytes(), &[]).0))
}

/// A report whose secrets are masked.
pub(crate) struct Written(Entry);

impl Written {
    /// The fingerprint as a number.
    pub(crate) fn fingerprint(&self) -> Option<u64> {
        u64::from_str_radix(&self.0.trace.as_ref()?.fingerprint, 16).ok()
    }

    /// With the number of reports that were dropped before it, and that of those alike.
    pub(crate) fn told(&self, suppressed: u64, alike: u64) -> Told {
        Told { fields: self.0.fields(suppressed, alike), unix_millis: self.0.unix_millis }
    }
}

/// A report's fields, secrets masked: made once, written by every sink.
#[derive(Debug)]
pub struct Told {
    fields: Vec<Field>,
    unix_millis: u64,
}

impl Told {
    /// One line of JSON, as [`Report::to_json`].
    pub fn line(&self) -> String {
        line::line(&self.fields)
    }

    /// In the order of the line, for a sink of another form.
    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// When the request arrived.
    pub(crate) fn unix_millis(&self) -> u64 {
        self.unix_millis
    }

    /// Of a report with every field, or with few.
    #[cfg(test)]
    pub(crate) fn sample(full: bool) -> Told {
        Written(if full { line::tests::full() } else { line::tests::minimal() }).told(0, 0)
    }
}

/// An excerpt, masked, and where its findings are then. What a detector takes for a credential is masked in any case.
pub(crate) fn masked(masks: &Masks, excerpt: &[u8], findings: &[Finding]) -> (String, Vec<usize>) {
    let places: Vec<usize> = findings.iter().map(offset).collect();
    let (mut text, mut places) = redact_with(masks, excerpt, &places);
    for (index, finding) in findings.iter().enumerate() {
        let Some(&place) = places.get(index) else { continue };
        if finding.category == Category::Credential
            && offset(finding) < excerpt.len()
            && let Some(length) = hide_at(&mut text, place)
        {
            // What stands behind it moves, what stood within it is at its mask.
            let end = place.saturating_add(length);
            for other in places.iter_mut().filter(|other| **other > place) {
                *other = if *other < end { place } else { other.saturating_sub(length).saturating_add(MASK.len()) };
            }
        }
    }
    (text, places)
}

fn offset(finding: &Finding) -> usize {
    usize::try_from(finding.offset).unwrap_or(usize::MAX)
}

/// The ID that a JSON error gives itself, at its top or in `error`.
fn id_in(excerpt: &str) -> Option<String> {
    let document: Json = serde_json::from_str(excerpt.trim_start().strip_prefix('\u{feff}').unwrap_or(excerpt)).ok()?;
    let id = |object: &Json| {
        let known = |(name, _): &&(String, Json)| {
            let name: String = name.chars().filter(|c| !matches!(c, '_' | '-')).collect();
            ID_MEMBERS.iter().any(|known| known.eq_ignore_ascii_case(&name))
        };
        let (_, value) = object.members().iter().find(known)?;
        Some(if let Json::Number(number) = value { number.to_string() } else { value.as_text().to_owned() })
    };
    let id = id(&document).or_else(|| id(document.get("error")?))?;
    correlation::is_valid(id.as_bytes()).then_some(id)
}

/// Bytes of a field that are looked at; more than are shown, so that what the end cuts is known for what it is.
const MAX_SEEN: usize = 2048;

/// Errors of one kind begin alike.
const KIND_BYTES: usize = 1024;

/// Members that name an ID for support, without `_` and `-`.
const ID_MEMBERS: [&str; 9] =
    ["requestid", "correlationid", "traceid", "errorid", "eventid", "incidentid", "logid", "ticketid", "referenceid"];

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::line::tests::{full, minimal};
    use super::*;
    use serde_json::Value;

    #[test]
    fn what_a_detector_takes_for_a_credential_is_masked() {
        let mut text = "a sk?zz/xx b c d e".to_owned();
        assert_eq!(hide_at(&mut text, 2), Some("sk?zz/xx b c".len()));
        assert_eq!(text, "a *** d e");
        let mut text = "\"PGPASSWORD\": \"***\", b".to_owned();
        assert_eq!(hide_at(&mut text, 1), None, "it is");
        for place in [4, 5, 99] {
            let mut text = "é€".to_owned();
            let _ = hide_at(&mut text, place);
        }

        let body = "ValueError: key-0123456789abcdef0123456789abcdef was refused for AKIA";
        let mut report = Report { entry: minimal(), excerpt: body.as_bytes().to_vec(), masks: Arc::default() };
        let found = |category, offset| Finding { detector: "secret.vendor_token", category, offset, literal: "key-" };
        report.entry.findings = vec![found(Category::Credential, 12), found(Category::Exception, 64)];
        let line = report.to_json();
        assert!(!line.contains("0123456789abcdef0123456789abcdef"), "{line}");
    }

    #[test]
    fn tells_the_trace_without_its_secrets() {
        let excerpt = concat!(
            r#"{"stack":"ValueError: no mail to ann\u0040shop.example with password=hunter2 at postgres:\/\/app:s3cret@db\/x\n"#,
            r#"    at send (\/app\/mail.js:3:1)","token":"tok_4711"}"#,
        );
        let mut report = Report { entry: minimal(), excerpt: excerpt.as_bytes().to_vec(), masks: Arc::default() };
        let clean: Value = serde_json::from_str(&report.to_json()).unwrap();
        assert!(clean.get("exception.type").is_none() && clean.get("backstop.fingerprint").is_none(), "{clean}");

        report.entry.findings = full().findings;
        let line = report.to_json();
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["exception.type"], "ValueError");
        assert_eq!(value["exception.stacktrace"], "/app/mail.js:3 in send");
        assert!(value["exception.message"].as_str().unwrap().starts_with("no mail to ***"), "{line}");
        assert_eq!(value["backstop.fingerprint"].as_str().unwrap().len(), 16);
        for secret in ["ann", "hunter2", "s3cret", "tok_4711"] {
            assert!(!line.contains(secret), "{secret}: {line}");
        }
    }
}
