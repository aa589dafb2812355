//! Sending a request again: whether, and after how long.

use super::Resilience;
use crate::policy::StatusSet;

/// The retries of one host instance. They have a budget, a token bucket as Finagle's: every request puts a part of a retry in, every retry
/// takes a whole one out. So an outage costs the upstream a few more requests, whatever `attempts` says.
#[derive(Debug)]
pub struct Retries {
    rules: RetryRules,
    /// In hundredths of a retry.
    budget: u64,
}

#[derive(Debug, Clone)]
pub(super) struct RetryRules {
    pub(super) attempts: u64,
    pub(super) statuses: StatusSet,
    /// Milliseconds, as the next two.
    pub(super) backoff: u64,
    pub(super) max_wait: u64,
    pub(super) total: u64,
    pub(super) budget_percent: u64,
}

/// An attempt that came to nothing.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// How often the request was sent, this time included.
    pub sent: u64,
    /// The status that came; `None` where no answer did.
    pub status: Option<u16>,
    /// The answer's `retry-after`.
    pub retry_after: Option<&'a str>,
    /// Milliseconds since the first attempt began.
    pub elapsed: u64,
    /// Random.
    pub chance: u64,
}

impl Retries {
    /// With a full budget; `None` where the configuration wants no retries.
    pub fn new(resilience: &Resilience) -> Option<Retries> {
        let rules = resilience.retry.clone()?;
        Some(Retries { rules, budget: BURST })
    }

    /// A request is sent for the first time. Whether it may be sent again later: if its method is idempotent (RFC 9110 §9.2.2) and it has
    /// no body, which is a stream that can be read once.
    pub fn on_request(&mut self, method: &str, has_body: bool) -> bool {
        self.budget = self.budget.saturating_add(self.rules.budget_percent).min(BURST);
        !has_body && IDEMPOTENT.contains(&method)
    }

    /// After how many milliseconds to send the request once more; `None` where what came of it has to do. A wait takes from the budget.
    pub fn next(&mut self, attempt: Attempt<'_>) -> Option<u64> {
        let rules = &self.rules;
        if attempt.sent >= rules.attempts || attempt.status.is_some_and(|status| !rules.statuses.contains(status)) {
            return None;
        }
        let asked = match attempt.retry_after {
            None => 0,
            // A date is not read: one that is less than a second away is rarely meant.
            Some(text) => text.trim().parse::<u64>().ok()?.saturating_mul(1000),
        };
        if asked > rules.max_wait {
            return None;
        }
        // "Full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        let doublings = u32::try_from(attempt.sent.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = rules.backoff.saturating_mul(2_u64.saturating_pow(doublings)).min(rules.max_wait);
        let wait = asked.saturating_add(attempt.chance.checked_rem(longest.saturating_add(1)).unwrap_or_default());
        if attempt.elapsed.saturating_add(wait) >= rules.total {
            return None;
        }
        self.budget = self.budget.checked_sub(RETRY)?;
        Some(wait)
    }

    /// How many milliseconds a retry that begins now may take until its head.
    pub fn time_left(&self, elapsed: u64) -> u64 {
        self.rules.total.saturating_sub(elapsed)
    }
}

const IDEMPOTENT: [&str; 6] = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

/// In hundredths, as the budget is.
const RETRY: u64 = 100;
/// Ten retries, so that a site with few requests has some as well.
const BURST: u64 = 1000;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn retries(json: &str) -> Retries {
        Retries::new(&Resilience::from_json(&format!(r#"{{"resilience":{{"retry":{json}}}}}"#)).unwrap()).unwrap()
    }

    const FIRST: Attempt<'_> = Attempt { sent: 1, status: Some(503), retry_after: None, elapsed: 0, chance: 0 };

    #[test]
    fn nothing_is_sent_again_unasked() {
        for json in ["{}", r#"{"resilience":{}}"#, r#"{"resilience":{"breaker":{}}}"#] {
            assert!(Retries::new(&Resilience::from_json(json).unwrap()).is_none(), "{json}");
        }
    }

    #[test]
    fn only_idempotent_requests_without_a_body_are_sent_again() {
        for (method, has_body, expected) in [
            ("GET", false, true),
            ("HEAD", false, true),
            ("OPTIONS", false, true),
            ("DELETE", false, true),
            ("PUT", false, true),
            ("PUT", true, false),
            ("GET", true, false),
            ("POST", false, false),
            ("PATCH", false, false),
            ("CONNECT", false, false),
            ("get", false, false),
            ("", false, false),
        ] {
            assert_eq!(retries("{}").on_request(method, has_body), expected, "{method}");
        }
    }

    #[test]
    fn what_is_sent_again_and_when() {
        #[rustfmt::skip]
        let rows = [
            ("a gateway's status", "{}", FIRST, Some(0)),
            ("no answer", "{}", Attempt { status: None, ..FIRST }, Some(0)),
            ("Cloudflare's", "{}", Attempt { status: Some(522), ..FIRST }, Some(0)),
            ("the application's own error", "{}", Attempt { status: Some(500), ..FIRST }, None),
            ("no error", "{}", Attempt { status: Some(200), ..FIRST }, None),
            ("a status that is named", r#"{"statuses":["500"]}"#, Attempt { status: Some(500), ..FIRST }, Some(0)),
            ("one that is not", r#"{"statuses":["500"]}"#, FIRST, None),
            ("the last attempt", "{}", Attempt { sent: 2, ..FIRST }, None),
            ("one of three", r#"{"attempts":3}"#, Attempt { sent: 2, ..FIRST }, Some(0)),
            ("the longest first wait", "{}", Attempt { chance: 50, ..FIRST }, Some(50)),
            ("never longer", "{}", Attempt { chance: 51, ..FIRST }, Some(0)),
            ("it doubles", r#"{"attempts":5}"#, Attempt { sent: 4, chance: 400, ..FIRST }, Some(400)),
            ("up to a limit", r#"{"attempts":5,"backoff_ms":400}"#, Attempt { sent: 4, chance: 1000, ..FIRST }, Some(1000)),
            ("and no further", r#"{"attempts":5,"backoff_ms":400}"#, Attempt { sent: 4, chance: 1001, ..FIRST }, Some(0)),
            ("retry-after", "{}", Attempt { retry_after: Some("1"), chance: 7, ..FIRST }, Some(1007)),
            ("retry-after: 0", "{}", Attempt { retry_after: Some("0"), ..FIRST }, Some(0)),
            ("retry-after, too late", "{}", Attempt { retry_after: Some("2"), ..FIRST }, None),
            ("retry-after, huge", "{}", Attempt { retry_after: Some("18446744073709551615"), ..FIRST }, None),
            ("retry-after, a date", "{}", Attempt { retry_after: Some("Sat, 21 Nov 2026 20:00:00 GMT"), ..FIRST }, None),
            ("time is up", "{}", Attempt { elapsed: 10_000, ..FIRST }, None),
            ("time is not up", "{}", Attempt { elapsed: 9999, ..FIRST }, Some(0)),
            ("time would be up", "{}", Attempt { elapsed: 9999, chance: 1, ..FIRST }, None),
            ("numbers at their end", "{}", Attempt { sent: 1, elapsed: u64::MAX, chance: u64::MAX, ..FIRST }, None),
        ];
        for (name, json, attempt, expected) in rows {
            assert_eq!(retries(json).next(attempt), expected, "{name}");
        }
    }

    #[test]
    fn the_budget_bounds_all_retries_together() {
        let mut retries = retries(r#"{"budget_percent":20}"#);
        let mut outage = |requests: usize| {
            let sent_again = |_: &usize| {
                retries.on_request("GET", false);
                retries.next(FIRST).is_some()
            };
            (0..requests).filter(sent_again).count()
        };
        // Ten are saved up, and a fifth of the first twelve requests came on top of them.
        assert_eq!(outage(12), 12);
        assert_eq!(outage(1000), 200);
    }

    #[test]
    fn no_more_than_ten_are_saved_up() {
        let mut retries = retries("{}");
        (0..1000).for_each(|_| {
            retries.on_request("POST", true);
        });
        assert_eq!((0..1000).filter(|_| retries.next(FIRST).is_some()).count(), 10);
    }

    #[test]
    fn what_a_retry_may_take() {
        let retries = retries(r#"{"total_ms":1000}"#);
        assert_eq!([0, 400, 1000, u64::MAX].map(|elapsed| retries.time_left(elapsed)), [1000, 600, 0, 0]);
    }
}
