//! What an intercepted error adds to the metrics, whether its report is written or not.
//!
//! Labels are part of a counter's name, because that is all that a proxy-wasm host takes: `name;label=value;label=value`. Envoy takes
//! them apart again by `stats_config.stats_tags`. No host ever forgets a series, so their number is capped.

use crate::report::Report;

/// What one intercepted error adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// The counter to add one to: `backstop_responses_total` with the labels `rule`, `action`, `decision`, `category` (of the first
    /// finding, else `none`), `status` (as received), `origin` and `reason`, in this order.
    ///
    /// Values have 1 to 64 letters, digits, `-`, `_` or dots; what else a rule's name has becomes `_` (`rules[1]` is `rules_1_`).
    pub series: String,
    /// Bytes of the decoded body, as far as it was read.
    pub body_bytes: u64,
    /// From [`Seed::unix_millis`](crate::Seed::unix_millis) to the end.
    pub millis: u64,
    /// A template could not be used.
    pub fell_back: bool,
}

/// What the host's access log tells of an intercepted error, as far as the response's head decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFields<'a> {
    /// The correlation ID.
    pub id: &'a str,
    /// The rule, as reports name it.
    pub rule: &'a str,
    /// What the rule does.
    pub action: &'static str,
    /// The status that the upstream sent; for gRPC the one that its code stands for.
    pub status: u16,
}

impl Report {
    /// What it adds to the metrics. Asked before [`Report::set_arrival`], which moves the time.
    pub fn measures(&self) -> Measures {
        let entry = &self.entry;
        let category = entry.findings.first().map_or("none", |finding| finding.category.as_str());
        let mut series = String::with_capacity(160);
        series.push_str("backstop_responses_total;rule=");
        // The others are words of ours.
        push_value(&mut series, &entry.rule);
        let status = entry.status_received.to_string();
        for (label, value) in [
            (";action=", entry.action.as_str()),
            (";decision=", entry.decision.as_str()),
            (";category=", category),
            (";status=", &status),
            (";origin=", entry.origin.as_str()),
            (";reason=", entry.reason.as_str()),
        ] {
            series.push_str(label);
            series.push_str(value);
        }
        Measures { series, body_bytes: entry.body_bytes, millis: entry.duration_millis, fell_back: entry.fallback.is_some() }
    }

    /// What the access log tells of it.
    pub fn log_fields(&self) -> LogFields<'_> {
        let entry = &self.entry;
        LogFields { id: &entry.correlation.id, rule: &entry.rule, action: entry.action.as_str(), status: entry.status_received }
    }
}

/// The series that one host instance counts, and by what number the host knows each.
#[derive(Debug, Default)]
pub struct SeriesTable {
    /// In order of their names; without a number where the host refused one.
    known: Vec<(String, Option<u32>)>,
}

impl SeriesTable {
    /// The host's number of a series; `define` asks the host, once for each, for the number of one that is new. `None` where that gave
    /// none.
    ///
    /// At most 1000 series: those that come later count as one, all of whose labels are `other`.
    pub fn id(&mut self, series: &str, define: &mut dyn FnMut(&str) -> Option<u32>) -> Option<u32> {
        match self.place(series) {
            Ok(at) => self.known.get(at).and_then(|(_, id)| *id),
            Err(at) if self.known.len() < MAX_SERIES => self.learn(at, series, define),
            Err(_) => {
                let other = others(series);
                match self.place(&other) {
                    Ok(at) => self.known.get(at).and_then(|(_, id)| *id),
                    // One for each name of a counter, and of these there are few.
                    Err(at) => self.learn(at, &other, define),
                }
            }
        }
    }

    fn place(&self, series: &str) -> Result<usize, usize> {
        self.known.binary_search_by(|(known, _)| known.as_str().cmp(series))
    }

    fn learn(&mut self, at: usize, series: &str, define: &mut dyn FnMut(&str) -> Option<u32>) -> Option<u32> {
        let id = define(series);
        self.known.insert(at, (series.to_owned(), id));
        id
    }
}

/// The series with every label's value replaced.
fn others(series: &str) -> String {
    let mut parts = series.split(';');
    let mut other = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        other.push(';');
        other.push_str(part.split('=').next().unwrap_or_default());
        other.push_str("=other");
    }
    other
}

/// A label's value in the characters that every metrics system takes.
fn push_value(series: &mut String, value: &str) {
    let start = series.len();
    series.extend(value.chars().take(MAX_VALUE).map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }));
    if series.len() == start {
        series.push('_');
    }
}

/// Fifty rules with twenty kinds of errors each; an upstream that makes up statuses must not fill the host's memory.
const MAX_SERIES: usize = 1000;
const MAX_VALUE: usize = 64;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::{End, Exchange, Origin, Payload, Policy, RequestHead, ResponseHead, Seed};
    use http::{HeaderMap, Method, StatusCode};
    use std::sync::Arc;

    const TRACE: &[u8] = b"Traceback (most recent call last):\n  File \"/srv/a.py\", line 1, in b\nKeyError: 'c'\n";

    fn intercepted(config: &str, status: u16, body: &[u8]) -> Report {
        let policy = Arc::new(Policy::from_json(config).unwrap());
        let request = RequestHead {
            method: Method::GET,
            host: String::new(),
            path: "/".to_owned(),
            headers: HeaderMap::new(),
            correlation_id: Some("id-1".to_owned()),
        };
        let mut exchange = Exchange::new(policy, request, Seed { unix_millis: 1_000, random: [0; 16] });
        let head = ResponseHead {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: if body.is_empty() { Payload::Absent } else { Payload::AsSent },
            origin: Origin::Upstream,
            detail: None,
        };
        assert_eq!(exchange.log_fields(), None, "before the head");
        let _ = exchange.on_response(&head);
        let early = exchange.log_fields().map(|fields| (fields.rule.to_owned(), fields.action, fields.status));
        let _ = exchange.on_body(body);
        let report = exchange.finish(End::Complete, 1_007).report.unwrap();
        let fields = report.log_fields();
        assert_eq!(fields.id, "id-1");
        assert_eq!(early.unwrap(), (fields.rule.to_owned(), fields.action, fields.status), "at the head and at the end");
        report
    }

    #[test]
    fn exact_series() {
        let named = |name: &str, action: &str| format!(r#"{{"rules":[{{"name":"{name}","match":{{}},"action":"{action}"}}]}}"#);
        #[rustfmt::skip]
        let rows: [(String, u16, &[u8], &str); 7] = [
            ("{}".to_owned(), 500, TRACE, "rule=default;action=sanitize;decision=replaced;category=stack_trace;status=500;origin=upstream;reason=unsafe"),
            ("{}".to_owned(), 503, b"out of coffee", "rule=default;action=sanitize;decision=released;category=none;status=503;origin=upstream;reason=clean"),
            (r#"{"rules":[{"match":{},"action":"replace"}]}"#.to_owned(), 404, b"", "rule=rules_0_;action=replace;decision=replaced;category=none;status=404;origin=upstream;reason=always"),
            (named("a b;c=d\\\"~ ", "observe"), 500, TRACE, "rule=a_b_c_d___;action=observe;decision=observed;category=stack_trace;status=500;origin=upstream;reason=unsafe"),
            (named("A-z_0.9", "sanitize"), 500, b"", "rule=A-z_0.9;action=sanitize;decision=released;category=none;status=500;origin=upstream;reason=clean"),
            (r#"{"inspect":{"max_bytes":4}}"#.to_owned(), 500, b"out of coffee", "rule=default;action=sanitize;decision=replaced;category=none;status=500;origin=upstream;reason=over_limit"),
            (r#"{"inspect":{"level":"strict"}}"#.to_owned(), 500, b"<b>out</b>", "rule=default;action=sanitize;decision=replaced;category=none;status=500;origin=upstream;reason=not_generic"),
        ];
        for (config, status, body, labels) in rows {
            let measures = intercepted(&config, status, body).measures();
            assert_eq!(measures.series, format!("backstop_responses_total;{labels}"), "{config}");
            assert_eq!((measures.millis, measures.fell_back), (7, false), "{config}");
        }
        assert_eq!(intercepted("{}", 500, TRACE).measures().body_bytes, 82);
    }

    #[test]
    fn a_page_that_could_not_be_used_is_told() {
        let mut report = intercepted("{}", 500, TRACE);
        assert!(!report.measures().fell_back);
        report.entry.fallback = Some("too long".to_owned());
        assert!(report.measures().fell_back);
    }

    #[test]
    fn values_are_short_and_plain() {
        #[rustfmt::skip]
        let rows = [("", "_".to_owned()), ("a\u{e4}\0\n=;b", "a_____b".to_owned()), (&*"x".repeat(100), "x".repeat(64))];
        for (value, expected) in rows {
            let mut series = String::new();
            push_value(&mut series, value);
            assert_eq!(series, expected, "{value:?}");
        }
    }

    #[test]
    fn a_series_is_defined_once_and_their_number_is_capped() {
        let mut table = SeriesTable::default();
        let mut defined = Vec::new();
        let mut define = |series: &str| {
            defined.push(series.to_owned());
            u32::try_from(defined.len()).ok()
        };
        for round in 0..3 {
            for series in ["b;x=1", "a;x=1", "c"] {
                assert!(table.id(series, &mut define).is_some(), "{round}");
            }
        }
        let ids: Vec<_> = ["b;x=1", "a;x=1", "c"].iter().map(|series| table.id(series, &mut define)).collect();
        assert_eq!(ids, [Some(1), Some(2), Some(3)], "each its own");
        for number in 0..3000 {
            assert!(table.id(&format!("a;x={number};y=n"), &mut define).is_some());
        }
        let full = table.id("a;x=new;y=n", &mut define);
        assert_eq!(full, table.id("a;x=newer;y=m", &mut define));
        assert_ne!(full, table.id("b;x=new", &mut define), "each counter has its own rest");
        assert_eq!(table.id("c", &mut define), Some(3), "those known before are counted as before");
        assert_eq!(defined.len(), MAX_SERIES + 2);
        assert_eq!(defined[MAX_SERIES..], ["a;x=other;y=other", "b;x=other"]);
    }

    #[test]
    fn a_host_that_refuses_is_not_asked_again() {
        let mut table = SeriesTable::default();
        assert_eq!(table.id("a", &mut |_| None), None);
        assert_eq!(table.id("a", &mut |_| panic!("asked again")), None);
    }
}
