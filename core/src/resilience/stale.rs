//! Copies of good responses that stand in for errors (RFC 9111 §4.2.4, RFC 5861 §4): which may be kept, and until when one may be shown.
//!
//! A copy is kept by its URL, as the host has it. What belongs to it travels in one text, its [record](Copied::record), so that no store
//! has to understand `vary`, `age` or `etag`, and none can change them.

use super::Resilience;
use crate::head;
use crate::policy::StatusSet;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// What may be kept, and shown.
#[derive(Debug)]
pub struct Copies<'r> {
    rules: &'r CopyRules,
    id_header: &'r HeaderName,
}

#[derive(Debug)]
pub(super) struct CopyRules {
    /// Seconds.
    pub(super) max_stale: u64,
    pub(super) max_bytes: u64,
    pub(super) statuses: StatusSet,
}

/// What to keep of a response, beside its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Everything that [`Copies::show`] needs to know, as lines; at most 8 KiB.
    pub record: String,
    /// After so many seconds it is of no use any more.
    pub keep_seconds: u64,
}

impl<'r> Copies<'r> {
    /// `None` where the configuration wants no copies. The ID that a response carries in `id_header` is of one request, and not kept.
    pub fn new(resilience: &'r Resilience, id_header: &'r HeaderName) -> Option<Copies<'r>> {
        Some(Copies { rules: resilience.copies.as_ref()?, id_header })
    }

    /// No longer body is to be kept.
    pub fn max_bytes(&self) -> u64 {
        self.rules.max_bytes
    }

    /// Whether a copy may stand in for a response with this status.
    pub fn stands_in_for(&self, status: u16) -> bool {
        self.rules.statuses.contains(status)
    }

    /// What to keep of a 200, the answer to a GET that went upstream at `unix_millis`; `None` where it must not be kept (RFC 9111 §3), or
    /// could not be told from another one. The body is kept without a content coding: `None` as well where it has one that the host does
    /// not undo (`undone`).
    pub fn keep(&self, request: &HeaderMap, response: &HeaderMap, undone: bool, unix_millis: u64) -> Option<Copied> {
        let coded = response.get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
        // Whatever the response says: what was made for somebody is kept for nobody.
        let personal = request.keys().any(is_personal);
        let foreign = [header::SET_COOKIE, header::CONTENT_RANGE].iter().any(|name| response.contains_key(name));
        if personal || foreign || (coded && !undone) || Directives::of(request).no_store {
            return None;
        }
        let directives = Directives::of(response);
        if directives.no_store {
            return None;
        }
        let age = response.get(header::AGE).map_or(0, |age| seconds(age.as_bytes()));
        let until = directives.usable_until(self.rules.max_stale);
        let keep_seconds = until.checked_sub(age).filter(|seconds| *seconds > 0)?;
        let mut record = format!("{VERSION} {unix_millis} {age} {until}\n{}\n", variant(request, response)?);
        for (name, value) in response {
            let Some(text) = self.kept(name, value, coded) else { continue };
            record.push_str(name.as_str());
            record.push('\n');
            record.push_str(&text);
            record.push('\n');
        }
        (record.len() <= MAX_RECORD).then_some(Copied { record, keep_seconds })
    }

    /// The fields with which a copy may be shown in answer to a request with these, all but `content-length` and the correlation ID; `age`
    /// tells how old it is. `None` where it must not.
    pub fn show(&self, record: &str, request: &HeaderMap, unix_millis: u64) -> Option<HeaderMap> {
        if request.keys().any(|name| name != header::COOKIE && is_personal(name)) {
            return None;
        }
        let mut lines = record.split('\n');
        let mut numbers = lines.next()?.split(' ');
        let mut number = || numbers.next()?.parse::<u64>().ok();
        if number()? != VERSION {
            return None;
        }
        let (stored, age, until) = (number()?, number()?, number()?);
        // RFC 9111 §4.2.3. The clock of another machine may be behind.
        let age = age.saturating_add(unix_millis.saturating_sub(stored) / 1000);
        let variant = lines.next()?;
        let names = variant.split(' ').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
        // RFC 9111 §4.2: fresh is what is younger than its lifetime.
        if age >= until || variant != selected(request, names) {
            return None;
        }
        let mut headers = HeaderMap::new();
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes())) {
                let _ = headers.try_append(name, value);
            }
        }
        let _ = headers.try_insert(header::AGE, HeaderValue::from(age));
        Some(headers)
    }

    /// A field of the response as it is kept; `None` where it is not.
    fn kept(&self, name: &HeaderName, value: &HeaderValue, coded: bool) -> Option<String> {
        let text = std::str::from_utf8(value.as_bytes()).ok()?;
        let dropped = |names: &[&str]| head::is_named(names, name.as_str());
        if name == self.id_header || dropped(DROPPED) || (coded && dropped(OF_CODED)) {
            return None;
        }
        // The bytes are others once the coding is undone.
        if coded && *name == header::ETAG && !text.starts_with("W/") {
            return Some(["W/", text].concat());
        }
        Some(text.to_owned())
    }
}

/// Whether a request's field says whose request it is, by its name: `authorization`, `cookie`, `x-api-key`, `x-auth-token` and the like.
fn is_personal(name: &HeaderName) -> bool {
    ["auth", "cookie", "token", "key", "secret", "session", "jwt", "credential", "passw"].iter().any(|part| name.as_str().contains(part))
}

/// The request's fields that the response depends on, with their values; `None` where these are not all known, or too many.
fn variant(request: &HeaderMap, response: &HeaderMap) -> Option<String> {
    let mut names: Vec<HeaderName> = STEERING.iter().map(|name| HeaderName::from_static(name)).collect();
    for value in response.get_all(header::VARY) {
        for member in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|member| !member.is_empty()) {
            // RFC 9110 §12.5.5: `*` depends on what nobody knows.
            let name = HeaderName::from_bytes(member).ok().filter(|_| member != b"*")?;
            // A copy has no content coding, so it is for all.
            if name != header::ACCEPT_ENCODING && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    (names.len() <= MAX_VARY).then(|| selected(request, names.iter().map(HeaderName::as_str)))
}

/// Names with the request's values, which are not there or differ in one character at least: `accept=text%2Fhtml x-tenant`.
fn selected<'a>(request: &HeaderMap, names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(name);
        for value in request.get_all(name) {
            text.push('=');
            text.extend(percent_encode(value.as_bytes(), NON_ALPHANUMERIC));
        }
    }
    text
}

/// What `cache-control` says, and other fields of its kind; of contradictions the narrower one.
#[derive(Debug, Default)]
struct Directives {
    /// Or `private`, or one that wants every use to be asked for.
    no_store: bool,
    /// Not to be shown once it is stale (RFC 9111 §4.2.4).
    strict: bool,
    max_age: Option<u64>,
    s_maxage: Option<u64>,
    stale_if_error: Option<u64>,
}

impl Directives {
    fn of(headers: &HeaderMap) -> Directives {
        let mut found = Directives::default();
        for field in SPEAKING {
            // Those for other caches can only forbid.
            let is_ours = header::CACHE_CONTROL == field;
            for directive in headers.get_all(field).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b',')) {
                let mut parts = directive.splitn(2, |byte| *byte == b'=');
                let name = parts.next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
                let argument = parts.next().unwrap_or_default();
                found.add(std::str::from_utf8(&name).unwrap_or_default(), argument, is_ours);
            }
        }
        found
    }

    fn add(&mut self, name: &str, argument: &[u8], is_ours: bool) {
        let least = |known: &mut Option<u64>| *known = Some(known.unwrap_or(u64::MAX).min(seconds(argument)));
        match name {
            "no-store" | "no-cache" | "private" => self.no_store = true,
            "must-revalidate" | "proxy-revalidate" => self.strict = true,
            "max-age" if is_ours => least(&mut self.max_age),
            "s-maxage" if is_ours => {
                // RFC 9111 §5.2.2.10: as `proxy-revalidate`.
                self.strict = true;
                least(&mut self.s_maxage);
            }
            "stale-if-error" if is_ours => least(&mut self.stale_if_error),
            _ => {}
        }
    }

    /// Until what age a copy may be shown, in seconds. Without a directive it is stale at once: `expires` is not read.
    fn usable_until(&self, max_stale: u64) -> u64 {
        let fresh = self.s_maxage.or(self.max_age).unwrap_or_default();
        let stale = if self.strict { 0 } else { self.stale_if_error.unwrap_or(max_stale) };
        fresh.saturating_add(stale).min(MAX_AGE)
    }
}

/// A number of seconds (RFC 9111 §1.2.2); what is none counts as none.
fn seconds(text: &[u8]) -> u64 {
    let digits = text.trim_ascii();
    let digits = digits.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(digits);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return 0;
    }
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX)
}

const SPEAKING: [&str; 5] = ["cache-control", "cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "pragma"];

/// Fields that make many applications answer otherwise, though hardly one says so in `vary`: a client that sends one must not choose what
/// others are shown.
const STEERING: [&str; 13] = [
    "forwarded",
    "origin",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-scheme",
    "x-host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-rewrite-url",
];

/// Fields that are not kept: of the connection (RFC 9110 §7.6.1), of the body as it was sent, of the one request.
const DROPPED: &[&str] = &[
    "accept-ranges",
    "age",
    "cf-*",
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "nel",
    "proxy-*",
    "report-to",
    "server-timing",
    "te",
    "traceparent",
    "traceresponse",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields that a changed body would make wrong.
const OF_CODED: &[&str] = &["content-digest", "content-md5", "digest", "repr-digest", "signature", "signature-input"];

/// The first number of a record: another one is of another version, and not understood.
const VERSION: u64 = 1;
/// Caches refuse more than some 32 KiB of fields, and a record is escaped.
const MAX_RECORD: usize = 8192;
const MAX_VARY: usize = 32;
/// A week: nobody wants to see what is older.
const MAX_AGE: u64 = 604_800;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    static ID: HeaderName = HeaderName::from_static("x-request-id");
    const NOW: u64 = 1_800_000_000_000;
    const MAY: &str = r#"{"resilience":{"stale_if_error":{"max_stale_seconds":100}}}"#;

    fn fields(text: &str) -> HeaderMap {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        lines.map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())).collect()
    }

    /// For how long a response is kept, in seconds.
    fn kept(request: &str, response: &str) -> Option<u64> {
        let resilience = Resilience::from_json(MAY).unwrap();
        Copies::new(&resilience, &ID).unwrap().keep(&fields(request), &fields(response), true, NOW).map(|copied| copied.keep_seconds)
    }

    fn shown(asked: &str, response: &str, again: &str, after: u64) -> Option<HeaderMap> {
        let resilience = Resilience::from_json(MAY).unwrap();
        let copies = Copies::new(&resilience, &ID).unwrap();
        let copied = copies.keep(&fields(asked), &fields(response), true, NOW)?;
        copies.show(&copied.record, &fields(again), NOW + after * 1000)
    }

    #[test]
    fn nothing_is_kept_unasked() {
        assert!(Copies::new(&Resilience::default(), &ID).is_none());
    }

    #[test]
    fn what_may_be_kept_and_for_how_long() {
        #[rustfmt::skip]
        let rows = [
            ("nothing said", "", "", Some(100)),
            ("fresh for a while", "", "cache-control: max-age=60", Some(160)),
            ("its own word", "", "cache-control: max-age=60, stale-if-error=7", Some(67)),
            ("its own word, none", "", "cache-control: max-age=60, stale-if-error=0", Some(60)),
            ("neither fresh nor stale", "", "cache-control: max-age=0, stale-if-error=0", None),
            ("quoted, upper case", "", "cache-control: Max-Age=\"60\",STALE-IF-ERROR=7", Some(67)),
            ("the narrower of two", "", "cache-control: max-age=60\ncache-control: max-age=6", Some(106)),
            ("no number", "", "cache-control: max-age=-1", Some(100)),
            ("a huge number", "", "cache-control: max-age=99999999999999999999999", Some(604_800)),
            ("old already", "", "cache-control: max-age=60\nage: 20", Some(140)),
            ("too old already", "", "cache-control: max-age=60\nage: 160", None),
            ("an age that is none", "", "age: soon", Some(100)),
            ("no-store", "", "cache-control: no-store", None),
            ("no-cache", "", "cache-control: max-age=60, no-cache", None),
            ("no-cache of a field", "", "cache-control: no-cache=\"set-cookie\"", None),
            ("private", "", "cache-control: private, max-age=60", None),
            ("pragma", "", "pragma: no-cache", None),
            ("for a CDN", "", "cache-control: max-age=60\ncdn-cache-control: no-store", None),
            ("for Cloudflare", "", "cloudflare-cdn-cache-control: private", None),
            ("another cache's time", "", "cdn-cache-control: max-age=9999", Some(100)),
            ("must-revalidate", "", "cache-control: max-age=60, must-revalidate", Some(60)),
            ("proxy-revalidate", "", "cache-control: max-age=60, proxy-revalidate, stale-if-error=9", Some(60)),
            ("must-revalidate, never fresh", "", "cache-control: must-revalidate", None),
            ("s-maxage", "", "cache-control: max-age=60, s-maxage=5", Some(5)),
            ("s-maxage, none", "", "cache-control: max-age=60, s-maxage=0", None),
            ("a cookie is set", "", "set-cookie: a=1\ncache-control: public", None),
            ("a part", "", "content-range: bytes 0-1/2", None),
            ("vary: *", "", "vary: accept, *", None),
            ("vary is not understood", "", "vary: a b", None),
            ("vary on too much", "", "vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u", None),
            ("vary", "", "vary: accept, accept-language", Some(100)),
            ("with authorization", "authorization: Basic x", "cache-control: public", None),
            ("with a cookie", "cookie: a=1", "cache-control: public", None),
            ("with a key", "x-api-key: a", "cache-control: public", None),
            ("with a token of its own kind", "cf-access-jwt-assertion: a", "cache-control: public", None),
            ("the client wants none kept", "cache-control: no-store", "", None),
        ];
        for (name, request, response, expected) in rows {
            assert_eq!(kept(request, response), expected, "{name}");
        }
        let long = format!("x-long: {}", "x".repeat(MAX_RECORD));
        assert_eq!(kept("", &long), None);
        assert_eq!(kept(&long, "vary: x-long"), None);
    }

    #[test]
    fn a_coded_body_is_kept_where_the_coding_can_be_undone() {
        let resilience = Resilience::from_json(MAY).unwrap();
        let copies = Copies::new(&resilience, &ID).unwrap();
        let none = HeaderMap::new();
        let keep = |response: &str, undone| copies.keep(&none, &fields(response), undone, NOW);
        assert!(keep("content-encoding: zstd", false).is_none());
        assert!(keep("content-encoding: identity", false).is_some());
        for (response, expected) in [
            ("content-encoding: gzip\netag: \"1\"\nrepr-digest: x\nvary: accept-encoding", "etag: W/\"1\"\nvary: accept-encoding\nage: 0"),
            ("content-encoding: gzip\netag: W/\"1\"", "etag: W/\"1\"\nage: 0"),
            ("etag: \"1\"\nrepr-digest: x", "etag: \"1\"\nrepr-digest: x\nage: 0"),
        ] {
            let copied = keep(response, true).unwrap();
            assert_eq!(copies.show(&copied.record, &fields("accept-encoding: br"), NOW).unwrap(), fields(expected));
        }
    }

    #[test]
    fn a_copy_is_shown_as_it_came_with_its_age() {
        let response = "content-type: text/html\ncache-control: max-age=60\netag: \"1\"\nlink: </a>\nlink: </b>\nvary: accept\n\
                        date: Sat, 21 Nov 2026 20:00:00 GMT\nage: 3\nconnection: close\ncontent-length: 5\nx-request-id: of-another\n\
                        cf-cache-status: HIT\naccept-ranges: bytes\nserver-timing: db;dur=5";
        let expected = "content-type: text/html\ncache-control: max-age=60\netag: \"1\"\nlink: </a>\nlink: </b>\nvary: accept\n\
                        date: Sat, 21 Nov 2026 20:00:00 GMT";
        for (after, age) in [(0, "3"), (1, "4"), (156, "159")] {
            let shown = shown("", response, "", after).unwrap();
            assert_eq!(shown, fields(&format!("{expected}\nage: {age}")), "after {after} s");
        }
        assert_eq!(shown("", response, "", 157), None, "60 and 100 seconds old");
    }

    #[test]
    fn a_clock_that_goes_back_makes_nothing_younger_than_it_was() {
        let resilience = Resilience::from_json(MAY).unwrap();
        let copies = Copies::new(&resilience, &ID).unwrap();
        let copied = copies.keep(&HeaderMap::new(), &fields("age: 7"), true, NOW).unwrap();
        for (now, age) in [(0, "age: 7"), (NOW, "age: 7"), (NOW + 999, "age: 7"), (NOW + 1000, "age: 8")] {
            assert_eq!(copies.show(&copied.record, &HeaderMap::new(), now).unwrap(), fields(age));
        }
    }

    #[test]
    fn who_is_shown_a_copy() {
        #[rustfmt::skip]
        let rows = [
            ("the same client", "", "", "", true),
            ("with a cookie", "", "", "cookie: a=1", true),
            ("with authorization", "", "", "authorization: Basic x", false),
            ("with a key", "", "", "x-api-key: a", false),
            ("another language", "accept-language: de", "vary: accept-language", "accept-language: en", false),
            ("the same language", "accept-language: de", "vary: Accept-Language", "accept-language: de", true),
            ("no language", "accept-language: de", "vary: accept-language", "", false),
            ("an empty one is not none", "", "vary: accept-language", "accept-language: ", false),
            ("a language that does not matter", "accept-language: de", "", "accept-language: en", true),
            ("two are not one", "x-a: 1\nx-a: 2", "vary: x-a", "x-a: 1, 2", false),
            ("one of two", "x-a: 1\nx-b: 2", "vary: x-a, x-b", "x-a: 1\nx-b: 3", false),
            ("both", "x-a: 1\nx-b: 2", "vary: x-a\nvary: x-b", "x-a: 1\nx-b: 2", true),
            ("nothing leaks from one into the next", "x-a: 1 x-b=2", "vary: x-a, x-b", "x-a: 1\nx-b: 2", false),
            ("another coding", "accept-encoding: gzip", "vary: accept-encoding", "accept-encoding: br", true),
            ("vary: cookie", "", "vary: cookie", "cookie: a=1", false),
            ("made for a host of the client's choice", "x-forwarded-host: evil.example", "", "", false),
            ("for the same host", "x-forwarded-host: a.example", "", "x-forwarded-host: a.example", true),
        ];
        for (name, asked, response, again, expected) in rows {
            assert_eq!(shown(asked, response, again, 0).is_some(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_record_is_not_shown() {
        let resilience = Resilience::from_json(MAY).unwrap();
        let copies = Copies::new(&resilience, &ID).unwrap();
        let none = HeaderMap::new();
        let good = copies.keep(&none, &fields("x-a: 1"), true, NOW).unwrap().record;
        assert!(copies.show(&good, &none, NOW).is_some());
        for record in ["", "1", "1 2 3", "2 0 0 100\n", "1 0 0 x\n", "\n\n", &good.replacen('1', "2", 1)] {
            assert_eq!(copies.show(record, &none, NOW), None, "{record}");
        }
        for end in 0..good.len() {
            // One that was cut off is shown at most without its last fields, and never fails.
            let _ = copies.show(good.get(..end).unwrap_or_default(), &none, NOW);
        }
    }

    #[test]
    fn what_a_copy_stands_in_for() {
        let resilience = Resilience::from_json(MAY).unwrap();
        let copies = Copies::new(&resilience, &ID).unwrap();
        for (status, expected) in
            [(500, true), (501, false), (502, true), (504, true), (505, false), (522, true), (404, false), (200, false)]
        {
            assert_eq!(copies.stands_in_for(status), expected, "{status}");
        }
        assert_eq!(copies.max_bytes(), 1_048_576);
    }
}
