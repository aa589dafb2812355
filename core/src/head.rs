//! What core knows of a request and of a response: their heads, and the edits that it asks for.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

/// The request that a response belongs to.
///
/// A host passes what it has: every part except the method may be empty.
#[derive(Debug, Clone)]
pub struct RequestHead {
    /// The request method. `HEAD` changes what a replacement may carry.
    pub method: Method,
    /// The authority that the client asked for, with or without a port; empty where unknown.
    pub host: String,
    /// Path and query, as received; the query never leaves core unmasked. Empty where unknown.
    pub path: String,
    /// Request headers. Only those in [`Policy::request_fields`](crate::Policy::request_fields) are read, so a host may pass these alone.
    pub headers: HeaderMap,
    /// The correlation ID that the host already sent upstream (see [`Policy::correlate`](crate::Policy::correlate)).
    /// `None` lets core choose one.
    pub correlation_id: Option<String>,
}

/// The head of the response that the host is about to forward.
#[derive(Debug, Clone)]
pub struct ResponseHead {
    /// The status code as received.
    pub status: StatusCode,
    /// All response headers. A field that the `http` crate cannot represent (control characters in its value) is left out by
    /// the host; it cannot be kept by a replacement either.
    pub headers: HeaderMap,
    /// How the body will arrive at [`Exchange::on_body`](crate::Exchange::on_body).
    pub body: Payload,
    /// Who made this response.
    pub origin: Origin,
    /// The host's own words on why it made the response (Envoy's response code details), for the report only.
    pub detail: Option<String>,
}

/// How a response body reaches core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// There is none: the head ended the response (`HEAD`, 204, 304, empty).
    Absent,
    /// The bytes that were sent, content codings included.
    AsSent,
    /// The host undid the content codings that `content-encoding` names.
    Decoded,
}

/// Who made a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The application behind the host.
    Upstream,
    /// The host itself, because it could not reach the application or gave up on it.
    Proxy,
}

impl Origin {
    /// The name used in configuration and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Upstream => "upstream",
            Origin::Proxy => "proxy",
        }
    }
}

/// Changes to headers or trailers that a response keeps otherwise: `remove` applies first, then `set`, then `add`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderEdits {
    /// Fields to remove, all values of each.
    pub remove: Vec<HeaderName>,
    /// Fields to set; each replaces all earlier values of its name.
    pub set: Vec<(HeaderName, HeaderValue)>,
    /// Fields to add; earlier values of their names stay.
    pub add: Vec<(HeaderName, HeaderValue)>,
}

impl HeaderEdits {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.set.is_empty() && self.add.is_empty()
    }
}

/// A complete response that takes the place of the upstream's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The status to send.
    pub status: StatusCode,
    /// All headers, `content-length` included: not a delta.
    pub headers: HeaderMap,
    /// The body; empty for `HEAD` (where `content-length` tells what `GET` would have got) and for gRPC.
    pub body: Vec<u8>,
    /// Set where the client speaks gRPC: the answer is trailers-only, and `headers` hold these values too.
    pub grpc: Option<GrpcStatus>,
}

/// A gRPC status with a message that is safe to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrpcStatus {
    /// The numeric status, 1 to 16.
    pub code: u32,
    /// The message, ASCII without `%`.
    pub message: &'static str,
}

/// The fields of an upstream response that survive its replacement: those of [`KEPT`], in its order, up to its limits.
///
/// Everything else described the old body or may tell what no client should know; an allow-list also drops what is invented
/// tomorrow.
pub(crate) fn kept(upstream: &HeaderMap) -> HeaderMap {
    let rank = |name: &HeaderName| KEPT.iter().position(|(pattern, _)| matches(pattern, name.as_str()));
    // They are few: a sort of the standard library would cost the modules 4 KB.
    let mut found: Vec<(usize, &HeaderName, &HeaderValue)> = Vec::new();
    for (name, value) in upstream {
        if let Some(rank) = rank(name) {
            let place = found.partition_point(|(known, ..)| *known <= rank);
            found.insert(place, (rank, name, value));
        }
    }
    let mut kept = HeaderMap::new();
    let mut bytes_left = MAX_KEPT_BYTES;
    for (_, name, value) in found {
        let Some(left) = bytes_left.checked_sub(name.as_str().len().saturating_add(value.len())) else { continue };
        if kept.len() >= MAX_KEPT_FIELDS || kept.try_append(name.clone(), value.clone()).is_err() {
            return kept;
        }
        bytes_left = left;
    }
    kept
}

/// The fields to remove even from a response that is released under `sanitize`: those of [`LEAKING`], and `server` where it
/// tells a version.
pub(crate) fn leaking(upstream: &HeaderMap) -> Vec<HeaderName> {
    let versioned =
        |name: &HeaderName| *name == header::SERVER && upstream.get_all(name).iter().any(|value| value.as_bytes().contains(&b'/'));
    let named = |name: &str| LEAKING.iter().any(|(pattern, _)| matches(pattern, name));
    let leaks = |name: &HeaderName| named(name.as_str()) || versioned(name);
    upstream.keys().filter(|name| leaks(name)).cloned().collect()
}

/// Whether the value of a field is looked at. Not of those in [`TRUSTED`], whose values have a form of their own that detectors
/// take for something else.
pub(crate) fn is_inspected(name: &HeaderName) -> bool {
    !is_named(TRUSTED, name.as_str())
}

/// What the headers of a replacement say of its body.
#[derive(Debug, Clone)]
pub(crate) struct Described<'a> {
    pub(crate) content_type: &'static str,
    pub(crate) content_language: &'a str,
    pub(crate) content_security_policy: Option<HeaderValue>,
    pub(crate) content_length: usize,
}

/// All headers of a replacement: what was kept, and over it what is always set.
pub(crate) fn replacement_headers(mut headers: HeaderMap, body: Described<'_>, correlation: (&HeaderName, &HeaderValue)) -> HeaderMap {
    set_always(&mut headers, correlation, body.content_length);
    set(&mut headers, header::CONTENT_TYPE, HeaderValue::from_static(body.content_type));
    if let Ok(language) = HeaderValue::from_str(body.content_language) {
        set(&mut headers, header::CONTENT_LANGUAGE, language);
    }
    if let Some(policy) = body.content_security_policy {
        set(&mut headers, header::CONTENT_SECURITY_POLICY, policy);
        set(&mut headers, HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        set(&mut headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    headers
}

/// All headers of an answer that sends its client elsewhere: what was kept, and over it what is always set.
pub(crate) fn redirect_headers(headers: &mut HeaderMap, location: HeaderValue, correlation: (&HeaderName, &HeaderValue)) {
    set_always(headers, correlation, 0);
    set(headers, header::LOCATION, location);
    set(headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn set_always(headers: &mut HeaderMap, correlation: (&HeaderName, &HeaderValue), length: usize) {
    // First, so that no configured name can displace what follows.
    set(headers, correlation.0.clone(), correlation.1.clone());
    let vary = vary_with(headers, &[b"accept", b"accept-language"]);
    set(headers, header::VARY, vary);
    set(headers, header::CONTENT_LENGTH, HeaderValue::from(length));
    set(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// Makes an answer one for nobody but its client, whatever the operator says of caches.
pub(crate) fn keep_private(headers: &mut HeaderMap) {
    let mut telling = Vec::new();
    for name in headers.keys() {
        if ["cache-control", "surrogate-control", "expires"].iter().any(|end| name.as_str().ends_with(end)) {
            telling.push(name.clone());
        }
    }
    for name in telling {
        headers.remove(&name);
    }
    set(headers, header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let vary = vary_with(headers, &[b"cookie", b"x-backstop-reveal"]);
    set(headers, header::VARY, vary);
}

/// A kind of gRPC, by `content-type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rpc {
    /// Over HTTP/2: the status is in the trailers, or in the head where nothing follows.
    Plain,
    /// For browsers: the trailers are the last part of the body.
    Web {
        media_type: HeaderValue,
        /// The body is base64.
        is_text: bool,
    },
}

/// Which gRPC these headers speak, if any.
pub(crate) fn rpc(headers: &HeaderMap) -> Option<Rpc> {
    let value = headers.get(header::CONTENT_TYPE)?;
    let media_type = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let base = media_type.split(|byte| *byte == b'+').next().unwrap_or_default();
    let is_plain = media_type.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'-' | b'.'));
    let web = |is_text| Some(Rpc::Web { media_type: HeaderValue::from_bytes(if is_plain { media_type } else { base }).ok()?, is_text });
    if base.eq_ignore_ascii_case(b"application/grpc") {
        Some(Rpc::Plain)
    } else if base.eq_ignore_ascii_case(b"application/grpc-web") {
        web(false)
    } else if base.eq_ignore_ascii_case(b"application/grpc-web-text") {
        web(true)
    } else {
        None
    }
}

/// Whether a response is a problem document (RFC 9457) to which a member may be added: in no content coding, and without a field that a
/// changed body would make wrong.
pub(crate) fn takes_id(headers: &HeaderMap) -> bool {
    const BOUND: [&str; 8] =
        ["content-encoding", "content-md5", "content-range", "content-digest", "digest", "etag", "repr-digest", "signature"];
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/problem+json") && BOUND.iter().all(|name| !headers.contains_key(*name))
}

/// All headers of a trailers-only gRPC response (gRPC over HTTP/2, "Trailers-Only"): what was kept, and over it the status.
pub(crate) fn grpc_headers(mut headers: HeaderMap, status: GrpcStatus, correlation: (&HeaderName, &HeaderValue)) -> HeaderMap {
    set(&mut headers, correlation.0.clone(), correlation.1.clone());
    set(&mut headers, header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    set(&mut headers, HeaderName::from_static("grpc-status"), HeaderValue::from(status.code));
    set(&mut headers, HeaderName::from_static("grpc-message"), HeaderValue::from_static(status.message));
    headers
}

/// All headers of a gRPC-Web response with a body of this length.
pub(crate) fn grpc_web_headers(headers: &mut HeaderMap, media_type: HeaderValue, length: usize, correlation: (&HeaderName, &HeaderValue)) {
    set_always(headers, correlation, length);
    set(headers, header::CONTENT_TYPE, media_type);
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    // Fails only beyond 24576 fields; what was kept is far from it.
    let _ = headers.try_insert(name, value);
}

/// `vary` as it is, with the request's fields that a replacement depends on.
fn vary_with(headers: &HeaderMap, fields: &[&[u8]]) -> HeaderValue {
    let members = || {
        let values = headers.get_all(header::VARY).into_iter();
        values.flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
    };
    if members().any(|member| member == b"*") {
        return HeaderValue::from_static("*");
    }
    let mut list = members().collect::<Vec<_>>();
    for field in fields {
        if !list.iter().any(|member| member.eq_ignore_ascii_case(field)) {
            list.push(field);
        }
    }
    HeaderValue::from_bytes(&list.join(&b", "[..])).unwrap_or(HeaderValue::from_static("accept, accept-language"))
}

/// Whether one of these patterns names a field.
pub(crate) fn is_named(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, name))
}

/// A pattern is a name, or the beginning of names before a `*`.
fn matches(pattern: &str, name: &str) -> bool {
    // Every field of every error is compared with every pattern: nearly all of them differ in their first letter.
    if pattern.as_bytes().first() != name.as_bytes().first() {
        return false;
    }
    pattern.strip_suffix('*').map_or_else(|| name == pattern, |start| name.starts_with(start))
}

const MAX_KEPT_FIELDS: usize = 64;
/// Names and values together.
const MAX_KEPT_BYTES: usize = 8 * 1024;

/// What a replacement keeps of the upstream's fields, and why; the most needed first, since the rest may fall to the limits.
const KEPT: &[(&str, &str)] = &[
    ("access-control-*", "without these a browser hides the answer from the page that asked (CORS)"),
    ("retry-after", "when to come again"),
    ("www-authenticate", "a 401 must say how to sign in (RFC 9110 §15.5.2)"),
    ("proxy-authenticate", "the same for a 407"),
    ("allow", "a 405 must say what is allowed (RFC 9110 §15.5.6)"),
    ("strict-transport-security", "protection of the whole host, not of this body"),
    ("vary", "caches on the way; merged with our own"),
    ("cross-origin-resource-policy", "whether a page with an embedder policy may load the answer at all"),
    ("ratelimit*", "how much a client may still ask: ratelimit, ratelimit-policy, ratelimit-limit and so on"),
    ("x-ratelimit-*", "the same in its common older spelling"),
    ("x-rate-limit-*", "the same"),
    ("traceparent", "the client's tracing; random numbers"),
    ("traceresponse", "the same (Trace Context level 2)"),
    ("tracestate", "the same; belongs to traceparent"),
    ("set-cookie", "the application's session goes on; last, since only cookies are many and long"),
];

/// Fields whose values are tokens, dates, URLs or policies by definition, or that the host writes itself.
const TRUSTED: &[&str] = &[
    "access-control-*",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy*",
    "content-type",
    "date",
    "expires",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "nel",
    "report-to",
    "reporting-endpoints",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "www-authenticate",
    "x-envoy-*",
    "x-request-id",
];

/// What goes even from a released response, and why. `server` is a case of its own, see [`leaking`]. Kept on purpose: `via`
/// (RFC 9110 asks for it), `x-request-id` and tracing (operators need them), `x-envoy-*` (Envoy has options for them).
const LEAKING: &[(&str, &str)] = &[
    ("x-powered-by", "language or framework, mostly with its version (PHP, Express, ASP.NET, Plesk)"),
    ("x-powered-by-*", "the same (Plesk)"),
    ("x-powered-cms", "product"),
    ("x-server-powered-by", "the same"),
    ("x-turbo-charged-by", "LiteSpeed"),
    ("x-php-version", "version"),
    ("x-aspnet-version", "version"),
    ("x-aspnetmvc-version", "version"),
    ("x-owa-version", "version of Exchange"),
    ("x-generator", "product and version (Drupal and others)"),
    ("x-framework", "framework"),
    ("x-debug", "debug output"),
    ("debug", "the same"),
    ("debug-*", "the same"),
    ("x-debug-*", "Symfony's exception, its file and the profiler's address; others' debug output"),
    ("x-exception*", "exception class or message"),
    ("exception*", "exception class or message"),
    ("stack-trace*", "stack trace"),
    ("stacktrace*", "stack trace"),
    ("sourcemap", "address of the program's source"),
    ("x-sourcemap", "the same"),
    ("x-symfony-exception*", "exception class or message"),
    ("grpc-status-details-bin", "a serialised google.rpc.Status, where DebugInfo with a stack trace travels; nobody looks into it"),
    ("x-error-detail*", "error text meant for developers"),
    ("x-error-message*", "the same"),
    ("x-error-stack*", "stack trace"),
    ("x-error-trace*", "stack trace"),
    ("x-stack-trace*", "stack trace"),
    ("x-stacktrace*", "stack trace"),
    ("x-chromelogger-data", "server logs, encoded (Chrome Logger)"),
    ("x-chromephp-data", "the same under its first name"),
    ("x-wf-*", "server logs (FirePHP)"),
    ("x-clockwork-*", "profiler ID and path (Clockwork)"),
    ("phpdebugbar*", "debug data (PHP Debug Bar)"),
    ("djdt-*", "debug data (Django Debug Toolbar)"),
    ("x-sourcefiles", "path of the sources on a developer's machine, encoded (IIS Express)"),
    ("x-application-context", "application name, profile and port (Spring Boot)"),
    ("x-backend-server", "internal host name"),
    ("x-beserver", "internal host name (Exchange)"),
    ("x-feserver", "internal host name (Exchange)"),
    ("x-calculatedbetarget", "internal host name (Exchange)"),
    ("x-diaginfo", "internal host name (Exchange)"),
    ("x-runtime", "time spent inside, to the microsecond: names Rack, and feeds timing attacks"),
    ("server-timing", "names and times of internal steps"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    fn map(fields: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn fields(headers: &HeaderMap) -> Vec<(&str, &str)> {
        headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
    }

    #[test]
    fn what_is_kept() {
        #[rustfmt::skip]
        let rows = [
            ("Access-Control-Allow-Origin", true), ("access-control-expose-headers", true), ("retry-after", true),
            ("www-authenticate", true), ("proxy-authenticate", true), ("allow", true), ("strict-transport-security", true),
            ("vary", true), ("cross-origin-resource-policy", true), ("ratelimit", true), ("ratelimit-policy", true),
            ("x-ratelimit-remaining", true), ("x-rate-limit-reset", true), ("traceparent", true), ("tracestate", true),
            ("traceresponse", true), ("set-cookie", true),
            // Of the old body.
            ("content-type", false), ("content-length", false), ("content-encoding", false), ("content-range", false),
            ("content-language", false), ("content-disposition", false), ("content-location", false), ("content-md5", false),
            ("transfer-encoding", false), ("trailer", false), ("accept-ranges", false), ("etag", false), ("last-modified", false),
            ("digest", false), ("repr-digest", false), ("link", false), ("location", false), ("refresh", false), ("sourcemap", false),
            ("cache-control", false), ("expires", false), ("age", false), ("content-security-policy", false),
            // Of the way it came.
            ("connection", false), ("keep-alive", false), ("alt-svc", false), ("date", false), ("via", false),
            // Internals.
            ("server", false), ("server-timing", false), ("x-powered-by", false), ("x-debug-token", false), ("nel", false),
            ("report-to", false), ("proxy-status", false), ("x-request-id", false), ("x-anything", false),
            // Not quite a name of ours.
            ("x-ratelimit", false), ("allowed", false), ("xset-cookie", false),
        ];
        for (name, expected) in rows {
            assert_eq!(!kept(&map(&[(name, "1")])).is_empty(), expected, "{name}");
        }
    }

    #[test]
    fn cookies_stay_apart_and_in_order() {
        let upstream = map(&[("set-cookie", "a=1; Path=/"), ("etag", "x"), ("set-cookie", "b=2"), ("retry-after", "5")]);
        assert_eq!(fields(&kept(&upstream)), [("retry-after", "5"), ("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2")]);
    }

    #[test]
    fn limits() {
        let many = map(&[("set-cookie", "a=1"); 100]);
        assert_eq!(kept(&many).len(), MAX_KEPT_FIELDS);
        let mut crowded = many;
        crowded.append("access-control-allow-origin", HeaderValue::from_static("*"));
        assert_eq!(kept(&crowded).len(), MAX_KEPT_FIELDS);
        assert!(kept(&crowded).contains_key("access-control-allow-origin"), "needed fields go before cookies");

        let room = MAX_KEPT_BYTES - "set-cookie".len();
        assert_eq!(kept(&map(&[("set-cookie", &"c".repeat(room))])).len(), 1);
        assert_eq!(kept(&map(&[("set-cookie", &"c".repeat(room + 1))])).len(), 0);
        let long = "c".repeat(room);
        assert_eq!(
            fields(&kept(&map(&[("vary", "x"), ("set-cookie", &long), ("set-cookie", "d=1")]))),
            [("vary", "x"), ("set-cookie", "d=1")]
        );
    }

    #[test]
    fn what_leaks() {
        #[rustfmt::skip]
        let rows = [
            ("X-Powered-By", "PHP/8.2.1", true), ("x-powered-by-plesk", "PleskLin", true), ("x-aspnet-version", "4.0.30319", true),
            ("x-aspnetmvc-version", "5.2", true), ("x-debug-token", "a1", true), ("x-debug-token-link", "http://10.0.0.1/_profiler/a1", true),
            ("x-debug-exception", "boom", true), ("x-debug-exception-file", "/srv/a.php:7", true), ("x-exception", "boom", true),
            ("x-exception-class", "E", true), ("x-error-detail", "boom", true), ("x-error-details", "boom", true), ("x-stacktrace", "at", true),
            ("x-runtime", "0.012", true), ("x-application-context", "orders:prod:8080", true), ("server-timing", "db;dur=53", true),
            ("x-generator", "Drupal 10", true), ("server", "Apache/2.4.57 (Debian)", true), ("server", "gunicorn", false),
            ("server", "envoy", false), ("x-error-code", "E17", false), ("x-request-id", "1", false), ("via", "1.1 proxy", false),
            ("x-debugger", "1", false), ("content-type", "text/html", false), ("set-cookie", "a=/", false), ("x-frame-options", "DENY", false),
        ];
        for (name, value, expected) in rows {
            let name = name.to_ascii_lowercase();
            let found = leaking(&map(&[(&name, value)]));
            assert_eq!(
                found.iter().map(HeaderName::as_str).collect::<Vec<_>>(),
                if expected { vec![name.as_str()] } else { vec![] },
                "{name}"
            );
        }
        let several = map(&[("x-debug-a", "1"), ("server", "plain"), ("x-debug-a", "2"), ("server", "Apache/2"), ("etag", "1")]);
        assert_eq!(leaking(&several), ["x-debug-a", "server"], "each name once; any value of `server` counts");
    }

    #[test]
    fn tables_are_well_formed() {
        let mut names = std::collections::HashSet::new();
        for (pattern, reason) in KEPT.iter().chain(LEAKING) {
            let name = HeaderName::from_bytes(pattern.trim_end_matches('*').as_bytes()).unwrap();
            assert_eq!(name.as_str(), pattern.trim_end_matches('*'), "lower case");
            assert!(!reason.is_empty());
            assert!(names.insert(pattern), "{pattern} twice");
        }
        for (kept, _) in KEPT {
            assert!(LEAKING.iter().all(|(leak, _)| !matches(leak, kept.trim_end_matches('*'))));
        }
    }

    fn plain(content_length: usize) -> Described<'static> {
        Described { content_type: "text/plain", content_language: "en", content_security_policy: None, content_length }
    }

    #[test]
    fn replacements() {
        let id = (&HeaderName::from_static("x-request-id"), &HeaderValue::from_static("abc"));
        let body =
            Described { content_type: "application/json", content_language: "en", content_security_policy: None, content_length: 107 };
        let json = replacement_headers(HeaderMap::new(), body, id);
        let expected = [
            ("cache-control", "no-store"),
            ("content-language", "en"),
            ("content-length", "107"),
            ("content-type", "application/json"),
            ("vary", "accept, accept-language"),
            ("x-content-type-options", "nosniff"),
            ("x-request-id", "abc"),
        ];
        let sorted = |headers: &HeaderMap| {
            let mut fields = fields(headers).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>();
            fields.sort();
            fields
        };
        let owned =
            |fields: &[(&str, &str)]| fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(sorted(&json), owned(&expected));

        let body = Described {
            content_type: "text/html",
            content_language: "de",
            content_security_policy: Some(HeaderValue::from_static("default-src 'none'")),
            content_length: 1,
        };
        let page = replacement_headers(map(&[("retry-after", "5"), ("set-cookie", "a"), ("set-cookie", "b")]), body, id);
        let mut expected = owned(&expected[4..]);
        expected.extend(owned(&[
            ("cache-control", "no-store"),
            ("content-language", "de"),
            ("content-length", "1"),
            ("content-security-policy", "default-src 'none'"),
            ("content-type", "text/html"),
            ("referrer-policy", "no-referrer"),
            ("retry-after", "5"),
            ("set-cookie", "a"),
            ("set-cookie", "b"),
            ("x-robots-tag", "noindex"),
        ]));
        expected.sort();
        assert_eq!(sorted(&page), expected);
    }

    #[test]
    fn nothing_kept_or_configured_overrides_what_is_always_set() {
        let kept = map(&[
            ("content-length", "1"),
            ("content-length", "2"),
            ("cache-control", "public"),
            ("x-request-id", "old"),
            ("content-type", "a/b"),
        ]);
        for name in ["x-request-id", "content-length", "content-type", "cache-control", "vary"] {
            let name = HeaderName::from_static(name);
            let headers = replacement_headers(kept.clone(), plain(7), (&name, &HeaderValue::from_static("new")));
            for (field, value) in [("content-length", "7"), ("cache-control", "no-store"), ("content-type", "text/plain")] {
                assert_eq!(headers.get_all(field).iter().collect::<Vec<_>>(), [value]);
            }
        }
        let headers = replacement_headers(kept, plain(7), (&HeaderName::from_static("x-request-id"), &HeaderValue::from_static("new")));
        assert_eq!(headers.get_all("x-request-id").iter().collect::<Vec<_>>(), ["new"]);
    }

    #[test]
    fn vary_is_merged() {
        let id = (&HeaderName::from_static("x-request-id"), &HeaderValue::from_static("abc"));
        #[rustfmt::skip]
        let rows: [(&[&str], &str); 8] = [
            (&[], "accept, accept-language"), (&["origin"], "origin, accept, accept-language"),
            (&["Accept"], "Accept, accept-language"), (&["Accept-Language,ACCEPT"], "Accept-Language, ACCEPT"),
            (&["origin", "accept-encoding, cookie"], "origin, accept-encoding, cookie, accept, accept-language"), (&["*"], "*"),
            (&["origin, *"], "*"), (&[" , ,"], "accept, accept-language"),
        ];
        for (values, expected) in rows {
            let upstream = map(&values.iter().map(|value| ("vary", *value)).collect::<Vec<_>>());
            let headers = replacement_headers(kept(&upstream), plain(1), id);
            assert_eq!(headers.get_all("vary").iter().collect::<Vec<_>>(), [expected], "{values:?}");
        }
    }
}
