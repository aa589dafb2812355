//! The fields of an answer that takes an upstream's place.

use super::GrpcStatus;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::head::kept;
    use crate::head::tests::{fields, map};

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
