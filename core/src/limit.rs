//! Keeps an outage from becoming a flood of logs.

use crate::policy::Policy;
use crate::report::{Report, Told};

/// Bounds the reports that one host instance writes: a token bucket that holds `report.max_per_second` and refills at that rate.
///
/// A report that finds no token is dropped before its text is made, so a flood costs little; the next one tells how many were.
#[derive(Debug)]
pub struct Limiter {
    per_second: u64,
    /// In thousandths of a report.
    tokens: u64,
    refilled: u64,
    suppressed: u64,
}

impl Limiter {
    /// A full bucket.
    pub fn new(policy: &Policy) -> Self {
        let per_second = policy.reports_per_second();
        Limiter { per_second, tokens: per_second.saturating_mul(REPORT), refilled: 0, suppressed: 0 }
    }

    /// Whether a report may be written now, at `unix_millis`; one that may not is counted. Asked before the report's text is made,
    /// and before a host asks its proxy for what only the text needs.
    pub fn admits(&mut self, unix_millis: u64) -> bool {
        let elapsed = unix_millis.saturating_sub(self.refilled);
        // A clock that goes back gives nothing; it must not stop the refill either.
        self.refilled = unix_millis;
        let full = self.per_second.saturating_mul(REPORT);
        self.tokens = self.tokens.saturating_add(elapsed.saturating_mul(self.per_second)).min(full);
        let Some(left) = self.tokens.checked_sub(REPORT) else {
            self.suppressed = self.suppressed.saturating_add(1);
            return false;
        };
        self.tokens = left;
        true
    }

    /// What every sink writes of an admitted report, with the number of those that were not admitted before it.
    pub fn tell(&mut self, report: &Report) -> Told {
        report.tell(std::mem::take(&mut self.suppressed))
    }

    /// An admitted report as one line of JSON, with the number of those that were not admitted before it.
    pub fn line(&mut self, report: &Report) -> String {
        self.tell(report).line()
    }
}

/// One report, in tokens: so many arrive in a second as milliseconds pass, times the rate.
const REPORT: u64 = 1000;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::{End, Exchange, Origin, Payload, RequestHead, ResponseHead, Seed};
    use http::{HeaderMap, Method, StatusCode};
    use std::sync::Arc;

    fn report(policy: &Arc<Policy>) -> Report {
        let request =
            RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
        let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
        let head = ResponseHead {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headers: HeaderMap::new(),
            body: Payload::Absent,
            origin: Origin::Upstream,
            detail: None,
        };
        let _ = exchange.on_response(&head);
        exchange.finish(End::Complete, 0).report.unwrap()
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":10}}"#).unwrap());
        let report = report(&policy);
        let mut limiter = Limiter::new(&policy);
        let start = 1_700_000_000_000;
        let written = (0..1000).filter(|_| limiter.admits(start)).count();
        assert_eq!(written, 10, "a burst of one second's worth");
        assert!(!limiter.admits(start + 99));
        assert!(limiter.admits(start + 100));
        let line = limiter.line(&report);
        assert!(line.contains("\"backstop.suppressed\":991"), "{line}");
        assert!(limiter.admits(start + 10_000));
        assert!(!limiter.line(&report).contains("suppressed"), "told once");
        let later = (0..1000).filter(|step| limiter.admits(start + 20_000 + step * 10)).count();
        assert_eq!(later, 10 + 99, "the bucket, then ten a second for ten seconds");
    }

    #[test]
    fn a_clock_that_goes_back_stops_nothing() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":1}}"#).unwrap());
        let mut limiter = Limiter::new(&policy);
        assert!(limiter.admits(1_000_000));
        assert!(!limiter.admits(5_000));
        assert!(limiter.admits(6_000));
    }
}
