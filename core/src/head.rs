//! What core knows of a request and of a response: their heads, and the edits that it asks for.

use http::header::{HeaderMap, HeaderName, HeaderValue};
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
    /// Request headers. Only `accept`, `accept-language`, `content-type`, `traceparent` and the correlation header are
    /// read, so a host may pass these alone.
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

/// Changes to headers or trailers that a response keeps otherwise. `remove` applies before `set`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderEdits {
    /// Fields to remove, all values of each.
    pub remove: Vec<HeaderName>,
    /// Fields to set; each replaces all earlier values of its name.
    pub set: Vec<(HeaderName, HeaderValue)>,
}

impl HeaderEdits {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.set.is_empty()
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
