//! What core knows of a request and of a response: their heads, and the edits that it asks for.

mod replacement;
mod upstream;

pub(crate) use replacement::{Described, grpc_headers, grpc_web_headers, keep_private, redirect_headers, replacement_headers};
pub(crate) use upstream::{is_inspected, is_named, kept, leaking};

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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn map(fields: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    pub(crate) fn fields(headers: &HeaderMap) -> Vec<(&str, &str)> {
        headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
    }
}
