//! The correlation ID: taken over where it is valid, minted where it is not.

use crate::Seed;
use http::header::{HeaderMap, HeaderName};

/// The ID of an exchange, and the W3C trace context it arrived with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// The ID, safe in a header, JSON, HTML and a log line.
    pub id: String,
    /// From a valid `traceparent`.
    pub trace: Option<Trace>,
}

/// The IDs of a W3C `traceparent` (Trace Context, §3.2), lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// 32 hex digits, not all zero.
    pub trace_id: String,
    /// 16 hex digits, not all zero.
    pub span_id: String,
}

/// A valid incoming `header`, else the trace ID of `traceparent`, else a new UUIDv7 from the seed.
pub(crate) fn correlate(_headers: &HeaderMap, _header: &HeaderName, _trust: bool, _seed: &Seed) -> Correlation {
    Correlation { id: String::new(), trace: None }
}

/// Whether a text may serve as an ID: 1 to 128 characters of `A-Z a-z 0-9 - _ . : + / = @ ~`.
pub(crate) fn is_valid(_id: &[u8]) -> bool {
    false
}
