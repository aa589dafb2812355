//! The report's fields, and the line of JSON that they make.

use super::Entry;
use crate::json::Json;
use crate::time::rfc3339;

/// A field: its name as every sink spells it, and its value.
pub(crate) type Field = (&'static str, Json);

impl Entry {
    /// The fields as they are, bounded, in the order of the line. What is unknown is left out.
    pub(super) fn fields(&self, suppressed: u64, alike: u64) -> Vec<Field> {
        let mut fields = Fields(Vec::with_capacity(32));
        fields.number("backstop.report", VERSION);
        fields.text("time", Some(&rfc3339(self.unix_millis)), MAX_NAME);
        fields.0.push(("request_id", bounded(&self.correlation.id, MAX_NAME).into()));
        fields.text("backstop.upstream_request_id", self.upstream_id.as_deref(), MAX_NAME);
        let trace = self.correlation.trace.as_ref();
        fields.text("trace_id", trace.map(|trace| trace.trace_id.as_str()), MAX_NAME);
        fields.text("span_id", trace.map(|trace| trace.span_id.as_str()), MAX_NAME);
        fields.text("http.request.method", Some(&self.method), MAX_NAME);
        if self.resends > 0 {
            fields.number("http.request.resend_count", self.resends);
        }
        fields.text("server.address", Some(host_name(&self.host)), MAX_HOST);
        fields.text("url.path", Some(&self.path), MAX_TEXT);
        fields.text("backstop.route", self.route.as_deref(), MAX_NAME);
        fields.text("service.version", self.version.as_deref(), MAX_NAME);
        fields.number("backstop.status_received", self.status_received.into());
        fields.number("http.response.status_code", self.status_sent.into());
        fields.text("backstop.origin", Some(self.origin.as_str()), MAX_NAME);
        fields.text("backstop.detail", self.detail.as_deref(), MAX_TEXT);
        fields.text("backstop.tenant", self.tenant.as_deref(), MAX_NAME);
        fields.text("backstop.rule", Some(&self.rule), MAX_NAME);
        fields.text("backstop.action", Some(self.action.as_str()), MAX_NAME);
        fields.text("backstop.decision", Some(self.decision.as_str()), MAX_NAME);
        fields.text("backstop.reason", Some(self.reason.as_str()), MAX_NAME);
        if self.revealed {
            fields.0.push(("backstop.revealed", Json::Bool(true)));
        }
        fields.text("backstop.page_fallback", self.fallback.as_deref(), MAX_TEXT);
        fields.0.push(("backstop.findings", self.findings()));
        if !self.removed_headers.is_empty() {
            let names = self.removed_headers.iter().map(|name| bounded(name, MAX_NAME).into()).collect();
            fields.0.push(("backstop.removed_headers", Json::List(names)));
        }
        fields.text("backstop.content_type", self.content_type.as_deref(), MAX_HOST);
        fields.number("backstop.body_bytes", self.body_bytes);
        if let Some(told) = &self.trace {
            fields.text("exception.type", told.exception_type.as_deref(), MAX_HOST);
            fields.text("exception.message", told.message.as_deref(), MAX_TEXT);
            fields.text("exception.stacktrace", Some(&told.frames.join("\n")), MAX_TEXT);
            fields.text("backstop.fingerprint", Some(&told.fingerprint), MAX_NAME);
        }
        let excerpt = bounded(&self.excerpt, MAX_EXCERPT);
        fields.text("backstop.excerpt", Some(excerpt), MAX_EXCERPT);
        if self.excerpt_truncated || excerpt.len() < self.excerpt.len() {
            fields.0.push(("backstop.excerpt_truncated", Json::Bool(true)));
        }
        fields.number("backstop.duration_ms", self.duration_millis);
        if suppressed > 0 {
            fields.number("backstop.suppressed", suppressed);
        }
        if alike > 0 {
            fields.number("backstop.suppressed_alike", alike);
        }
        fields.0
    }

    fn findings(&self) -> Json {
        let snippets = self.snippets.iter().map(String::as_str).chain(std::iter::repeat(""));
        let view = |(finding, snippet): (&crate::detect::Finding, &str)| {
            let mut members = vec![
                ("detector".to_owned(), finding.detector.into()),
                ("category".to_owned(), finding.category.as_str().into()),
                ("offset".to_owned(), finding.offset.into()),
            ];
            if !snippet.is_empty() {
                members.push(("snippet".to_owned(), snippet.into()));
            }
            Json::Object(members)
        };
        Json::List(self.findings.iter().take(MAX_FINDINGS).zip(snippets).map(view).collect())
    }
}

struct Fields(Vec<Field>);

impl Fields {
    /// A text, cut; an empty one is unknown.
    #[inline(never)]
    fn text(&mut self, name: &'static str, text: Option<&str>, max: usize) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.0.push((name, bounded(text, max).into()));
        }
    }

    #[inline(never)]
    fn number(&mut self, name: &'static str, number: u64) {
        self.0.push((name, number.into()));
    }
}

/// Fields as one line of JSON.
pub(super) fn line(fields: &[Field]) -> String {
    let mut line = String::from("{");
    for (index, (name, value)) in fields.iter().enumerate() {
        line.push_str(if index == 0 { "\"" } else { ",\"" });
        line.push_str(name);
        line.push_str("\":");
        line.push_str(&value.to_string());
    }
    line.push('}');
    one_line(line)
}

/// The beginning of a text, at most so many bytes.
pub(crate) fn bounded(text: &str, max: usize) -> &str {
    (0..=max).rev().find_map(|end| text.get(..end.min(text.len()))).unwrap_or_default()
}

/// An authority without user information and port; an IPv6 address without its brackets.
pub(crate) fn host_name(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

/// Escapes what serde_json leaves as it is and some reader of logs takes for a line break or a terminal command: DEL, the C1
/// controls (NEL among them), U+2028 and U+2029. All of these can only stand inside strings.
fn one_line(json: String) -> String {
    let breaks = |character: char| matches!(character, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
    if !json.contains(breaks) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len().saturating_add(64));
    for character in json.chars() {
        if breaks(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Raised when a field changes its meaning or goes away; new fields may come at any time.
const VERSION: u64 = 1;
const MAX_NAME: usize = 128;
/// The longest DNS name has 253 characters.
const MAX_HOST: usize = 255;
const MAX_TEXT: usize = 1024;
pub(crate) const MAX_EXCERPT: usize = 4096;
const MAX_FINDINGS: usize = 16;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
pub(super) mod tests {
    use super::*;
    use crate::config::Action;
    use crate::correlation::{self, Correlation};
    use crate::detect::{Category, Finding};
    use crate::head::Origin;
    use crate::redact::{line_around, redact};
    use crate::report::{Decision, Reason};
    use crate::trace::Trace;
    use serde_json::Value;

    impl Entry {
        fn json(&self) -> String {
            line(&self.fields(0, 0))
        }
    }

    fn found(detector: &'static str, category: Category, offset: u64) -> Finding {
        Finding { detector, category, offset, literal: "a word" }
    }

    pub(in crate::report) fn minimal() -> Entry {
        Entry {
            correlation: Correlation { id: "abc".to_owned(), trace: None, new_trace: Vec::new() },
            unix_millis: 0,
            duration_millis: 0,
            method: "GET".to_owned(),
            resends: 0,
            host: String::new(),
            path: String::new(),
            status_received: 500,
            status_sent: 500,
            origin: Origin::Upstream,
            detail: None,
            route: None,
            version: None,
            upstream_id: None,
            tenant: None,
            rule: "rules[0]".to_owned(),
            action: Action::Sanitize,
            decision: Decision::Released,
            reason: Reason::Clean,
            revealed: false,
            fallback: None,
            findings: Vec::new(),
            snippets: Vec::new(),
            removed_headers: Vec::new(),
            content_type: None,
            body_bytes: 0,
            trace: None,
            excerpt: String::new(),
            excerpt_truncated: false,
        }
    }

    pub(in crate::report) fn full() -> Entry {
        Entry {
            correlation: Correlation {
                id: "550e8400-e29b-41d4-a716-446655440000".to_owned(),
                trace: Some(correlation::Trace {
                    trace_id: "0af7651916cd43dd8448eb211c80319c".to_owned(),
                    span_id: "b7ad6b7169203331".to_owned(),
                }),
                new_trace: Vec::new(),
            },
            unix_millis: 1_795_258_090_042,
            duration_millis: 17,
            method: "POST".to_owned(),
            resends: 2,
            host: "api.example.com:8443".to_owned(),
            path: "/orders?token=***".to_owned(),
            status_received: 503,
            status_sent: 500,
            origin: Origin::Proxy,
            detail: Some("response_timeout".to_owned()),
            route: Some("orders".to_owned()),
            version: Some("2026.11.21-3".to_owned()),
            upstream_id: Some("ERR-77".to_owned()),
            tenant: Some("shop".to_owned()),
            rule: "api".to_owned(),
            action: Action::Replace,
            decision: Decision::Replaced,
            reason: Reason::Unsafe,
            revealed: true,
            fallback: Some("the template page writes too much".to_owned()),
            removed_headers: vec!["x-powered-by".to_owned()],
            findings: vec![found("python.traceback", Category::StackTrace, 0), found("sql.syntax", Category::Database, 120)],
            snippets: vec!["Traceback".to_owned(), String::new()],
            content_type: Some("text/html; charset=utf-8".to_owned()),
            body_bytes: 2048,
            trace: Some(Trace {
                exception_type: Some("KeyError".to_owned()),
                message: Some("'price'".to_owned()),
                frames: vec!["app/orders.py:42 in total".to_owned(), "app/main.py:7".to_owned()],
                fingerprint: "0123456789abcdef".to_owned(),
            }),
            excerpt: "Traceback\n\t\"x\"\u{2028}\u{85}é".to_owned(),
            excerpt_truncated: true,
        }
    }

    #[test]
    fn exact_lines() {
        assert_eq!(
            minimal().json(),
            concat!(
                r#"{"backstop.report":1,"time":"1970-01-01T00:00:00.000Z","request_id":"abc","http.request.method":"GET","#,
                r#""backstop.status_received":500,"http.response.status_code":500,"backstop.origin":"upstream","#,
                r#""backstop.rule":"rules[0]","backstop.action":"sanitize","backstop.decision":"released","backstop.reason":"clean","#,
                r#""backstop.findings":[],"backstop.body_bytes":0,"backstop.duration_ms":0}"#,
            )
        );
        assert_eq!(
            full().json(),
            concat!(
                r#"{"backstop.report":1,"time":"2026-11-21T10:48:10.042Z","request_id":"550e8400-e29b-41d4-a716-446655440000","#,
                r#""backstop.upstream_request_id":"ERR-77","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","http.request.method":"POST","http.request.resend_count":2,"#,
                r#""server.address":"api.example.com","url.path":"/orders?token=***","backstop.route":"orders","service.version":"2026.11.21-3","backstop.status_received":503,"#,
                r#""http.response.status_code":500,"backstop.origin":"proxy","backstop.detail":"response_timeout","backstop.tenant":"shop","backstop.rule":"api","#,
                r#""backstop.action":"replace","backstop.decision":"replaced","backstop.reason":"unsafe","#,
                r#""backstop.revealed":true,"backstop.page_fallback":"the template page writes too much","backstop.findings":["#,
                r#"{"detector":"python.traceback","category":"stack_trace","offset":0,"snippet":"Traceback"},"#,
                r#"{"detector":"sql.syntax","category":"database","offset":120}],"backstop.removed_headers":["x-powered-by"],"backstop.content_type":"text/html; charset=utf-8","#,
                r#""backstop.body_bytes":2048,"exception.type":"KeyError","exception.message":"'price'","#,
                r#""exception.stacktrace":"app/orders.py:42 in total\napp/main.py:7","backstop.fingerprint":"0123456789abcdef","#,
                r#""backstop.excerpt":"Traceback\n\t\"x\"\u2028\u0085é","backstop.excerpt_truncated":true,"#,
                r#""backstop.duration_ms":17}"#,
            )
        );
    }

    #[test]
    fn the_documentation_has_every_field() {
        let table = include_str!("../../../docs/reports.md");
        let rows = table.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 2);
        let named = |row: &str| row.split(" | ").next().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let after = rows.skip_while(|row| !row.contains("backstop.report"));
        let documented: Vec<String> = after.flat_map(named).collect();
        let mut entry = full();
        entry.excerpt_truncated = true;
        let written: Vec<&str> = entry.fields(1, 1).iter().map(|(name, _)| *name).collect();
        assert_eq!(documented, written);
    }

    #[test]
    fn reads_back_as_it_was() {
        let value: Value = serde_json::from_str(&full().json()).unwrap();
        assert_eq!(value["backstop.excerpt"], full().excerpt);
        assert_eq!(value["backstop.findings"][1]["offset"], 120);
    }

    #[test]
    fn no_character_breaks_the_line() {
        let every: String = (0..0x3000).filter_map(char::from_u32).collect();
        for part in every.chars().collect::<Vec<_>>().chunks(256).map(|part| part.iter().collect::<String>()) {
            let mut report = full();
            for text in [&mut report.correlation.id, &mut report.method, &mut report.path, &mut report.rule, &mut report.excerpt] {
                text.clone_from(&part);
            }
            (report.detail, report.content_type) = (Some(part.clone()), Some(part.clone()));
            report.trace = report.trace.map(|trace| trace.map(|_| part.clone()));
            let line = report.json();
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}'));
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value["backstop.excerpt"], part);
        }
    }

    #[test]
    fn bounded_whatever_comes() {
        for filler in ["\u{1}", "\u{2028}", "a", "\u{1f600}", "\""] {
            let long = filler.repeat(100_000);
            let mut report = full();
            report.correlation.id.clone_from(&long);
            report.correlation.trace = Some(correlation::Trace { trace_id: long.clone(), span_id: long.clone() });
            for text in [&mut report.method, &mut report.host, &mut report.path, &mut report.rule, &mut report.excerpt] {
                text.clone_from(&long);
            }
            (report.detail, report.content_type, report.excerpt_truncated) = (Some(long.clone()), Some(long), false);
            report.findings = vec![found("sql.syntax", Category::Database, u64::MAX); 1000];
            report.snippets = vec![line_around(&redact(filler.repeat(100).as_bytes()), 0); 1000];
            report.body_bytes = u64::MAX;
            report.trace = Some(Trace {
                exception_type: Some(filler.repeat(100_000)),
                message: Some(filler.repeat(100_000)),
                frames: vec![filler.repeat(100_000); 8],
                fingerprint: "0123456789abcdef".to_owned(),
            });
            let line = report.json();
            assert!(line.len() < 64 * 1024, "{}", line.len());
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value["backstop.excerpt_truncated"], true);
            assert!(value["backstop.excerpt"].as_str().unwrap().len() > MAX_EXCERPT - 4);
        }
    }

    #[test]
    fn host_names() {
        #[rustfmt::skip]
        let rows = [
            ("example.com", "example.com"), ("example.com:80", "example.com"), ("[::1]:8080", "::1"), ("[::1]", "::1"), ("", ""),
            ("user:secret@example.com:80", "example.com"), ("a@b@c", "c"), ("[::1", "["), (":80", ""),
        ];
        for (authority, expected) in rows {
            assert_eq!(host_name(authority), expected, "{authority}");
        }
    }
}
