//! `proxy-status` (RFC 9209): what went wrong between proxy and upstream, in words that are the same everywhere and tell no internals.

use crate::head::Origin;
use crate::report::Reason;
use http::StatusCode;
use http::header::HeaderValue;

/// What is known of the response that is replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) received: StatusCode,
    pub(crate) origin: Origin,
    /// The proxy's own words; none of them are shown.
    pub(crate) detail: &'a str,
}

/// The field: `name; error=connection_refused; received-status=503`. What the proxy made was not received, so only its error is told.
pub(crate) fn value(name: &str, seen: Seen<'_>, reason: Reason) -> HeaderValue {
    let error = match seen.origin {
        Origin::Proxy => Some(proxy_error(seen)),
        Origin::Upstream => transfer_error(reason),
    };
    let mut text = name.to_owned();
    if let Some(error) = error {
        text.push_str("; error=");
        text.push_str(error);
    }
    if seen.origin == Origin::Upstream {
        text.push_str("; received-status=");
        text.push_str(&seen.received.as_u16().to_string());
    }
    // A name was checked, the rest is ours.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("backstop"))
}

/// What broke while the body came.
fn transfer_error(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Aborted => Some("http_response_incomplete"),
        Reason::TimedOut => Some("http_response_timeout"),
        Reason::OverLimit => Some("http_response_body_size"),
        Reason::UnknownCoding | Reason::Corrupt => Some("http_response_content_coding"),
        _ => None,
    }
}

/// The error of the list in RFC 9209 §2.3 that Envoy's response code details, or a runtime's message, stand for.
fn proxy_error(seen: Seen<'_>) -> &'static str {
    let detail = seen.detail.to_ascii_lowercase();
    let known = DETAILS.iter().find(|(words, _)| detail.contains(words));
    match (known, seen.received.as_u16()) {
        (Some((_, error)), _) => error,
        (None, 502 | 503) => "destination_unavailable",
        (None, 504) => "http_response_timeout",
        (None, 508) => "proxy_loop_detected",
        (None, _) => "proxy_internal_error",
    }
}

/// The first that a detail contains, lower case.
const DETAILS: [(&str, &str); 14] = [
    ("refused", "connection_refused"),
    ("connection_timeout", "connection_timeout"),
    ("connect timeout", "connection_timeout"),
    ("no_healthy_upstream", "destination_unavailable"),
    ("cluster_not_found", "proxy_configuration_error"),
    ("no_cluster", "proxy_configuration_error"),
    ("route_not_found", "destination_not_found"),
    ("dns", "dns_error"),
    ("tls", "tls_protocol_error"),
    ("overflow", "connection_limit_reached"),
    ("timeout", "http_response_timeout"),
    ("terminat", "connection_terminated"),
    ("reset", "connection_terminated"),
    ("protocol_error", "http_protocol_error"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_went_wrong_and_no_more() {
        let envoy = "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}";
        for (origin, status, detail, reason, expected) in [
            (Origin::Upstream, 500, "", Reason::Unsafe, "edge; received-status=500"),
            (Origin::Upstream, 502, "refused", Reason::Always, "edge; received-status=502"),
            (Origin::Upstream, 500, "", Reason::Aborted, "edge; error=http_response_incomplete; received-status=500"),
            (Origin::Upstream, 503, "", Reason::OverLimit, "edge; error=http_response_body_size; received-status=503"),
            (Origin::Proxy, 503, envoy, Reason::Always, "edge; error=connection_refused"),
            (
                Origin::Proxy,
                503,
                "upstream_reset_before_response_started{connection_termination}",
                Reason::Always,
                "edge; error=connection_terminated",
            ),
            (Origin::Proxy, 503, "no_healthy_upstream", Reason::Always, "edge; error=destination_unavailable"),
            (Origin::Proxy, 503, "overflow", Reason::Always, "edge; error=connection_limit_reached"),
            (Origin::Proxy, 504, "response_timeout", Reason::Always, "edge; error=http_response_timeout"),
            (
                Origin::Proxy,
                504,
                "TimeoutError: The operation was aborted due to timeout",
                Reason::NoResponse,
                "edge; error=http_response_timeout",
            ),
            (
                Origin::Proxy,
                502,
                "Error: Network connection lost to db-1.internal",
                Reason::NoResponse,
                "edge; error=destination_unavailable",
            ),
            (Origin::Proxy, 508, "Error: the request came back again and again", Reason::NoResponse, "edge; error=proxy_loop_detected"),
            (Origin::Proxy, 500, "lua_response", Reason::Always, "edge; error=proxy_internal_error"),
        ] {
            let seen = Seen { received: StatusCode::from_u16(status).unwrap_or_default(), origin, detail };
            assert_eq!(value("edge", seen, reason), expected, "{detail}");
        }
    }
}
