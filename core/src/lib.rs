//! Decides what a client may see of an upstream error, and what the operator learns of it.
//!
//! Pure: no I/O, no clock, no randomness, no host SDK, no `unsafe`. Everything arrives as values and leaves as values;
//! an adapter (the Envoy filter, the edge worker) only translates between its host and [`Exchange`].

mod answer;
pub mod config;
mod correlation;
mod decode;
mod detect;
mod exchange;
mod find;
mod generic;
mod head;
mod inspection;
mod issuer;
mod json;
mod language;
mod limit;
mod metrics;
mod negotiate;
mod otlp;
mod page;
mod policy;
mod proxy_status;
mod redact;
mod report;
mod resilience;
mod reveal;
mod time;
mod trace;

pub use config::{Action, Config};
pub use correlation::{Correlation, Trace};
pub use detect::{Category, Finding};
pub use exchange::{End, Exchange, Outcome, Plan, Seed, Step, Unanswered, Verdict};
pub use head::{GrpcStatus, HeaderEdits, Origin, Payload, Replacement, RequestHead, ResponseHead};
pub use json::{decimal, is_json};
pub use limit::Limiter;
pub use metrics::{LogFields, Measures, SeriesTable};
pub use otlp::{Collector, Drops, Outbox};
pub use policy::{ConfigError, Policy, Tenants};
pub use report::{Decision, Reason, Report, Told};
pub use resilience::{Admission, Attempt, Breakers, Copied, Copies, Maintenance, Resilience, Retries};
pub use reveal::{RevealClaims, RevealKey};
