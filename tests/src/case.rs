//! A case as data: what a client asks, what the upstream does, what must come out.
//!
//! Unknown fields are refused everywhere, so that a misspelt expectation fails instead of passing for ever.

use crate::part::Part;
use anyhow::Result;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One exchange and what must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of its file, without `.json`.
    #[serde(skip)]
    pub theme: String,
    /// Tells what is proven, in words with hyphens.
    pub name: String,
    /// Before the request is sent. Only in sequences.
    #[serde(default)]
    pub wait_ms: u64,
    /// What the client sends.
    #[serde(default)]
    pub request: Request,
    /// What the upstream does for each request that it gets, in order; it must get exactly so many. One may stand without a list.
    #[serde(deserialize_with = "one_or_more")]
    pub upstream: Vec<Upstream>,
    /// What must come out.
    pub expect: Expect,
    /// Strings that the client must see nowhere: not in the status line, a header, the body or a trailer.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Strings that must not be in the report either.
    #[serde(default)]
    pub credentials: Vec<String>,
}

/// What the client sends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// `GET` unless said.
    pub method: Option<String>,
    /// `/` unless said.
    pub path: Option<String>,
    /// Names and values; `host` is `shop.example` unless said.
    pub headers: Vec<(String, Part)>,
    /// 1 unless said.
    pub http: HttpVersion,
    /// Sent with its `content-length`.
    pub body: Option<Part>,
}

/// HTTP/1.1, or HTTP/2 with prior knowledge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HttpVersion {
    /// HTTP/1.1
    #[default]
    One,
    /// HTTP/2
    Two,
}

/// What the upstream does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// Its status; 500 unless said.
    #[serde(default = "internal_server_error")]
    pub status: u16,
    /// Its reason phrase (HTTP/1.1), where it is not the usual one.
    #[serde(default)]
    pub reason: Option<String>,
    /// Names and values, in order.
    #[serde(default)]
    pub headers: Vec<(String, Part)>,
    /// The body, written part by part.
    #[serde(default)]
    pub body: Vec<Part>,
    /// Whether it answers (HTTP/1.1 only).
    #[serde(default)]
    pub head: HeadEnd,
    /// What happens after the body's last part.
    #[serde(default)]
    pub end: BodyEnd,
    /// Trailers; they need `chunked` on HTTP/1.1.
    #[serde(default)]
    pub trailers: Vec<(String, Part)>,
    /// How the body is delimited.
    #[serde(default)]
    pub framing: Framing,
    /// 1 unless said.
    #[serde(default)]
    pub http: HttpVersion,
    /// Nothing listens at the upstream's address.
    #[serde(default)]
    pub refuse: bool,
}

/// Whether there is a head.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadEnd {
    /// It comes.
    #[default]
    Complete,
    /// The connection is closed instead.
    Close,
    /// Nothing comes, the connection stays open.
    Stall,
}

/// What happens after a body's last part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyEnd {
    /// It is complete.
    #[default]
    Complete,
    /// The connection (HTTP/2: the stream) is reset.
    Reset,
    /// The connection is closed in an orderly way, but too early.
    Close,
    /// Nothing more comes, the connection stays open.
    Stall,
    /// The last part is repeated without end.
    Endless,
}

/// How a body is delimited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// By `content-length`; 1000 too high where the body does not end.
    #[default]
    Length,
    /// `transfer-encoding: chunked` (HTTP/2: no `content-length`).
    Chunked,
    /// By the end of the connection (HTTP/1.1 only).
    UntilClose,
    /// The head has no word on it: for statuses that have no body, `HEAD`, and HTTP/2 answers that are a head alone.
    Absent,
}

/// What must come out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// What Backstop did; brings its own checks, see [`crate::check`].
    pub outcome: ExpectedOutcome,
    /// Any of these.
    pub status: OneOrMany,
    /// Per name, in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, FieldExpect>,
    /// All that is given must hold.
    #[serde(default)]
    pub body: BodyExpect,
    /// Per name, in lower case.
    #[serde(default)]
    pub trailers: BTreeMap<String, FieldExpect>,
    /// Request headers that the upstream received.
    #[serde(default)]
    pub received: BTreeMap<String, FieldExpect>,
    /// `null` for none, else what the report must hold (see [`crate::check::subset`]).
    #[serde(deserialize_with = "null_is_a_value")]
    pub report: Value,
    /// Until the whole answer is there. 5000 unless said.
    #[serde(default = "five_seconds")]
    pub within_ms: u64,
    /// The head of the answer is not there before.
    #[serde(default)]
    pub not_before_ms: u64,
    /// Until the first byte of the body is there.
    #[serde(default)]
    pub first_byte_within_ms: Option<u64>,
    /// The answer breaks off, as the upstream's did.
    #[serde(default)]
    pub broken: bool,
    /// The upstream's connection (HTTP/2: its stream) is closed by the host within this time; of several, those on which no answer came.
    #[serde(default)]
    pub upstream_closed_within_ms: Option<u64>,
}

/// What Backstop did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedOutcome {
    /// The client got a generic answer.
    Replaced,
    /// The client, a trusted viewer, got an answer with the original error.
    Revealed,
    /// The client got the upstream's answer with the ID added.
    Released,
    /// The client got the upstream's answer as it was.
    Untouched,
    /// The client got the upstream's answer with other headers or trailers (gRPC).
    Edited,
    /// The client got an earlier answer, with an ID of its own.
    Copied,
}

/// One status or any of several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// This one.
    One(u16),
    /// Any of these; hosts differ in what they say when there is no upstream.
    Many(Vec<u16>),
}

/// What a header or trailer must be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum FieldExpect {
    /// There once, with this value.
    Exact(String),
    /// Something else.
    Rule(FieldRule),
}

/// What a header or trailer must be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldRule {
    /// Some value holds this text, whatever the case.
    Contains(String),
    /// One value, and it is not this one.
    Not(String),
    /// There is none of this name (`true`).
    Absent(bool),
    /// These values in this order.
    Values(Vec<String>),
    /// One value, and all of it matches this regular expression.
    Matches(String),
}

/// What the body must be. All that is given must hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BodyExpect {
    /// These bytes; `$id` stands for the correlation ID.
    pub exact: Option<String>,
    /// JSON that holds this (see [`crate::check::subset`]).
    pub json: Option<Value>,
    /// All of these texts; `$id` stands for the correlation ID.
    pub contains: Vec<String>,
    /// No byte at all.
    pub empty: bool,
}

impl Case {
    /// The method.
    pub fn method(&self) -> &str {
        self.request.method.as_deref().unwrap_or("GET")
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        self.request.path.as_deref().unwrap_or("/")
    }

    /// The authority that the client asks for.
    pub fn host(&self) -> Result<String> {
        match self.request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")) {
            Some((_, value)) => Ok(String::from_utf8(value.bytes()?)?),
            None => Ok("shop.example".to_owned()),
        }
    }

    /// The request's headers without `host`, as bytes.
    pub fn request_headers(&self) -> Result<Vec<(String, Vec<u8>)>> {
        fields(self.request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")))
    }

    /// What the upstream did for the last request that it got, which is what the client may see; `None` where it got none.
    pub fn answered(&self) -> Option<&Upstream> {
        self.upstream.last()
    }

    /// What is the same of all that the upstream does: what it speaks, and whether nothing listens at its address.
    pub fn listens(&self) -> (HttpVersion, bool) {
        self.upstream.first().map(|upstream| (upstream.http, upstream.refuse)).unwrap_or_default()
    }

    /// How many requests the upstream must get.
    pub fn requests(&self) -> usize {
        self.upstream.iter().filter(|upstream| !upstream.refuse).count()
    }

    /// Until the whole answer must be there.
    pub fn time_limit(&self) -> Duration {
        Duration::from_millis(self.expect.within_ms)
    }
}

impl Upstream {
    /// The headers that are written out in the case, as bytes.
    pub fn fields(&self) -> Result<Vec<(String, Vec<u8>)>> {
        fields(&self.headers)
    }

    /// The trailers, as bytes.
    pub fn trailer_fields(&self) -> Result<Vec<(String, Vec<u8>)>> {
        fields(&self.trailers)
    }

    /// The body without its pauses; for an endless one, what comes before the repetition.
    pub fn whole_body(&self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        for part in self.body.iter().filter(|part| part.pause().is_none()) {
            body.extend(part.bytes()?);
        }
        Ok(body)
    }

    /// All that it sends, decoded as well.
    pub fn readable(&self) -> Result<Vec<u8>> {
        let mut sent = self.whole_body()?;
        if sent.starts_with(&[0x1f, 0x8b]) {
            let mut plain = Vec::new();
            // A broken gzip may hold no secret that is readable.
            let _ = std::io::copy(&mut flate2::read::MultiGzDecoder::new(&sent[..]), &mut plain);
            sent.extend(plain);
        }
        for (_, value) in self.fields()?.into_iter().chain(self.trailer_fields()?) {
            sent.extend(b"\n");
            sent.extend(value);
        }
        sent.extend(self.reason.as_deref().unwrap_or_default().as_bytes());
        Ok(sent)
    }

    /// The value of `content-length` where the framing has one.
    pub fn declared_length(&self) -> Result<Option<usize>> {
        if self.framing != Framing::Length || self.end == BodyEnd::Endless {
            return Ok(None);
        }
        let length = self.whole_body()?.len();
        Ok(Some(if self.end == BodyEnd::Complete { length } else { length + 1000 }))
    }
}

impl OneOrMany {
    /// Whether the status is one of them.
    pub fn allows(&self, status: u16) -> bool {
        match self {
            OneOrMany::One(one) => *one == status,
            OneOrMany::Many(many) => many.contains(&status),
        }
    }
}

impl<'de> Deserialize<'de> for HttpVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            1 => Ok(HttpVersion::One),
            2 => Ok(HttpVersion::Two),
            _ => Err(serde::de::Error::custom("http is 1 or 2")),
        }
    }
}

/// Whether the bytes hold the other bytes.
pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

fn fields<'a>(fields: impl IntoIterator<Item = &'a (String, Part)>) -> Result<Vec<(String, Vec<u8>)>> {
    fields.into_iter().map(|(name, value)| Ok((name.clone(), value.bytes()?))).collect()
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Upstream>, D::Error> {
    /// An untagged enum would refuse a misspelt field without naming it.
    struct OneOrMore;
    impl<'de> Visitor<'de> for OneOrMore {
        type Value = Vec<Upstream>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("what an upstream does, or a list of these")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<Upstream>, A::Error> {
            Ok(vec![Upstream::deserialize(MapAccessDeserializer::new(map))?])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<Upstream>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }
    deserializer.deserialize_any(OneOrMore)
}

fn null_is_a_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

fn internal_server_error() -> u16 {
    500
}

fn five_seconds() -> u64 {
    5000
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#""name": "a", "upstream": {}, "expect": {"outcome": "untouched", "status": 500, "report": null"#;

    #[test]
    fn misspelt_fields_are_refused() {
        let rows = [
            ("as it should be", format!("{{{LEAST}}}}}"), true),
            ("unknown field of a case", format!("{{\"secret\": [], {LEAST}}}}}"), false),
            ("unknown field of an expectation", format!("{{{LEAST}, \"head\": {{}}}}}}"), false),
            ("unknown rule of a header", format!("{{{LEAST}, \"headers\": {{\"a\": {{\"has\": \"b\"}}}}}}}}"), false),
            ("unknown part", format!("{{{LEAST}, \"body\": {{\"exact\": {{\"rot13\": \"b\"}}}}}}}}"), false),
        ];
        for (name, json, accepted) in rows {
            assert_eq!(serde_json::from_str::<Case>(&json).is_ok(), accepted, "{name}: {json}");
        }
        for upstream in [r#"[{"statuz": 500}]"#, r#"{"statuz": 500}"#] {
            let case = format!("{{{LEAST}}}}}").replacen("{}", upstream, 1);
            let error = serde_json::from_str::<Case>(&case).unwrap_err().to_string();
            assert!(error.contains("statuz"), "{error}");
        }
        let without_report = r#"{"name": "a", "upstream": {}, "expect": {"outcome": "untouched", "status": 500}}"#;
        assert!(serde_json::from_str::<Case>(without_report).is_err(), "a case must say what the report is");
    }
}
