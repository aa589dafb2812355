//! The request, as far as it is still known when its response arrives.
//!
//! Envoy shows a filter nothing of the request at response time, so it is kept: by this filter from the request headers
//! (`capture: request_headers`), or by Envoy's own `set_filter_state` filter (`capture: filter_state`, the bundled wiring).

use crate::pairs;
use backstop_core::RequestHead;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The property that the bundled wiring sets, for [`crate::host::property`].
pub(crate) const FILTER_STATE: &str = "filter_state\0backstop.request";

/// The request from its serialised headers, with the fields in `used`.
pub(crate) fn from_headers(bytes: &[u8], used: &[HeaderName]) -> RequestHead {
    let text = |name| pairs::find(bytes, name).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
    let wanted = |name: &[u8]| used.iter().any(|used| used.as_str().as_bytes() == name);
    RequestHead {
        method: method(pairs::find(bytes, ":method").unwrap_or_default()),
        host: text(":authority"),
        path: text(":path"),
        headers: pairs::headers(bytes, wanted),
        correlation_id: None,
    }
}

/// The request from the lines of the filter state: method, authority, path, then fields as `name: value`. Of these, those in `used`.
pub(crate) fn from_filter_state(text: &[u8], used: &[HeaderName]) -> RequestHead {
    let mut lines = text.split(|byte| *byte == b'\n');
    let method = method(lines.next().unwrap_or_default());
    let host = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let path = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let mut headers = HeaderMap::new();
    for line in lines {
        let end = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(end);
        let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
        let known = used.iter().find(|used| used.as_str().as_bytes().eq_ignore_ascii_case(name));
        if let (Some(name), Ok(value), false) = (known, HeaderValue::from_bytes(value), value.is_empty()) {
            headers.insert(name, value);
        }
    }
    RequestHead { method, host, path, headers, correlation_id: None }
}

/// Whether a serialised head is one of gRPC.
pub(crate) fn is_grpc(headers: &[u8]) -> bool {
    pairs::find(headers, "content-type").is_some_and(|value| value.get(..GRPC.len()).is_some_and(|start| start.eq_ignore_ascii_case(GRPC)))
}

/// A method that nobody knows must not count as one that a rule names: that rule may say `pass`.
fn method(name: &[u8]) -> Method {
    let known = if name.is_empty() { None } else { Method::from_bytes(name).ok() };
    known.or_else(|| Method::from_bytes(b"UNKNOWN").ok()).unwrap_or_default()
}

const GRPC: &[u8] = b"application/grpc";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_tell_the_same() {
        let used = ["accept", "content-type", "traceparent", "x-request-id"].map(HeaderName::from_static);
        let fields = [
            ("accept", "text/html, */*;q=0.8"),
            ("content-type", "application/grpc"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("x-request-id", "abc"),
        ];
        let mut serialized = HeaderMap::new();
        for (name, value) in fields {
            serialized.insert(name, HeaderValue::from_static(value));
        }
        serialized.insert("cookie", HeaderValue::from_static("session=secret"));
        let bytes = with_pseudo(&serialized);
        let state = "HEAD\nshop.example:8443\n/cart?a=1\nAccept: text/html, */*;q=0.8\nx-empty: \ncontent-type:application/grpc\n\
                     x-request-id: abc\ncookie: session=secret\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let from_headers = from_headers(&bytes, &used);
        let from_state = from_filter_state(state.as_bytes(), &used);
        for request in [&from_headers, &from_state] {
            assert_eq!(request.method, Method::HEAD);
            assert_eq!(request.host, "shop.example:8443");
            assert_eq!(request.path, "/cart?a=1");
            assert_eq!(request.headers.len(), 4, "the cookie is not kept");
        }
        assert_eq!(from_headers.headers, from_state.headers);
        assert!(is_grpc(&bytes));
    }

    #[test]
    fn an_empty_or_short_filter_state_is_an_unknown_request() {
        let used = [HeaderName::from_static("x-request-id")];
        for (text, method) in [
            ("", "UNKNOWN"),
            ("GET", "GET"),
            ("GET\nhost", "GET"),
            ("\n\n\n\n\n\n\n\n\n\n", "UNKNOWN"),
            ("GET\nhost\n/\nx-request-id", "GET"),
            ("GET\nhost\n/\nx-request-id:", "GET"),
            ("GET\nhost\n/\n: x\n::\nx-request-i: x", "GET"),
        ] {
            let request = from_filter_state(text.as_bytes(), &used);
            assert_eq!(request.method, method);
            assert!(request.headers.is_empty());
        }
    }

    fn with_pseudo(headers: &HeaderMap) -> Vec<u8> {
        let fields: Vec<(&[u8], &[u8])> = [(":method", "HEAD"), (":authority", "shop.example:8443"), (":path", "/cart?a=1")]
            .into_iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .chain(headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())))
            .collect();
        let word = |value: usize| u32::try_from(value).unwrap_or(0).to_le_bytes();
        let mut bytes = word(fields.len()).to_vec();
        bytes.extend(fields.iter().flat_map(|(name, value)| [word(name.len()), word(value.len())].concat()));
        bytes.extend(fields.iter().flat_map(|(name, value)| [name, &b"\0"[..], value, &b"\0"[..]].concat()));
        bytes
    }
}
