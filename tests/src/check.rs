//! Compares what happened with what a case expects.
//!
//! Besides what a case spells out, its outcome brings these checks:
//!
//! - `replaced`: the answer is complete, its `content-length` is right, it carries exactly one ID, the same in header, body, report
//!   and in what the upstream received; it is not cacheable; nothing that described the old body is left.
//! - `revealed`: the same, but private; a token is told in `vary` and has not reached the upstream.
//! - `released`: every byte and header of the upstream's answer, except headers that the case speaks of, and exactly one ID, as above.
//! - `untouched`: every byte and header of the upstream's answer, and nothing added for correlation.
//! - `edited`: only what the case spells out.
//! - `copied`: exactly one ID, as above.
//! - all: no secret is visible to the client, no credential in the report; the upstream got as many requests as the case says what it does
//!   for, all with the same ID.

use crate::case::{BodyEnd, Case, ExpectedOutcome, FieldExpect, FieldRule, Framing, HeadEnd, HttpVersion, Upstream, contains};
use crate::client::{Answer, values};
use crate::upstream::Received;
use serde_json::Value;
use std::time::Duration;

/// What happened to a case on a host.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// What the client saw.
    pub answer: Answer,
    /// What the upstream received, in order.
    pub requests: Vec<Received>,
    /// The host's report, where there was one.
    pub report: Option<Value>,
    /// Whether there was a clock and an upstream connection; core alone has neither, and counts the time until the head.
    pub timed: bool,
}

/// What [`check`] says of a visible secret.
pub const LEAK: &str = "the client sees the secret";

/// The header with a viewer's token.
const TOKEN: &str = "x-backstop-reveal";

/// What described the old body, or tells about the server.
const DROPPED: [&str; 8] =
    ["etag", "last-modified", "content-encoding", "content-range", "transfer-encoding", "link", "x-powered-by", "x-aspnet-version"];

/// Headers that belong to a connection, not to an answer.
const HOP_BY_HOP: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "content-length"];

/// Everything that is not as expected, one line each. `id_header` is the correlation header's name.
pub fn check(case: &Case, id_header: &str, seen: &Observation) -> Vec<String> {
    let mut check = Check { case, id_header, seen, id: correlation_id(id_header, seen), wrong: Vec::new() };
    check.status_and_time();
    check.secrets();
    check.fields("header", &case.expect.headers, &seen.answer.headers);
    check.fields("trailer", &case.expect.trailers, &seen.answer.trailers);
    for received in &seen.requests {
        check.fields("the upstream received", &case.expect.received, &received.headers);
    }
    check.requests();
    check.body();
    check.report();
    match case.expect.outcome {
        ExpectedOutcome::Replaced => check.replaced("no-store"),
        ExpectedOutcome::Revealed => {
            check.replaced("private, no-store");
            check.revealed();
        }
        ExpectedOutcome::Released => {
            check.same_as_upstream(true);
            check.one_id();
        }
        ExpectedOutcome::Untouched => check.same_as_upstream(false),
        ExpectedOutcome::Copied => check.one_id(),
        ExpectedOutcome::Edited => {}
    }
    check.wrong
}

/// The ID that the client can quote, else the one that the upstream knows.
pub fn correlation_id(id_header: &str, seen: &Observation) -> Option<String> {
    let received = seen.requests.last().and_then(|received| values(&received.headers, id_header).pop());
    seen.answer.header(id_header).pop().or(received)
}

/// Where `actual` does not hold `expected`, `None` where it does.
///
/// An object holds another if it has all its members; an array if each of the other's elements is held by one of its own.
/// In a text, `$id` stands for the correlation ID; a text that begins with `$contains:` is held by a text that contains the rest,
/// `$matches:` by one that all matches the regular expression behind it, `$any` by any text or number.
pub fn subset(expected: &Value, actual: &Value, id: &str) -> Option<String> {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(members)) => wanted.iter().find_map(|(name, value)| match members.get(name) {
            Some(member) => subset(value, member, id).map(|wrong| format!(".{name}{wrong}")),
            None => Some(format!(".{name}: missing")),
        }),
        (Value::Array(wanted), Value::Array(elements)) => wanted.iter().enumerate().find_map(|(index, value)| {
            let held = elements.iter().any(|element| subset(value, element, id).is_none());
            (!held).then(|| format!("[{index}]: no element holds {value}, there are {actual}"))
        }),
        (Value::String(wanted), Value::String(text)) => {
            let held = match wanted.split_once(':') {
                Some(("$contains", part)) => text.contains(part),
                Some(("$matches", pattern)) => {
                    regex_lite::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(text))
                }
                _ => wanted == "$any" || wanted.replace("$id", id) == *text,
            };
            (!held).then(|| format!(": expected {wanted:?}, got {text:?}"))
        }
        (Value::String(any), Value::Number(_)) if any == "$any" => None,
        _ => (expected != actual).then(|| format!(": expected {expected}, got {actual}")),
    }
}

struct Check<'c> {
    case: &'c Case,
    id_header: &'c str,
    seen: &'c Observation,
    id: Option<String>,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn that(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(otherwise());
        }
    }

    fn status_and_time(&mut self) {
        let (expect, answer) = (&self.case.expect, &self.seen.answer);
        self.that(expect.status.allows(answer.status), || format!("status: expected {:?}, got {}", expect.status, answer.status));
        self.that(answer.broken.is_some() == expect.broken, || format!("the answer breaks off: {:?}", answer.broken));
        let after = answer.head_after.as_millis();
        self.that(after >= u128::from(expect.not_before_ms), || {
            format!("the head came after {after} ms, expected not before {}", expect.not_before_ms)
        });
        if !self.seen.timed {
            return;
        }
        if let Some(limit) = expect.first_byte_within_ms {
            let after = answer.body_after.map(|after| after.as_millis());
            self.that(after.is_some_and(|after| after <= u128::from(limit)), || {
                format!("first byte of the body after {after:?} ms, expected within {limit}")
            });
        }
        if let Some(limit) = expect.upstream_closed_within_ms {
            let after: Vec<_> = left(self.case, &self.seen.requests).map(|received| received.closed_after).collect();
            let is_closed = |after: &Option<Duration>| after.is_some_and(|after| after.as_millis() <= u128::from(limit));
            self.that(!after.is_empty() && after.iter().all(is_closed), || {
                format!("the upstream's connection was closed after {after:?}, expected within {limit} ms")
            });
        }
    }

    fn requests(&mut self) {
        let (expected, requests) = (self.case.requests(), &self.seen.requests);
        let ids: Vec<_> = requests.iter().map(|received| values(&received.headers, self.id_header)).collect();
        self.that(requests.len() == expected, || format!("the upstream got {} requests, expected {expected}", requests.len()));
        self.that(ids.windows(2).all(|pair| pair.first() == pair.last()), || format!("the upstream got several IDs: {ids:?}"));
    }

    fn secrets(&mut self) {
        let answer = &self.seen.answer;
        let mut visible = [answer.reason.as_bytes(), b"\n", &answer.body].concat();
        for (name, value) in answer.headers.iter().chain(&answer.trailers) {
            visible.extend([b"\n", name.as_bytes(), b": ", value].concat());
        }
        for secret in self.case.secrets.iter().chain(&self.case.credentials) {
            self.that(!contains(&visible, secret.as_bytes()), || format!("{LEAK} {secret:?}"));
        }
        let report = self.seen.report.as_ref().map(Value::to_string).unwrap_or_default();
        for credential in &self.case.credentials {
            self.that(!report.contains(credential), || format!("the report holds the credential {credential:?}"));
        }
    }

    fn fields(&mut self, kind: &str, expected: &std::collections::BTreeMap<String, FieldExpect>, fields: &[(String, Vec<u8>)]) {
        for (name, expected) in expected {
            let actual = values(fields, name);
            let holds = match expected {
                FieldExpect::Exact(value) => actual == [value.replace("$id", self.id.as_deref().unwrap_or("$id"))],
                FieldExpect::Rule(FieldRule::Contains(text)) => {
                    actual.iter().any(|value| value.to_ascii_lowercase().contains(&text.to_ascii_lowercase()))
                }
                FieldExpect::Rule(FieldRule::Not(value)) => actual.len() == 1 && !actual.contains(value),
                FieldExpect::Rule(FieldRule::Absent(absent)) => actual.is_empty() == *absent,
                FieldExpect::Rule(FieldRule::Values(values)) => actual == *values,
                FieldExpect::Rule(FieldRule::Matches(pattern)) => {
                    let pattern = regex_lite::Regex::new(&format!("^(?:{pattern})$"));
                    actual.len() == 1 && pattern.is_ok_and(|pattern| actual.iter().all(|value| pattern.is_match(value)))
                }
            };
            self.that(holds, || format!("{kind} {name}: expected {expected:?}, got {actual:?}"));
        }
    }

    fn body(&mut self) {
        let (expect, body) = (&self.case.expect.body, &self.seen.answer.body);
        let id = self.id.clone().unwrap_or_else(|| "$id".to_owned());
        if let Some(exact) = &expect.exact {
            let exact = exact.replace("$id", &id);
            self.that(exact.as_bytes() == body, || format!("body: expected {exact:?}, got {}", excerpt(body)));
        }
        if let Some(json) = &expect.json {
            let wrong = match serde_json::from_slice(body) {
                Ok(actual) => subset(json, &actual, &id),
                Err(error) => Some(format!(": {error}")),
            };
            self.wrong.extend(wrong.map(|wrong| format!("JSON body{wrong}; the body is {}", excerpt(body))));
        }
        for text in &expect.contains {
            let text = text.replace("$id", &id);
            self.that(contains(body, text.as_bytes()), || format!("body: expected {text:?} in {}", excerpt(body)));
        }
        self.that(!expect.empty || body.is_empty(), || format!("body: expected none, got {}", excerpt(body)));
    }

    fn report(&mut self) {
        match (&self.case.expect.report, &self.seen.report) {
            (Value::Null, None) => {}
            (Value::Null, Some(report)) => self.wrong.push(format!("report: expected none, got {report}")),
            (_, None) => self.wrong.push("report: there is none".to_owned()),
            (expected, Some(report)) => {
                let id = self.id.clone().unwrap_or_default();
                self.wrong.extend(subset(expected, report, &id).map(|wrong| format!("report{wrong}; the report is {report}")));
                let own = report.get("request_id").and_then(Value::as_str).unwrap_or_default();
                self.that(!id.is_empty() && own == id, || format!("report: its ID is {own:?}, elsewhere it is {id:?}"));
            }
        }
    }

    fn one_id(&mut self) {
        let (shown, name) = (self.seen.answer.header(self.id_header), self.id_header);
        self.that(shown.len() == 1 && shown.iter().all(|id| !id.is_empty()), || format!("{name}: expected one value, got {shown:?}"));
        for received in &self.seen.requests {
            let received = values(&received.headers, name);
            self.that(received == shown, || format!("{name}: the upstream received {received:?}, the client {shown:?}"));
        }
    }

    fn revealed(&mut self) {
        let vary = self.seen.answer.header("vary").join(",").to_ascii_lowercase();
        self.that(vary.contains("cookie") && vary.contains(TOKEN), || format!("vary does not tell what a token changes: {vary:?}"));
        let received: Vec<_> = self.seen.requests.iter().flat_map(|received| values(&received.headers, TOKEN)).collect();
        self.that(received.is_empty(), || format!("the upstream received the token: {received:?}"));
    }

    fn replaced(&mut self, cache_control: &str) {
        self.one_id();
        let answer = &self.seen.answer;
        let head = self.case.method() == "HEAD";
        let length = answer.header("content-length");
        self.that(length.len() == 1, || format!("content-length: expected one value, got {length:?}"));
        let length: Option<usize> = length.first().and_then(|length| length.parse().ok());
        if head {
            self.that(answer.body.is_empty() && length.is_some_and(|length| length > 0), || format!("HEAD: content-length is {length:?}"));
        } else {
            self.that(length == Some(answer.body.len()), || {
                format!("content-length is {length:?}, the body has {} bytes", answer.body.len())
            });
            let id = self.id.clone().unwrap_or_default();
            self.that(contains(&answer.body, id.as_bytes()), || format!("the body does not show the ID {id:?}: {}", excerpt(&answer.body)));
        }
        self.that(answer.header("cache-control") == [cache_control], || format!("cache-control is not {cache_control}"));
        self.that(answer.header("x-content-type-options") == ["nosniff"], || "x-content-type-options is not nosniff".to_owned());
        let vary = answer.header("vary").join(",").to_ascii_lowercase();
        self.that(vary.split(',').any(|name| name.trim() == "accept"), || format!("vary does not name accept: {vary:?}"));
        for name in DROPPED {
            let left = answer.header(name);
            self.that(left.is_empty(), || format!("{name} is left: {left:?}"));
        }
        self.that(answer.trailers.is_empty(), || format!("trailers are left: {:?}", answer.trailers));
    }

    fn same_as_upstream(&mut self, id_added: bool) {
        let Some(upstream) = self.case.answered() else { return };
        let answer = &self.seen.answer;
        let spoken_of = |name: &str| self.case.expect.headers.contains_key(name);
        let own = |name: &str| HOP_BY_HOP.contains(&name) || spoken_of(name) || (id_added && name == self.id_header);
        let sent = upstream.fields().unwrap_or_default();
        let mut names: Vec<String> = sent.iter().map(|(name, _)| name.to_ascii_lowercase()).filter(|name| !own(name)).collect();
        names.dedup();
        let lower: Vec<_> = sent.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        for name in names {
            let (sent, got) = (values(&lower, &name), answer.header(&name));
            self.that(sent == got, || format!("{name}: the upstream sent {sent:?}, the client got {got:?}"));
        }
        if !id_added && values(&lower, self.id_header).is_empty() {
            let (name, added) = (self.id_header, answer.header(self.id_header));
            self.that(added.is_empty(), || format!("{name} was added: {added:?}"));
        }
        for (name, value) in upstream.trailer_fields().unwrap_or_default() {
            let (sent, got) = (String::from_utf8_lossy(&value).into_owned(), values(&answer.trailers, &name));
            self.that(got.contains(&sent), || format!("trailer {name}: the upstream sent {sent:?}, the client got {got:?}"));
        }
        let bodyless = self.case.method() == "HEAD" || [101, 204, 304].contains(&upstream.status);
        let expected = if bodyless { Vec::new() } else { upstream.whole_body().unwrap_or_default() };
        match upstream.end {
            BodyEnd::Complete => self.that(answer.body == expected, || {
                format!("body: the upstream sent {}, the client got {}", excerpt(&expected), excerpt(&answer.body))
            }),
            _ => self.that(expected.starts_with(&answer.body), || format!("body: not what the upstream sent: {}", excerpt(&answer.body))),
        }
        if !bodyless
            && upstream.framing == Framing::Length
            && upstream.end == BodyEnd::Complete
            && self.case.request.http == HttpVersion::One
        {
            let length = answer.header("content-length");
            self.that(length == [expected.len().to_string()], || {
                format!("content-length: the upstream sent {}, the client got {length:?}", expected.len())
            });
        }
    }
}

/// Of the requests those that the host has to leave: the only one, or those that got no answer.
pub fn left<'c>(case: &'c Case, requests: &'c [Received]) -> impl Iterator<Item = &'c Received> {
    let is_left = |upstream: &Upstream| case.upstream.len() == 1 || upstream.head == HeadEnd::Stall;
    case.upstream.iter().zip(requests).filter(move |(upstream, _)| is_left(upstream)).map(|(_, received)| received)
}

fn excerpt(body: &[u8]) -> String {
    let shown = String::from_utf8_lossy(body.get(..500).unwrap_or(body));
    format!("{} bytes {shown:?}", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn subset_tells_where() {
        let rows = [
            ("equal", json!({"a": 1}), json!({"a": 1, "b": 2}), None),
            ("missing", json!({"a": {"b": 1}}), json!({"a": {}}), Some(".a.b: missing")),
            ("other value", json!({"a": 1}), json!({"a": 2}), Some(".a: expected 1, got 2")),
            ("element", json!([{"a": 1}]), json!([{"a": 2}, {"a": 1, "b": 1}]), None),
            ("no element", json!([1]), json!([2]), Some("[0]: no element holds 1, there are [2]")),
            ("id", json!("id=$id"), json!("id=7"), None),
            ("part", json!("$contains:bc"), json!("abcd"), None),
            ("not a part", json!("$contains:bx"), json!("abcd"), Some(": expected \"$contains:bx\", got \"abcd\"")),
            ("pattern", json!("$matches:[a-d]+"), json!("abcd"), None),
            ("not the pattern", json!("$matches:[a-c]+"), json!("abcd"), Some(": expected \"$matches:[a-c]+\", got \"abcd\"")),
            ("type", json!("1"), json!(1), Some(": expected \"1\", got 1")),
            ("any", json!("$any"), json!(1), None),
        ];
        for (name, expected, actual, wrong) in rows {
            assert_eq!(subset(&expected, &actual, "7").as_deref(), wrong, "{name}");
        }
    }
}
