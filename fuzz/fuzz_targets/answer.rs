//! Any configuration, any request: every answer is complete, in its format, and shows nothing of the request unescaped.
//!
//! The input is the configuration, a zero, and the lines of a request: `Accept`, `Accept-Language`, host, path.
#![no_main]

use backstop_core::{Policy, Replacement, RequestHead, is_json};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use libfuzzer_sys::fuzz_target;

/// What no page may show as it is. The operator's own templates may, so these are looked for in the built-in pages only.
const NASTY: &str = "/'\"><script>&";

fuzz_target!(|text: &str| {
    let (config, request) = text.split_once('\0').unwrap_or((text, ""));
    let Ok(policy) = Policy::from_json(config) else { return };
    let mut lines = request.split('\n');
    let mut next = || lines.next().unwrap_or_default().to_owned();
    let mut headers = HeaderMap::new();
    for name in [ACCEPT, ACCEPT_LANGUAGE] {
        if let Ok(value) = HeaderValue::from_str(&next()) {
            headers.insert(name, value);
        }
    }
    let (host, path) = (next(), [NASTY, &next()].concat());
    let request = RequestHead { method: Method::GET, host, path, headers, correlation_id: None };
    for code in [404, 429, 500, 503, 504, 599] {
        let status = StatusCode::from_u16(code).expect("a status");
        check(&policy.sample(&request, status, "550e8400", 1_795_258_090_042), config.contains("templates"));
    }
});

fn check(answer: &Replacement, is_own: bool) {
    let field = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(field(CONTENT_LENGTH), answer.body.len().to_string());
    let body = std::str::from_utf8(&answer.body).expect("UTF-8");
    let kind = field(CONTENT_TYPE);
    if kind.contains("json") {
        assert!(is_json(body), "{body}");
    }
    if !is_own && (kind.contains("html") || kind.contains("xml")) {
        assert!(!body.contains(NASTY), "{body}");
    }
    assert!(body.len() <= 1 << 17);
}
