//! Keeps an outage from becoming a flood of logs.

use crate::policy::Policy;
use crate::report::{Report, Told};

/// Bounds the reports that one host instance writes: a token bucket for all, that holds `report.max_per_second` and refills at that rate,
/// and one for each kind of error, with `report.max_alike_per_second`.
///
/// A report that finds no token is dropped before its text is made, so a flood costs little; the next one tells how many were. What kind of
/// error it is, is known in steps: first by what costs nothing to look at, with its words and without them (by the latter it may take half
/// of all); then, for reports that are to be written, by their fingerprint, which errors share whose words differ.
#[derive(Debug)]
pub struct Limiter {
    all: Bucket,
    /// The kinds of the last errors, at most [`MAX_KINDS`].
    kinds: Vec<Kind>,
    alike_per_second: u64,
    suppressed: u64,
}

#[derive(Debug)]
struct Kind {
    key: u64,
    bucket: Bucket,
    /// Reports of this kind since the last that was written.
    suppressed: u64,
}

#[derive(Debug)]
struct Bucket {
    per_second: u64,
    /// In thousandths of a report.
    tokens: u64,
    /// When it was last asked, in milliseconds since 1970.
    asked: u64,
}

impl Limiter {
    /// Full buckets.
    pub fn new(policy: &Policy) -> Self {
        let reports = policy.reports();
        let all = Bucket::new(reports.per_second, 0);
        Limiter { all, kinds: Vec::new(), alike_per_second: reports.alike_per_second, suppressed: 0 }
    }

    /// Whether a report may be written now, at `unix_millis`, as far as its text need not be known; one that may not is counted. Asked
    /// before a host asks its proxy for what only the text needs.
    pub fn admits(&mut self, report: &Report, unix_millis: u64) -> bool {
        let (coarse, fine) = report.kinds();
        let (alike, half) = (self.alike_per_second, (self.all.per_second / 2).max(self.alike_per_second));
        let admitted = self.kind(fine, alike, unix_millis).bucket.take(unix_millis)
            // Errors whose words always differ are many kinds, and may be one: they leave room for the rest.
            && self.kind(coarse, half, unix_millis).bucket.take(unix_millis)
            && self.all.take(unix_millis);
        if !admitted {
            self.drop_one(fine, unix_millis);
        }
        admitted
    }

    /// What every sink writes of an admitted report, with the number of those that were not admitted before it. `None` where there were too
    /// many with its fingerprint.
    pub fn tell(&mut self, report: &Report, unix_millis: u64) -> Option<Told> {
        let written = report.written();
        if let Some(fingerprint) = written.fingerprint()
            && !self.kind(fingerprint, self.alike_per_second, unix_millis).bucket.take(unix_millis)
        {
            self.drop_one(fingerprint, unix_millis);
            return None;
        }
        let mut alike = 0_u64;
        for key in [Some(report.kinds().1), written.fingerprint()].into_iter().flatten() {
            alike = alike.saturating_add(std::mem::take(&mut self.kind(key, self.alike_per_second, unix_millis).suppressed));
        }
        Some(written.told(std::mem::take(&mut self.suppressed), alike))
    }

    fn drop_one(&mut self, key: u64, unix_millis: u64) {
        let kind = self.kind(key, self.alike_per_second, unix_millis);
        kind.suppressed = kind.suppressed.saturating_add(1);
        self.suppressed = self.suppressed.saturating_add(1);
    }

    /// The kind with this key; a new one takes the place of the one that was asked for longest ago.
    fn kind(&mut self, key: u64, per_second: u64, unix_millis: u64) -> &mut Kind {
        let place = match self.kinds.iter().position(|kind| kind.key == key) {
            Some(place) => place,
            None => {
                if self.kinds.len() >= MAX_KINDS {
                    let oldest = self.kinds.iter().enumerate().min_by_key(|(_, kind)| kind.bucket.asked).map(|(place, _)| place);
                    self.kinds.swap_remove(oldest.unwrap_or_default());
                }
                self.kinds.push(Kind { key, bucket: Bucket::new(per_second, unix_millis), suppressed: 0 });
                self.kinds.len().saturating_sub(1)
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the place was found or made just now")]
        &mut self.kinds[place]
    }
}

impl Bucket {
    fn new(per_second: u64, now: u64) -> Self {
        Bucket { per_second, tokens: per_second.saturating_mul(REPORT), asked: now }
    }

    fn take(&mut self, now: u64) -> bool {
        let elapsed = now.saturating_sub(self.asked);
        // A clock that goes back gives nothing; it must not stop the refill either.
        self.asked = now;
        let full = self.per_second.saturating_mul(REPORT);
        self.tokens = self.tokens.saturating_add(elapsed.saturating_mul(self.per_second)).min(full);
        match self.tokens.checked_sub(REPORT) {
            Some(left) => {
                self.tokens = left;
                true
            }
            None => false,
        }
    }
}

/// One report, in tokens: so many arrive in a second as milliseconds pass, times the rate.
const REPORT: u64 = 1000;

/// More kinds of errors at once are a flood of their own, which the bucket for all bounds.
const MAX_KINDS: usize = 256;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::{End, Exchange, Origin, Payload, RequestHead, ResponseHead, Seed};
    use http::{HeaderMap, Method, StatusCode};
    use std::sync::Arc;

    fn report(policy: &Arc<Policy>, body: &str) -> Report {
        let request =
            RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
        let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
        let head = ResponseHead {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headers: HeaderMap::new(),
            body: Payload::AsSent,
            origin: Origin::Upstream,
            detail: None,
        };
        let _ = exchange.on_response(&head);
        let _ = exchange.on_body(body.as_bytes());
        exchange.finish(End::Complete, 0).report.unwrap()
    }

    fn told(limiter: &mut Limiter, report: &Report, now: u64) -> Option<String> {
        limiter.tell(report, now).map(|told| told.line())
    }

    #[test]
    fn a_flood_is_cut_and_counted() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":10,"max_alike_per_second":100}}"#).unwrap());
        let report = report(&policy, "");
        let mut limiter = Limiter::new(&policy);
        let start = 1_700_000_000_000;
        let written = (0..1000).filter(|_| limiter.admits(&report, start)).count();
        assert_eq!(written, 10, "a burst of one second's worth");
        assert!(!limiter.admits(&report, start + 99));
        assert!(limiter.admits(&report, start + 100));
        let line = told(&mut limiter, &report, start + 100).unwrap();
        assert!(line.contains("\"backstop.suppressed\":991,\"backstop.suppressed_alike\":991"), "{line}");
        assert!(limiter.admits(&report, start + 10_000));
        assert!(!told(&mut limiter, &report, start + 10_000).unwrap().contains("suppressed"), "told once");
        let later = (0..1000).filter(|step| limiter.admits(&report, start + 20_000 + step * 10)).count();
        assert_eq!(later, 10 + 99, "the bucket, then ten a second for ten seconds");
    }

    #[test]
    fn one_error_does_not_hide_another() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":20,"max_alike_per_second":3}}"#).unwrap());
        let (common, rare) = (report(&policy, "ORA-00942: no table"), report(&policy, "ORA-00001: no key"));
        let mut limiter = Limiter::new(&policy);
        let mut lines: Vec<String> = Vec::new();
        for step in 0..1000 {
            for report in [&common, &rare].into_iter().take(if step == 500 { 2 } else { 1 }) {
                if limiter.admits(report, 1_000_000 + step) {
                    lines.extend(told(&mut limiter, report, 1_000_000 + step));
                }
            }
        }
        let common: Vec<&String> = lines.iter().filter(|line| line.contains("ORA-00942")).collect();
        assert_eq!((common.len(), lines.len()), (3 + 2, 6), "{lines:?}");
        let alike = |line: &str| {
            line.split("suppressed_alike\":")
                .nth(1)
                .map_or(0, |rest| rest.split(',').next().unwrap().trim_end_matches('}').parse().unwrap())
        };
        assert_eq!(common.iter().map(|line| alike(line)).collect::<Vec<u64>>(), [0, 0, 0, 331, 332]);
        assert!(lines.iter().any(|line| line.contains("ORA-00001") && line.contains("\"backstop.suppressed\":")), "it tells of the others");
    }

    #[test]
    fn errors_with_other_words_share_a_fingerprint() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":1000,"max_alike_per_second":5}}"#).unwrap());
        let mut limiter = Limiter::new(&policy);
        let words = (0..50_u8).map(|n| ["alfa", "bravo", "carol", "delta", "echo"][usize::from(n) % 5].repeat(usize::from(n) / 5 + 1));
        let trace = |word: String| format!("Traceback (most recent call last):\n  File \"/a/b.py\", line 3, in f\nKeyError: '{word}'");
        let reports: Vec<Report> = words.map(|word| report(&policy, &trace(word))).collect();
        let admitted: Vec<&Report> = reports.iter().filter(|report| limiter.admits(report, 1_000_000)).collect();
        assert_eq!(admitted.len(), 50, "they look like fifty errors");
        let written: Vec<String> = admitted.into_iter().filter_map(|report| told(&mut limiter, report, 1_000_000)).collect();
        assert_eq!(written.len(), 5, "and are one");
        let last = told(&mut limiter, &reports[0], 1_001_000).unwrap();
        assert!(last.contains("\"backstop.suppressed\":45,\"backstop.suppressed_alike\":45"), "{last}");
    }

    #[test]
    fn a_flood_in_ever_other_words_hides_no_other_error() {
        let policy = Arc::new(Policy::from_json("{}").unwrap());
        let mut limiter = Limiter::new(&policy);
        let rare = report(&policy, "ORA-00001: no key");
        let mut lines = 0;
        for step in 0..10_000_u64 {
            let word: String = (0..6).map(|digit| char::from(b'a' + (step >> (digit * 4) & 15) as u8)).collect();
            let body = format!("Traceback (most recent call last):\n  File \"/a/b.py\", line 3, in f\nKeyError: '{word}'");
            let flood = report(&policy, &body);
            if limiter.admits(&flood, 1_000_000 + step) {
                let _ = told(&mut limiter, &flood, 1_000_000 + step);
            }
            if step % 1000 == 500 && limiter.admits(&rare, 1_000_000 + step) {
                lines += u32::from(told(&mut limiter, &rare, 1_000_000 + step).is_some());
            }
        }
        assert_eq!(lines, 10);
    }

    #[test]
    fn kinds_are_bounded_and_the_oldest_goes() {
        let policy = Arc::new(Policy::from_json("{}").unwrap());
        let mut limiter = Limiter::new(&policy);
        for key in 0..10_000 {
            limiter.kind(key, 10, key).bucket.take(key);
        }
        assert_eq!(limiter.kinds.len(), MAX_KINDS);
        assert!(limiter.kinds.iter().all(|kind| kind.key >= 10_000 - MAX_KINDS as u64));
    }

    #[test]
    fn a_clock_that_goes_back_stops_nothing() {
        let policy = Arc::new(Policy::from_json(r#"{"report":{"max_per_second":1}}"#).unwrap());
        let report = report(&policy, "");
        let mut limiter = Limiter::new(&policy);
        assert!(limiter.admits(&report, 1_000_000));
        assert!(!limiter.admits(&report, 5_000));
        assert!(limiter.admits(&report, 6_000));
    }
}
