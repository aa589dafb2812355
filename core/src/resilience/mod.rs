//! How a host keeps an upstream's failure small: what it may send again, when it leaves an upstream alone, which copies it may show
//! instead, and for whom a site is closed. Decisions only: the host sends, waits, stores and keeps the time.

mod breaker;
mod compile;
mod maintenance;
mod retry;
mod stale;

pub use breaker::{Admission, Breakers};
pub use maintenance::Maintenance;
pub use retry::{Attempt, Retries};
pub use stale::{Copied, Copies};

use crate::config;
use crate::policy::{ConfigError, bare_host, bare_path};
use breaker::BreakerRules;
use retry::RetryRules;
use stale::CopyRules;

/// What the configuration says of all this, checked. It is no part of the [`Policy`](crate::Policy), so that a host that does nothing of
/// it, as the Envoy filter, need not carry it.
#[derive(Debug, Default)]
pub struct Resilience {
    retry: Option<RetryRules>,
    copies: Option<CopyRules>,
    breaker: Option<BreakerRules>,
    maintenance: Option<Maintenance>,
}

impl Resilience {
    /// Parses and compiles a JSON document, the same as for the policy.
    ///
    /// # Errors
    /// The first thing that is wrong with the document, or with these parts of it, with its place and the fix.
    pub fn from_json(json: &str) -> Result<Resilience, ConfigError> {
        Self::compile(config::parse_upkeep(json)?)
    }

    pub(crate) fn compile(parts: config::Upkeep) -> Result<Resilience, ConfigError> {
        compile::compile(parts)
    }

    /// The maintenance that may keep clients away; `None` where there is none.
    pub fn maintenance(&self) -> Option<&Maintenance> {
        self.maintenance.as_ref()
    }

    /// The maintenance that keeps this request away, if any does. `pass` is its value of the [`header`](Maintenance::header) that may let
    /// it through.
    pub fn closes(&self, host: &str, path: &str, pass: Option<&str>) -> Option<&Maintenance> {
        self.maintenance().filter(|maintenance| maintenance.closes(bare_host(host), bare_path(path), pass))
    }
}
