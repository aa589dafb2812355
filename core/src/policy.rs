//! The configuration, compiled: immutable, shared by all exchanges.

use crate::config::{Capture, Config};
use crate::correlation::Correlation;
use crate::head::{Origin, RequestHead};
use crate::{Action, Seed};
use http::header::HeaderMap;
use std::fmt;
use std::time::Duration;

/// A configuration that was understood. Everything that can fail about a configuration fails in [`Policy::compile`].
#[derive(Debug)]
pub struct Policy {}

/// Why a configuration was refused: where, what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The place, as a path into the document: `rules[1].match.status[0]`. Empty for the document itself.
    pub at: String,
    /// The offending text, as JSON; empty where there is none (a missing field).
    pub text: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.at, self.text, self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// The rule that decided about a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RuleMatch<'p> {
    /// The rule's name, or its place.
    pub(crate) name: &'p str,
    pub(crate) action: Action,
}

impl Policy {
    /// Parses and compiles a JSON document; an empty one means `{}`.
    pub fn from_json(_json: &str) -> Result<Policy, ConfigError> {
        Policy::compile(Config::default())
    }

    /// Checks and compiles a configuration.
    pub fn compile(_config: Config) -> Result<Policy, ConfigError> {
        Ok(Policy {})
    }

    /// Whether any rule but `pass` could match a response with this status. A host asks this first and leaves everything else alone.
    pub fn touches(&self, _status: u16) -> bool {
        true
    }

    /// The ID for a request with these headers, for a host that must send it upstream before there is an
    /// [`Exchange`](crate::Exchange). Pass it on as [`RequestHead::correlation_id`].
    pub fn correlate(&self, headers: &HeaderMap, seed: &Seed) -> Correlation {
        crate::correlation::correlate(headers, &http::HeaderName::from_static("x-request-id"), true, seed)
    }

    /// How long a response may be held for its body.
    pub fn hold_timeout(&self) -> Duration {
        Duration::from_millis(2000)
    }

    /// Where the Envoy filter learns about the request.
    pub fn capture(&self) -> Capture {
        Capture::RequestHeaders
    }

    /// The first rule that matches, `None` for "leave alone" (no match, or action `pass`).
    pub(crate) fn rule(&self, _request: &RequestHead, _status: u16, _origin: Origin) -> Option<RuleMatch<'_>> {
        Some(RuleMatch { name: "default", action: Action::Sanitize })
    }
}
