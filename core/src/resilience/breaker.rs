//! Leaving an upstream alone that fails, until it works again: a circuit breaker for each.
//!
//! ```text
//!            too many of the window's requests failed            open_ms is over
//!   Closed ─────────────────────────────────────────▶ Open ─────────────────────▶ HalfOpen
//!     ▲                                                ▲  a probe failed: twice as long │
//!     │                                                └────────────────────────────────┤
//!     └─────────────────────────── all probes succeeded ────────────────────────────────┘
//! ```

use super::Resilience;
use crate::policy::StatusSet;

/// The breakers of one host instance, one for each upstream; at most 64, and the one that was asked for longest ago makes room.
///
/// A host asks [`admit`](Breakers::admit) before each request, and tells by [`settle`](Breakers::settle) what came of it; what it never
/// tells does no harm. What an operator should know waits in [`notice`](Breakers::notice).
#[derive(Debug)]
pub struct Breakers {
    rules: BreakerRules,
    table: Vec<Breaker>,
    notices: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct BreakerRules {
    pub(super) error_percent: u64,
    pub(super) min_requests: u64,
    /// Milliseconds, as the next two.
    pub(super) window: u64,
    pub(super) open: u64,
    pub(super) max_open: u64,
    pub(super) probes: u64,
    /// After so many milliseconds a probe counts as lost: a host may end a request without telling, for example when its client leaves.
    pub(super) probe: u64,
    pub(super) statuses: StatusSet,
}

/// Whether a request may go to its upstream.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may. The number is for [`Breakers::settle`].
    Pass(u32),
    /// It may not; for so many milliseconds to come, as far as is known.
    Refuse(u64),
}

#[derive(Debug)]
struct Breaker {
    upstream: String,
    state: State,
    /// Raised when the state changes: what was sent before tells nothing about the new one.
    epoch: u32,
    /// When it was last asked for, in milliseconds.
    asked: u64,
}

#[derive(Debug)]
enum State {
    Closed(Window),
    Open {
        until: u64,
        /// How long that was from the beginning.
        lasts: u64,
    },
    HalfOpen {
        /// When the requests were sent that try it now; at most `probes`.
        under_way: Vec<u64>,
        succeeded: u64,
        lasts: u64,
    },
}

impl Breakers {
    /// None has a history; `None` where the configuration wants none at all.
    pub fn new(resilience: &Resilience) -> Option<Breakers> {
        let rules = resilience.breaker?;
        Some(Breakers { rules, table: Vec::new(), notices: Vec::new() })
    }

    /// A request is about to go to this upstream.
    pub fn admit(&mut self, upstream: &str, now: u64) -> Admission {
        let rules = self.rules;
        let breaker = self.breaker(upstream, now);
        if let State::Open { until, lasts } = breaker.state {
            if now < until {
                return Admission::Refuse(until.saturating_sub(now));
            }
            breaker.change(State::HalfOpen { under_way: Vec::new(), succeeded: 0, lasts });
            self.say(upstream, "half-open: a few requests try whether it works again");
        }
        let breaker = self.breaker(upstream, now);
        if let State::HalfOpen { under_way, succeeded, .. } = &mut breaker.state {
            under_way.retain(|sent| now.saturating_sub(*sent) < rules.probe);
            let known = u64::try_from(under_way.len()).unwrap_or(u64::MAX).saturating_add(*succeeded);
            if known >= rules.probes {
                return Admission::Refuse(PROBE_WAIT);
            }
            under_way.push(now);
        }
        Admission::Pass(breaker.epoch)
    }

    /// What came of a request that was admitted with this number: a status, or none.
    pub fn settle(&mut self, upstream: &str, admitted: u32, status: Option<u16>, now: u64) {
        let rules = self.rules;
        let failed = status.is_none_or(|status| rules.statuses.contains(status));
        let Some(breaker) = self.table.iter_mut().find(|breaker| breaker.upstream == upstream && breaker.epoch == admitted) else {
            return;
        };
        let notice = match &mut breaker.state {
            State::Open { .. } => return,
            State::Closed(window) => {
                let (all, failures) = window.count(failed, rules.window, now);
                let is_too_many = failures.saturating_mul(100) >= all.saturating_mul(rules.error_percent);
                if !(failed && all >= rules.min_requests && is_too_many) {
                    return;
                }
                let lasts = rules.open.min(rules.max_open);
                breaker.change(State::Open { until: now.saturating_add(lasts), lasts });
                format!("open for {lasts} ms: {failures} of {all} requests failed within {} ms", rules.window)
            }
            State::HalfOpen { lasts, .. } if failed => {
                let lasts = lasts.saturating_mul(2).min(rules.max_open);
                breaker.change(State::Open { until: now.saturating_add(lasts), lasts });
                format!("open for {lasts} ms: it still fails")
            }
            State::HalfOpen { under_way, succeeded, .. } => {
                under_way.pop();
                *succeeded = succeeded.saturating_add(1);
                if *succeeded < rules.probes {
                    return;
                }
                breaker.change(State::Closed(Window::default()));
                "closed: it works again".to_owned()
            }
        };
        self.say(upstream, &notice);
    }

    /// A request that was admitted with this number came to no end of its own, for example because its client left.
    pub fn abandon(&mut self, upstream: &str, admitted: u32) {
        let breaker = self.table.iter_mut().find(|breaker| breaker.upstream == upstream && breaker.epoch == admitted);
        if let Some(Breaker { state: State::HalfOpen { under_way, .. }, .. }) = breaker {
            under_way.pop();
        }
    }

    /// What changed since it was last asked for, a sentence each; the oldest first.
    pub fn notice(&mut self) -> Option<String> {
        (!self.notices.is_empty()).then(|| self.notices.remove(0))
    }

    fn say(&mut self, upstream: &str, what: &str) {
        if self.notices.len() < MAX_BREAKERS {
            self.notices.push([upstream, ": ", what].concat());
        }
    }

    fn breaker(&mut self, upstream: &str, now: u64) -> &mut Breaker {
        let place = match self.table.iter().position(|breaker| breaker.upstream == upstream) {
            Some(place) => place,
            None => {
                if self.table.len() >= MAX_BREAKERS {
                    // One that is not closed goes last: where clients name the hosts, they could forget it for us.
                    let worth = |breaker: &Breaker| (!matches!(breaker.state, State::Closed(_)), breaker.asked);
                    let oldest = self.table.iter().enumerate().min_by_key(|(_, breaker)| worth(breaker)).map(|(place, _)| place);
                    self.table.swap_remove(oldest.unwrap_or_default());
                }
                let state = State::Closed(Window::default());
                self.table.push(Breaker { upstream: upstream.to_owned(), state, epoch: 0, asked: now });
                self.table.len().saturating_sub(1)
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the place was found or made just now")]
        let breaker = &mut self.table[place];
        breaker.asked = now;
        breaker
    }
}

impl Breaker {
    fn change(&mut self, state: State) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

/// The last requests, counted by tenths of the time that is looked back on.
#[derive(Debug, Default)]
struct Window([Slot; SLOTS]);

#[derive(Debug, Default, Clone, Copy)]
struct Slot {
    /// Which tenth of all time it is.
    number: u64,
    all: u64,
    failures: u64,
}

impl Window {
    /// Counts a request; how many there were within `millis`, and how many failed.
    fn count(&mut self, failed: bool, millis: u64, now: u64) -> (u64, u64) {
        let tenth = (millis / SLOTS_MILLIS).max(1);
        // A clock that goes back stands still.
        let latest = self.0.iter().map(|slot| slot.number).max().unwrap_or_default();
        let number = now.checked_div(tenth).unwrap_or_default().max(latest);
        if let Some(slot) = usize::try_from(number % SLOTS_MILLIS).ok().and_then(|place| self.0.get_mut(place)) {
            if slot.number != number {
                *slot = Slot { number, all: 0, failures: 0 };
            }
            slot.all = slot.all.saturating_add(1);
            slot.failures = slot.failures.saturating_add(u64::from(failed));
        }
        let recent = self.0.iter().filter(|slot| number.saturating_sub(slot.number) < SLOTS_MILLIS);
        recent.fold((0, 0), |(all, failures), slot| (slot.all.saturating_add(all), slot.failures.saturating_add(failures)))
    }
}

const SLOTS: usize = 10;
const SLOTS_MILLIS: u64 = SLOTS as u64;

/// Far more than a site has upstreams.
const MAX_BREAKERS: usize = 64;
/// How long others wait while an upstream is tried.
const PROBE_WAIT: u64 = 1000;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn breakers(json: &str) -> Breakers {
        Breakers::new(&Resilience::from_json(&format!(r#"{{"resilience":{{"breaker":{json}}}}}"#)).unwrap()).unwrap()
    }

    fn pass(breakers: &mut Breakers, now: u64) -> u32 {
        match breakers.admit("a", now) {
            Admission::Pass(number) => number,
            Admission::Refuse(wait) => panic!("refused for {wait} ms at {now}"),
        }
    }

    /// Requests that are answered at once: `.` works, `x` fails.
    fn requests(breakers: &mut Breakers, what: &str, now: u64) {
        for came in what.chars() {
            let admitted = pass(breakers, now);
            breakers.settle("a", admitted, (came == '.').then_some(200), now);
        }
    }

    fn is_open(breakers: &mut Breakers, now: u64) -> bool {
        matches!(breakers.admit("a", now), Admission::Refuse(_))
    }

    const SMALL: &str = r#"{"min_requests":4,"error_percent":50,"window_ms":1000,"open_ms":100,"max_open_ms":300}"#;

    #[test]
    fn nothing_is_left_alone_unasked() {
        assert!(Breakers::new(&Resilience::from_json("{}").unwrap()).is_none());
    }

    #[test]
    fn too_many_failures_open_it() {
        for (what, expected) in [
            ("", false),
            ("xxx", false),
            ("xxxx", true),
            ("..xx", true),
            ("...xx", false),
            ("....xxxx", true),
            // It opens with a failure only.
            ("xxx....", false),
        ] {
            let mut breakers = breakers(SMALL);
            requests(&mut breakers, what, 5000);
            assert_eq!(is_open(&mut breakers, 5000), expected, "{what}");
        }
    }

    #[test]
    fn what_counts_as_failure() {
        for (json, status, expected) in [
            ("{}", None, true),
            ("{}", Some(500), true),
            ("{}", Some(522), true),
            ("{}", Some(429), false),
            ("{}", Some(404), false),
            (r#"{"statuses":["503"]}"#, Some(500), false),
            (r#"{"statuses":["503","429"]}"#, Some(429), true),
            (r#"{"statuses":["503"]}"#, None, true),
        ] {
            let mut breakers = breakers(json);
            for _ in 0..20 {
                if let Admission::Pass(admitted) = breakers.admit("a", 0) {
                    breakers.settle("a", admitted, status, 0);
                }
            }
            assert_eq!(is_open(&mut breakers, 0), expected, "{json} {status:?}");
        }
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut breakers = breakers(SMALL);
        requests(&mut breakers, "xxx", 5000);
        // 900 ms later they still count, a whole window later they do not.
        requests(&mut breakers, "....", 5899);
        requests(&mut breakers, "x", 6100);
        assert!(!is_open(&mut breakers, 6100));
        requests(&mut breakers, "xxx", 6100);
        assert!(is_open(&mut breakers, 6100), "four of eight");
    }

    #[test]
    fn it_opens_longer_each_time_and_closes_when_it_works() {
        let mut breakers = breakers(SMALL);
        requests(&mut breakers, "xxxx", 1000);
        assert_eq!(breakers.admit("a", 1000), Admission::Refuse(100));
        assert_eq!(breakers.admit("a", 1099), Admission::Refuse(1));
        for (at, until) in [(1100, 1300), (1300, 1600), (1600, 1900)] {
            requests(&mut breakers, "x", at);
            assert_eq!(breakers.admit("a", at), Admission::Refuse(until - at));
        }
        requests(&mut breakers, ".", 1900);
        requests(&mut breakers, "xxx", 1900);
        assert!(!is_open(&mut breakers, 1900), "it begins anew");
        requests(&mut breakers, "x", 1900);
        assert_eq!(breakers.admit("a", 1900), Admission::Refuse(100));
        let notices: Vec<String> = std::iter::from_fn(|| breakers.notice()).collect();
        assert_eq!(
            notices.iter().map(String::as_str).collect::<Vec<_>>(),
            [
                "a: open for 100 ms: 4 of 4 requests failed within 1000 ms",
                "a: half-open: a few requests try whether it works again",
                "a: open for 200 ms: it still fails",
                "a: half-open: a few requests try whether it works again",
                "a: open for 300 ms: it still fails",
                "a: half-open: a few requests try whether it works again",
                "a: open for 300 ms: it still fails",
                "a: half-open: a few requests try whether it works again",
                "a: closed: it works again",
                "a: open for 100 ms: 4 of 4 requests failed within 1000 ms",
            ]
        );
    }

    #[test]
    fn few_try_it_at_a_time() {
        for (probes, json) in [(1, SMALL), (3, r#"{"min_requests":4,"open_ms":100,"probes":3}"#)] {
            let mut breakers = breakers(json);
            requests(&mut breakers, "xxxx", 1000);
            let admitted: Vec<u32> = (0..probes).map(|_| pass(&mut breakers, 1100)).collect();
            assert_eq!(breakers.admit("a", 1100), Admission::Refuse(PROBE_WAIT));
            for number in &admitted {
                assert!(is_open(&mut breakers, 1200), "not before all succeeded");
                breakers.settle("a", *number, Some(200), 1200);
            }
            requests(&mut breakers, "....", 1200);
        }
    }

    #[test]
    fn a_probe_that_is_never_heard_of_makes_room() {
        for (limit, lasts) in [("", 30_000), (r#""upstream":{"timeout_ms":300},"#, 1300)] {
            let json = format!(r#"{{{limit}"resilience":{{"breaker":{SMALL}}}}}"#);
            let mut breakers = Breakers::new(&Resilience::from_json(&json).unwrap()).unwrap();
            requests(&mut breakers, "xxxx", 1000);
            let lost = pass(&mut breakers, 1100);
            assert!(is_open(&mut breakers, 1100 + lasts - 1));
            pass(&mut breakers, 1100 + lasts);
            breakers.abandon("a", lost);
            pass(&mut breakers, 1100 + lasts);
            breakers.abandon("b", lost);
            assert!(is_open(&mut breakers, 1100 + lasts));
        }
    }

    #[test]
    fn what_was_sent_before_a_change_tells_nothing() {
        let mut breakers = breakers(SMALL);
        let before = pass(&mut breakers, 1000);
        requests(&mut breakers, "xxxx", 1000);
        breakers.settle("a", before, Some(200), 1001);
        assert!(is_open(&mut breakers, 1001));
        let probe = pass(&mut breakers, 1100);
        breakers.settle("a", before, Some(200), 1101);
        breakers.settle("a", before, None, 1101);
        assert!(is_open(&mut breakers, 1101), "the probe is still under way");
        breakers.settle("a", probe, Some(200), 1102);
        breakers.settle("a", probe, None, 1102);
        assert!(!is_open(&mut breakers, 1102));
    }

    #[test]
    fn each_upstream_has_its_own() {
        let mut breakers = breakers(SMALL);
        requests(&mut breakers, "xxxx", 1000);
        assert!(is_open(&mut breakers, 1000));
        assert_eq!(breakers.admit("b", 1000), Admission::Pass(0));
    }

    #[test]
    fn there_are_few_of_them() {
        let mut breakers = breakers(SMALL);
        requests(&mut breakers, "xxxx", 1000);
        for number in 0..1000 {
            assert_eq!(breakers.admit(&format!("host-{number}"), 1001 + number), Admission::Pass(0));
        }
        assert_eq!(breakers.table.len(), MAX_BREAKERS);
        assert!(is_open(&mut breakers, 1001), "what is open was forgotten");
        for number in 0..1000 {
            breakers.say("a", &number.to_string());
        }
        assert_eq!(breakers.notices.len(), MAX_BREAKERS);
    }

    #[test]
    fn no_time_is_too_odd() {
        let mut breakers = breakers(SMALL);
        for now in [u64::MAX, 0, 1, u64::MAX, 5000, 0] {
            for status in [None, Some(200), Some(500), None, None, None] {
                if let Admission::Pass(admitted) = breakers.admit("a", now) {
                    breakers.settle("a", admitted, status, now);
                }
            }
        }
    }
}
