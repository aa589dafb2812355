//! Which fields of an upstream's response a client may see.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

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
    use crate::head::tests::{fields, map};

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
}
