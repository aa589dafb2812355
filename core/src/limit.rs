//! Keeps an outage from becoming a flood of logs.

use crate::policy::Policy;
use crate::report::Report;

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

    /// The report as one line of JSON, or `None` where there were too many; `unix_millis` is now.
    pub fn line(&mut self, report: &Report, unix_millis: u64) -> Option<String> {
        let elapsed = unix_millis.saturating_sub(self.refilled);
        // A clock that goes back gives nothing; it must not stop the refill either.
        self.refilled = unix_millis;
        let full = self.per_second.saturating_mul(REPORT);
        self.tokens = self.tokens.saturating_add(elapsed.saturating_mul(self.per_second)).min(full);
        let Some(left) = self.tokens.checked_sub(REPORT) else {
            self.suppressed = self.suppressed.saturating_add(1);
            return None;
        };
        self.tokens = left;
        Some(report.line(std::mem::take(&mut self.suppressed)))
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
        let written = (0..1000).filter(|_| limiter.line(&report, start).is_some()).count();
        assert_eq!(written, 10, "a burst of one second's worth");
        assert!(limiter.line(&report, start + 99).is_none());
        let line = limiter.line(&report, start + 100).unwrap();
        assert!(line.contains("\"backstop.suppressed\":991"), "{line}");
        assert!(!limiter.line(&report, start + 10_000).unwrap().contains("suppressed"));
        let later = (0..1000).filter(|step| limiter.line(&report, start + 20_000 + step * 10).is_some()).count();
        assert_eq!(later, 10 + 99, "the bucket, then ten a second for ten seconds");
    }

    #[test]
    fn a_clock_that_goes_back_stops_nothing() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":1}}"#).unwrap());
        let report = report(&policy);
        let mut limiter = Limiter::new(&policy);
        assert!(limiter.line(&report, 1_000_000).is_some());
        assert!(limiter.line(&report, 5_000).is_none());
        assert!(limiter.line(&report, 6_000).is_some());
    }
}
