//! Cases as data: what a client asks, what the upstream does, what must come out.
//!
//! A file of `tests/cases/` holds cases that share one configuration. Unknown fields are refused everywhere, so that a
//! misspelt expectation fails instead of passing for ever.

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// What its cases prove, for the reader.
    pub about: String,
    /// Backstop's configuration, as the operator writes it.
    #[serde(default = "empty_object")]
    pub config: Value,
    /// The cases, with names that are unique over all files.
    pub cases: Vec<Case>,
}

/// One exchange and what must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of its file, without `.json`.
    #[serde(skip)]
    pub theme: String,
    /// Tells what is proven, in words with hyphens.
    pub name: String,
    /// What the client sends.
    #[serde(default)]
    pub request: Request,
    /// What the upstream does.
    pub upstream: Upstream,
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

/// A piece of a body or of a header value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// Bytes that are easier to describe.
    Made(Made),
}

/// Bytes that are easier to describe than to write.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Made {
    /// Lines, each with a line feed.
    Lines(Vec<String>),
    /// Base64.
    Base64(String),
    /// Hexadecimal digits.
    Hex(String),
    /// The gzip of a part.
    Gzip(Box<Part>),
    /// A part, a number of times.
    Repeat(Box<Part>, usize),
    /// The first bytes of a part.
    Cut(Box<Part>, usize),
    /// Several parts as one.
    Join(Vec<Part>),
    /// Nothing, for this many milliseconds. Only as a part of an upstream's body.
    SleepMs(u64),
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
    /// Until the first byte of the body is there.
    #[serde(default)]
    pub first_byte_within_ms: Option<u64>,
    /// The answer breaks off, as the upstream's did.
    #[serde(default)]
    pub broken: bool,
    /// The upstream's connection (HTTP/2: its stream) is closed by the host within this time.
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

    /// The value of `content-length` where the framing has one.
    pub fn declared_length(&self) -> Result<Option<usize>> {
        if self.framing != Framing::Length || self.end == BodyEnd::Endless {
            return Ok(None);
        }
        let length = self.whole_body()?.len();
        Ok(Some(if self.end == BodyEnd::Complete { length } else { length + 1000 }))
    }
}

impl Part {
    /// The pause, where it is one.
    pub fn pause(&self) -> Option<Duration> {
        match self {
            Part::Made(Made::SleepMs(ms)) => Some(Duration::from_millis(*ms)),
            _ => None,
        }
    }

    /// Block and count: the part's bytes are the block, repeated. Lets a writer send much from little memory.
    pub fn blocks(&self) -> Result<(Bytes, usize)> {
        match self {
            Part::Made(Made::Repeat(part, times)) => Ok((part.bytes()?.into(), *times)),
            other => Ok((other.bytes()?.into(), 1)),
        }
    }

    /// All its bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let made = match self {
            Part::Text(text) => return Ok(text.clone().into_bytes()),
            Part::Made(made) => made,
        };
        Ok(match made {
            Made::Lines(lines) => lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect(),
            Made::Base64(text) => base64::engine::general_purpose::STANDARD.decode(text).context("base64")?,
            Made::Hex(text) => hex::decode(text.replace(' ', "")).context("hex")?,
            Made::Gzip(part) => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&part.bytes()?)?;
                encoder.finish()?
            }
            Made::Repeat(part, times) => part.bytes()?.repeat(*times),
            Made::Cut(part, length) => {
                let mut bytes = part.bytes()?;
                ensure!(bytes.len() > *length, "cut: the part has only {} bytes", bytes.len());
                bytes.truncate(*length);
                bytes
            }
            Made::Join(parts) => {
                let mut bytes = Vec::new();
                for part in parts {
                    bytes.extend(part.bytes()?);
                }
                bytes
            }
            Made::SleepMs(_) => bail!("sleep_ms only stands in an upstream's body"),
        })
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

/// Reads every file of the folder, in order of name, and checks what can be checked without running a case.
pub fn load(folder: &Path) -> Result<Vec<CaseFile>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut names = HashSet::new();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        let mut file: CaseFile = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        let theme = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for case in &mut file.cases {
            case.theme.clone_from(&theme);
            check_case(case).with_context(|| format!("{}: case {}", path.display(), case.name))?;
            ensure!(names.insert(case.name.clone()), "{}: the name {} is taken", path.display(), case.name);
        }
        files.push(file);
    }
    ensure!(!files.is_empty(), "no case file in {}", folder.display());
    Ok(files)
}

/// A case whose secrets are not in what the upstream sends proves nothing.
fn check_case(case: &Case) -> Result<()> {
    ensure!(case.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "names are words with hyphens");
    case.request_headers()?;
    let mut sent = case.upstream.whole_body()?;
    if sent.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        // A broken gzip may hold no secret that is readable.
        let _ = std::io::copy(&mut flate2::read::MultiGzDecoder::new(&sent[..]), &mut plain);
        sent.extend(plain);
    }
    for (_, value) in case.upstream.fields()?.into_iter().chain(case.upstream.trailer_fields()?) {
        sent.extend(b"\n");
        sent.extend(value);
    }
    sent.extend(case.upstream.reason.as_deref().unwrap_or_default().as_bytes());
    for secret in case.secrets.iter().chain(&case.credentials) {
        ensure!(!secret.is_empty() && contains(&sent, secret.as_bytes()), "the upstream does not send the secret {secret:?}");
    }
    Ok(())
}

/// Whether the bytes hold the other bytes.
pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

fn fields<'a>(fields: impl IntoIterator<Item = &'a (String, Part)>) -> Result<Vec<(String, Vec<u8>)>> {
    fields.into_iter().map(|(name, value)| Ok((name.clone(), value.bytes()?))).collect()
}

fn null_is_a_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
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
        let without_report = r#"{"name": "a", "upstream": {}, "expect": {"outcome": "untouched", "status": 500}}"#;
        assert!(serde_json::from_str::<Case>(without_report).is_err(), "a case must say what the report is");
    }

    #[test]
    fn a_secret_that_is_never_sent_is_refused() {
        let case = format!("{{\"secrets\": [\"/srv/app\"], {LEAST}}}}}");
        let case: Case = serde_json::from_str(&case).unwrap();
        assert!(check_case(&case).is_err());
    }

    #[test]
    fn parts_make_bytes() {
        let rows: [(&str, &[u8]); 5] = [
            (r#"{"lines": ["a", "b"]}"#, b"a\nb\n"),
            (r#"{"hex": "ff 00"}"#, b"\xff\0"),
            (r#"{"base64": "AAE="}"#, b"\0\x01"),
            (r#"{"cut": [{"repeat": ["ab", 3]}, 5]}"#, b"ababa"),
            (r#"{"join": ["a", {"hex": "62"}]}"#, b"ab"),
        ];
        for (json, bytes) in rows {
            assert_eq!(serde_json::from_str::<Part>(json).unwrap().bytes().unwrap(), bytes, "{json}");
        }
    }
}
