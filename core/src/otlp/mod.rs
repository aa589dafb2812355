//! Reports for a collector: OTLP/HTTP logs of OpenTelemetry.
//!
//! Protobuf, not JSON, by measurement. A report with every field has 1,229 bytes as a record, 2,461 as JSON (a small one 461 and 1,009),
//! and is written in 5-7 µs instead of 25 (1.6 instead of 8). Both were written from the same fields, by hand, on one core at the tests'
//! optimisation.

mod outbox;
mod record;
mod wire;

pub use outbox::{Drops, Outbox};

use crate::json::Json;
use std::fmt;
use std::time::Duration;

/// Where reports are sent, and what a request to it looks like: `POST`, the body as [`Outbox::poll`] gives it.
#[derive(PartialEq, Eq)]
pub struct Collector {
    pub(crate) cluster: String,
    pub(crate) endpoint: String,
    /// Bytes of `endpoint` before the authority, and before the path.
    pub(crate) parts: (usize, usize),
    /// Lower-case names, and visible ASCII.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout_millis: u64,
    pub(crate) flush_millis: u64,
    pub(crate) queue: u64,
    /// The beginning of a `ResourceLogs`, and of a `ScopeLogs`.
    pub(crate) resource: Vec<u8>,
    pub(crate) scope: Vec<u8>,
}

impl Collector {
    /// The name of Envoy's cluster.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// The whole URL.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.endpoint.split(':').next().unwrap_or_default()
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        self.endpoint.get(self.parts.0..self.parts.1).unwrap_or_default()
    }

    /// The path, with its query.
    pub fn path(&self) -> &str {
        self.endpoint.get(self.parts.1..).unwrap_or_default()
    }

    /// The fields of a request, names in lower case, `content-type` included; the values are ASCII, and may be secrets.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// How long an answer is waited for.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_millis)
    }
}

/// Without the values of headers.
impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("cluster", &self.cluster).field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Who speaks: the beginnings of a `ResourceLogs` and of a `ScopeLogs`.
pub(crate) fn origin(service_name: &str) -> (Vec<u8>, Vec<u8>) {
    let (mut service, mut resource) = (Vec::new(), Vec::new());
    wire::attribute(&mut service, 1, "service.name", &Json::from(service_name));
    wire::bytes(&mut resource, 1, &service);
    let (mut backstop, mut scope) = (Vec::new(), Vec::new());
    wire::bytes(&mut backstop, 1, b"backstop");
    wire::bytes(&mut backstop, 2, env!("CARGO_PKG_VERSION").as_bytes());
    wire::bytes(&mut scope, 1, &backstop);
    (resource, scope)
}
