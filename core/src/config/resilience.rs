//! What the configuration says about an upstream that fails: try again, leave it alone, show an older copy, say that it is being worked on.
//! Workers do all this. Envoy has its own means: there names, types and ranges are checked, and nothing is done.

use super::BrandMatch;
use std::fmt;

/// What only some hosts can do: for [`Resilience::from_json`](crate::Resilience::from_json).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// How long an upstream may take, as [`Upstream`](super::Upstream) says it.
    pub upstream_timeout_ms: Option<u64>,
    /// How an upstream's failure is kept small. Default: nothing is done.
    pub resilience: Resilience,
    /// Whether clients are answered 503 without asking the upstream. Default: they are not.
    pub maintenance: Option<Maintenance>,
}

/// How a worker keeps an upstream's failure small. Default: nothing of it, because each part changes what the upstream or the client sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resilience {
    /// Requests that are sent again. Default: none.
    pub retry: Option<Retry>,
    /// Copies that are shown in place of errors. Default: none.
    pub stale_if_error: Option<StaleIfError>,
    /// When an upstream is left alone. Default: never.
    pub breaker: Option<Breaker>,
}

/// Which requests are sent again, and when: those of idempotent methods (RFC 9110 §9.2.2) without a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is sent at most, the first time included, from 2 to 5. Default 2: what does not work twice is down.
    pub attempts: u64,
    /// The statuses after which it is sent again; no answer always counts. Default `502-504` and `520-524`: those of gateways, which tell
    /// that another try may reach a server that works. A 500 is an answer of the application, which another try hardly changes.
    pub statuses: Option<Vec<String>>,
    /// The longest wait before the first retry, in milliseconds, from 1 to 10000; it doubles with each. The wait is a random part of it, so
    /// that clients who failed together do not come again together. Default 50.
    pub backoff_ms: u64,
    /// No wait is longer, in milliseconds, from 1 to 10000. An upstream whose `retry-after` asks for more is not asked again. Default 1000.
    pub max_wait_ms: u64,
    /// From the first attempt to the head of the last answer, in milliseconds, from 100 to 300000: a retry that has no answer by then is
    /// given up. Default 10000.
    pub total_ms: u64,
    /// Retries for each hundred requests, from 1 to 100, of all that pass; ten more may be saved up. Default 20, as Envoy's and Finagle's:
    /// in an outage the upstream gets a fifth more requests, not twice as many.
    pub budget_percent: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Retry { attempts: 2, statuses: None, backoff_ms: 50, max_wait_ms: 1000, total_ms: 10_000, budget_percent: 20 }
    }
}

/// Copies of good responses, and how long each may stand in for an error (RFC 9111 §4.2.4, RFC 5861 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleIfError {
    /// For how many seconds after it became stale, from 1 to 604800, where the response does not say `stale-if-error` itself.
    /// Default 3600: most outages are over by then, and few pages are wrong.
    pub max_stale_seconds: u64,
    /// No longer body is kept, from 1 to 4194304. Default 1048576.
    pub max_bytes: u64,
    /// The statuses that a copy stands in for; no answer always counts. Default `500` and `502-504`, which RFC 5861 names, and `520-530`,
    /// by which Cloudflare tells the same.
    pub statuses: Option<Vec<String>>,
}

impl Default for StaleIfError {
    fn default() -> Self {
        StaleIfError { max_stale_seconds: 3600, max_bytes: 1_048_576, statuses: None }
    }
}

/// When an upstream is left alone, and when it is tried again. Each isolate counts for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    /// How many of a hundred requests must fail, from 1 to 100. Default 50.
    pub error_percent: u64,
    /// Of how many requests at least, from 1 to 10000. Default 20: of fewer, a percentage tells nothing.
    pub min_requests: u64,
    /// The time that is looked back on, in milliseconds, from 1000 to 300000. Default 10000.
    pub window_ms: u64,
    /// For how long the upstream is left alone first, in milliseconds, from 100 to 300000; it doubles each time that it still fails.
    /// Default 5000.
    pub open_ms: u64,
    /// At most so long, in milliseconds, from 100 to 3600000; never less than `open_ms`. Default 60000.
    pub max_open_ms: u64,
    /// How many requests then try it, and must all succeed, from 1 to 10. Default 1: what has just failed is not asked by all at once.
    pub probes: u64,
    /// The statuses that count as failure; no answer always does. Default `5xx`.
    pub statuses: Option<Vec<String>>,
}

impl Default for Breaker {
    fn default() -> Self {
        Breaker { error_percent: 50, min_requests: 20, window_ms: 10_000, open_ms: 5000, max_open_ms: 60_000, probes: 1, statuses: None }
    }
}

/// Answers 503 without asking the upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// Whether it does. Required: nobody should have to guess whether a site is on.
    pub enabled: bool,
    /// For which hosts and paths. Default: all.
    pub matches: BrandMatch,
    /// What `retry-after` says, in seconds, from 1 to 86400. Default 300.
    pub retry_after: u64,
    /// Who gets through nevertheless. Default: nobody.
    pub except: Except,
}

impl Default for Maintenance {
    fn default() -> Self {
        Maintenance { enabled: false, matches: BrandMatch::default(), retry_after: 300, except: Except::default() }
    }
}

/// What maintenance does not keep away. `Debug` does not show the value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Except {
    /// Paths, for example of health checks: whole ones, or beginnings before a `*` at the end. At most 64. Default: none.
    pub paths: Option<Vec<String>>,
    /// The name of a request header, for those who must see whether the site works again. Default: none.
    pub header: Option<String>,
    /// Its value, 16 to 256 visible ASCII characters: whoever knows it gets through.
    pub value: Option<String>,
}

impl fmt::Debug for Except {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Except").field("paths", &self.paths).field("header", &self.header).finish_non_exhaustive()
    }
}
