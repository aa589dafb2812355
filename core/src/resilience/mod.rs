//! How a host keeps an upstream's failure small: what it may send again, when it leaves an upstream alone, which copies it may show instead,
//! and for whom a site is closed. Decisions only: the host sends, waits, stores and keeps the time.

mod breaker;
mod maintenance;
mod retry;
mod stale;

pub use breaker::{Admission, Breakers};
pub use maintenance::Maintenance;
pub use retry::{Attempt, Retries};
pub use stale::{Copied, Copies, Served};

pub(crate) use breaker::BreakerRules;
pub(crate) use retry::RetryRules;
pub(crate) use stale::CopyRules;

/// What the configuration says of all this, checked.
#[derive(Debug, Default)]
pub(crate) struct Resilience {
    /// Milliseconds.
    pub(crate) timeout: Option<u64>,
    pub(crate) retry: Option<RetryRules>,
    pub(crate) copies: Option<CopyRules>,
    pub(crate) breaker: Option<BreakerRules>,
    pub(crate) maintenance: Option<Maintenance>,
}
