//! Asks core about a body, exactly as a host does.

use crate::config;
use crate::output::Verdict;
use crate::place::line_and_column;
use anyhow::{Context as _, Result, anyhow};
use backstop_core::{Decision, End, Exchange, Finding, Origin, Payload, Policy, Reason, Report, RequestHead, ResponseHead, Seed, Step};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What a scan depends on besides the body.
pub(crate) struct Settings<'a> {
    /// The configuration's name and text.
    pub(crate) config: Option<(&'a str, &'a str)>,
    /// `inspect.level`, if it is to be another than the configuration's.
    pub(crate) level: Option<&'a str>,
    /// Header fields of the responses.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) content_encoding: Option<&'a str>,
}

/// Judges bodies under one policy.
pub(crate) struct Scanner {
    policy: Arc<Policy>,
    headers: HeaderMap,
}

/// What core says of one body.
pub(crate) struct Scanned {
    pub(crate) decision: Decision,
    pub(crate) reason: Reason,
    /// `inspect.max_bytes`.
    pub(crate) limit: u64,
    /// Bytes of the decoded body, as far as it was read.
    pub(crate) body_bytes: u64,
    /// Ordered by place.
    pub(crate) findings: Vec<Found>,
}

/// A finding, and what a person wants to know of it.
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// Line and column, where these can be known.
    pub(crate) place: Option<(usize, usize)>,
    /// Masked.
    pub(crate) snippet: String,
}

impl Scanned {
    pub(crate) fn verdict(&self) -> Verdict {
        if self.decision == Decision::Released { Verdict::Safe } else { Verdict::Unsafe }
    }
}

impl Scanner {
    /// # Errors
    /// Core refuses the configuration or the level, or a text cannot be the value of a header field.
    pub(crate) fn new(settings: &Settings<'_>) -> Result<Self> {
        let mut headers = HeaderMap::new();
        for (option, name, value) in
            [("--content-type", CONTENT_TYPE, settings.content_type), ("--content-encoding", CONTENT_ENCODING, settings.content_encoding)]
        {
            insert(&mut headers, option, name, value)?;
        }
        Ok(Scanner { policy: Arc::new(policy(settings)?), headers })
    }

    /// How many bytes of a body [`scan`](Scanner::scan) has a use for: one more than may be inspected, which tells that it is too long.
    pub(crate) fn wanted_bytes(&self) -> u64 {
        self.policy.max_bytes().saturating_add(1)
    }

    /// # Errors
    /// None is known: core always reports.
    pub(crate) fn scan(&self, body: &[u8]) -> Result<Scanned> {
        let report = judge(&self.policy, self.headers.clone(), body)?;
        let line = ReportLine::of(&report)?;
        let text = self.decoded_text(body, &line);
        let findings = report.findings().iter().zip(report.snippets()).map(|(finding, snippet)| {
            let place = text.and_then(|text| line_and_column(text, finding.offset));
            Found { finding: finding.clone(), place, snippet }
        });
        Ok(Scanned {
            decision: report.decision(),
            reason: report.reason(),
            limit: self.policy.max_bytes(),
            body_bytes: line.body_bytes,
            findings: findings.collect(),
        })
    }

    /// The decoded body, or its beginning, where this can be known for sure: core hands out no more than a masked excerpt.
    fn decoded_text<'t>(&self, body: &'t [u8], line: &'t ReportLine) -> Option<&'t [u8]> {
        let inspected = body.len().min(usize::try_from(self.policy.max_bytes()).unwrap_or(usize::MAX));
        let has_coding = self.headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() != b"identity");
        if !has_coding && line.body_bytes == inspected as u64 {
            // Of the same length, so nothing was decoded, by header or by magic bytes.
            return Some(body);
        }
        line.verbatim_excerpt()
    }
}

/// The policy under which bodies are judged: the configuration's `inspect` with this level, and every 5xx is sanitized.
fn policy(settings: &Settings<'_>) -> Result<Policy> {
    let mut inspect = Value::Object(Map::new());
    if let Some((name, text)) = settings.config {
        // All of it is checked, so that what is found wrong does not depend on where it stands.
        config::checked(text).with_context(|| name.to_owned())?;
        if let Some(part) = config::document(text)?.get("inspect") {
            inspect = part.clone();
        }
    }
    if let (Some(level), Some(members)) = (settings.level, inspect.as_object_mut()) {
        members.insert("level".to_owned(), Value::from(level));
    }
    let place = if settings.level.is_some() { "--level" } else { "the configuration" };
    Policy::from_json(&json!({ "inspect": inspect }).to_string()).context(place)
}

fn insert(headers: &mut HeaderMap, option: &str, name: HeaderName, value: Option<&str>) -> Result<()> {
    if let Some(value) = value {
        let parsed = HeaderValue::from_str(value)
            .map_err(|_| anyhow!("{option}: {value:?} cannot be the value of a header field: write printable ASCII on one line"))?;
        headers.insert(name, parsed);
    }
    Ok(())
}

/// What a host would report of a response with status 500 and this body.
fn judge(policy: &Arc<Policy>, headers: HeaderMap, body: &[u8]) -> Result<Report> {
    let request =
        RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
    let payload = if body.is_empty() { Payload::Absent } else { Payload::AsSent };
    let head = ResponseHead { status: StatusCode::INTERNAL_SERVER_ERROR, headers, body: payload, origin: Origin::Upstream, detail: None };
    // Plan and step say what the client gets when; the report says what.
    let _ = exchange.on_response(&head);
    let _: Step = exchange.on_body(body);
    exchange.finish(End::Complete, 0).report.context("core reports nothing of a 500: please tell the authors")
}

/// What only a report's JSON tells.
#[derive(Deserialize)]
struct ReportLine {
    #[serde(rename = "backstop.body_bytes")]
    body_bytes: u64,
    #[serde(rename = "backstop.excerpt", default)]
    excerpt: String,
    #[serde(rename = "backstop.excerpt_truncated", default)]
    excerpt_truncated: bool,
}

impl ReportLine {
    fn of(report: &Report) -> Result<Self> {
        serde_json::from_str(&report.to_json()).context("core's report cannot be read back: please tell the authors")
    }

    /// The excerpt, if it is the beginning of the body byte for byte: of that length, nothing masked, nothing made harmless.
    fn verbatim_excerpt(&self) -> Option<&[u8]> {
        let whole_length = if self.excerpt_truncated { EXCERPT_BYTES } else { self.body_bytes };
        let changed = self.excerpt.contains("***") || self.excerpt.contains(char::REPLACEMENT_CHARACTER);
        (!changed && self.excerpt.len() as u64 == whole_length).then_some(self.excerpt.as_bytes())
    }
}

/// So many bytes of a body core quotes in a report.
const EXCERPT_BYTES: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_verbatim_only_if_nothing_can_have_changed() {
        let (full, shorter) = ("x".repeat(4096), "x".repeat(4000));
        let rows = [
            ("whole", "ab\nc", 4, false, true),
            ("carriage returns dropped", "ab\nc", 5, false, false),
            ("masked", "a=***", 5, false, false),
            ("made harmless", "a\u{fffd}", 4, false, false),
            ("cut", full.as_str(), 9000, true, true),
            ("cut and shorter", shorter.as_str(), 9000, true, false),
        ];
        for (name, excerpt, body_bytes, excerpt_truncated, expected) in rows {
            let line = ReportLine { body_bytes, excerpt: excerpt.to_owned(), excerpt_truncated };
            assert_eq!(line.verbatim_excerpt().is_some(), expected, "{name}");
        }
    }
}
