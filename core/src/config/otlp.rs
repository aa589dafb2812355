//! A collector, as the configuration spells it.

use super::Members;
use std::fmt;

/// A collector of OpenTelemetry logs, which gets every report by OTLP/HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct Otlp {
    /// Its URL, `http:` or `https:`. Without a path `/v1/logs` is added, as OpenTelemetry's own settings do. Required: nobody can guess it.
    /// In Envoy, authority and path are those of the request, and the cluster says where it goes and whether by TLS.
    pub endpoint: String,
    /// The Envoy cluster with the collector; workers ignore it. Default `otel_collector`.
    pub cluster: String,
    /// Fields of each request, for example a collector's key; at most 16. They are never logged. Default: none.
    pub headers: Members<String>,
    /// `service.name` of the records, 1 to 128 printable ASCII characters. Default `backstop`.
    pub service_name: String,
    /// How long an answer is waited for, in milliseconds, from 1 to 60000. Default 5000: half of what OpenTelemetry's own exporters wait,
    /// because a queue fills meanwhile.
    pub timeout_ms: u64,
    /// How long a report waits for others to go with it, in milliseconds, from 100 to 60000; workers send at once. Default 1000: one
    /// request a second at most from each worker thread, and an operator who looks finds the error.
    pub flush_ms: u64,
    /// Most reports that wait, what is under way included, from 1 to 4096; beside that they have 512 KiB. What finds no room is dropped.
    /// Default 256: some two seconds of an outage under the default limit of reports.
    pub queue: u64,
}

impl Default for Otlp {
    fn default() -> Self {
        Otlp {
            endpoint: String::new(),
            cluster: "otel_collector".to_owned(),
            headers: Members::default(),
            service_name: "backstop".to_owned(),
            timeout_ms: 5000,
            flush_ms: 1000,
            queue: 256,
        }
    }
}

/// Without the values of headers.
impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otlp").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
