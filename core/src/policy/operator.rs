//! What operators get, compiled: where IDs come from, what reports say, who sees original errors.

use super::compile::{in_range, is_printable, patterns, refuse_long};
use super::{Reports, otlp};
use crate::config::{self, ConfigError, Correlation, Environment};
use crate::correlation::{Correlator, TRACEPARENT};
use crate::json::Json;
use crate::redact::Masks;
use crate::reveal::{RevealKey, Viewers};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName};
use std::ops::RangeInclusive;
use std::sync::Arc;

pub(super) fn correlator(correlation: Correlation) -> Result<Correlator, ConfigError> {
    let header = id_header("correlation.header", &correlation.header, &[])?;
    let sources = match correlation.sources {
        None => vec![header.clone(), TRACEPARENT],
        Some(texts) => sources(&texts)?,
    };
    let sources = if correlation.trust { sources } else { Vec::new() };
    Ok(Correlator { header, sources, format: correlation.format, new_trace: correlation.new_trace })
}

fn sources(texts: &[String]) -> Result<Vec<HeaderName>, ConfigError> {
    let at = "correlation.sources";
    if texts.is_empty() {
        return Err(ConfigError::at(at, "is empty: name a header, or write `\"trust\": false` to take no ID over"));
    }
    refuse_long(at, texts.len(), MAX_SOURCES)?;
    let mut sources: Vec<HeaderName> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let name = id_header(&at, text, &[TRACEPARENT.as_str()])?;
        if sources.contains(&name) {
            return Err(ConfigError::of(at, text.as_str(), "stands in this list twice: keep one of the two"));
        }
        sources.push(name);
    }
    Ok(sources)
}

/// What core reads of a request.
pub(super) fn request_fields(correlator: &Correlator) -> Vec<HeaderName> {
    let mut fields = vec![ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, TRACEPARENT];
    for name in std::iter::once(&correlator.header).chain(&correlator.sources) {
        if !fields.contains(name) {
            fields.push(name.clone());
        }
    }
    fields
}

/// A header that may hold an ID: none that means something else, but those that are `known` to hold one as well.
fn id_header(at: &str, text: &str, known: &[&str]) -> Result<HeaderName, ConfigError> {
    let refuse = |problem: &str| Err(ConfigError::of(at, text, problem));
    if text.starts_with(':') {
        return refuse("is a pseudo-header of HTTP/2: write a header name of its own, for example x-request-id");
    }
    match HeaderName::from_bytes(text.as_bytes()) {
        Ok(name) if text.len() <= MAX_HEADER => {
            let name_text = name.as_str();
            let is_taken = TAKEN_HEADERS.contains(&name_text) || TAKEN_PREFIXES.iter().any(|prefix| name_text.starts_with(prefix));
            if is_taken && !known.contains(&name_text) {
                return refuse("has a meaning of its own: write a header name that nothing else uses, for example x-request-id");
            }
            Ok(name)
        }
        _ => refuse("is not a header name: write letters, digits and dashes, at most 64, for example x-request-id"),
    }
}

pub(super) fn reports(report: config::Report) -> Result<Reports, ConfigError> {
    if !report.log && report.otlp.is_none() {
        let problem = "would leave reports without a reader: name a collector in `report.otlp`, or leave it out";
        return Err(ConfigError::of("report.log", Json::Bool(false), problem));
    }
    let rate = |name: &str, number| in_range(&format!("report.{name}"), number, REPORTS_PER_SECOND, "because a log must stay readable");
    let config::Deployment { version, header } = report.deployment;
    if let Some(version) = version.as_deref().filter(|version| !is_printable(version)) {
        let problem = "is not a version: write 1 to 64 printable ASCII characters";
        return Err(ConfigError::of("report.deployment.version", version, problem));
    }
    let version_header = header.map(|header| id_header("report.deployment.header", &header, &[])).transpose()?;
    Ok(Reports {
        per_second: rate("max_per_second", report.max_per_second)?,
        alike_per_second: rate("max_alike_per_second", report.max_alike_per_second)?,
        masks: Arc::new(Masks {
            addresses: report.redact.addresses,
            patterns: patterns("report.redact.patterns", &report.redact.patterns)?,
        }),
        version,
        version_header,
        logs: report.log,
        collector: report.otlp.as_ref().map(otlp::compile).transpose()?.map(Arc::new),
        tenant: None,
    })
}

pub(super) fn viewers(reveal: Option<config::Reveal>, environment: Environment) -> Result<Viewers, ConfigError> {
    let mut keys = Vec::new();
    if let Some(reveal) = &reveal {
        let mut add = |at: &str, secret: &str| {
            keys.push(RevealKey::new(secret).map_err(|problem| ConfigError::at(at, problem))?);
            Ok(())
        };
        add("reveal.secret", &reveal.secret)?;
        if let Some(previous) = &reveal.previous_secret {
            add("reveal.previous_secret", previous)?;
        }
    }
    Ok(Viewers { everyone: environment == Environment::Development, keys })
}

const MAX_HEADER: usize = 64;
/// All that clouds and proxies are known to send, and a few.
const MAX_SOURCES: usize = 8;
const REPORTS_PER_SECOND: RangeInclusive<u64> = 1..=100_000;

/// Headers that HTTP, a browser or Backstop itself gives a meaning; an ID in their place would break something.
#[rustfmt::skip]
const TAKEN_HEADERS: &[&str] = &[
    "accept", "age", "allow", "authorization", "cache-control", "connection", "cookie", "date", "etag", "expect", "expires",
    "forwarded", "from", "host", "http2-settings", "keep-alive", "last-modified", "link", "location", "max-forwards", "origin",
    "clear-site-data", "nel", "permissions-policy", "pragma", "range", "ratelimit", "ratelimit-policy", "referer", "referrer-policy",
    "server-timing", "sourcemap", "x-powered-by", "refresh", "retry-after", "server", "set-cookie", "strict-transport-security", "te", "traceparent",
    "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "vary", "via", "warning", "www-authenticate",
    "x-backstop-reveal", "x-content-type-options", "x-frame-options", "x-robots-tag",
];
const TAKEN_PREFIXES: &[&str] =
    &["accept-", "access-control-", "alt-svc", "content-", "cross-origin-", "grpc-", "if-", "proxy-", "sec-", "x-forwarded-"];
