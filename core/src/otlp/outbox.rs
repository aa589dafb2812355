//! What waits for a collector, and when it goes: a state machine without a clock or a connection of its own.

use super::{Collector, record, wire};
use crate::policy::{Policy, bare_path};
use crate::redact::redact;
use crate::report::{Told, host_name};
use std::fmt;
use std::sync::Arc;

/// The reports that a collector has not taken yet. One for each host instance, as the [`Limiter`](crate::Limiter).
///
/// A host puts reports in by [`push`](Outbox::push), asks from time to time for a request by [`poll`](Outbox::poll), sends it, and tells
/// what came of it by [`answered`](Outbox::answered). At most one request is under way. Everything is bounded: what finds no room is
/// dropped and counted, so that a collector that is slow or dead costs memory once and no client's time.
///
/// Times are in milliseconds since 1970. A clock that goes back stops nothing: only steps forward count.
#[derive(Debug)]
pub struct Outbox {
    collector: Arc<Collector>,
    waiting: Vec<Waiting>,
    /// How many of the first were sent; they are kept until it is known that they arrived.
    batch: usize,
    /// Of all records.
    bytes: usize,
    under_way: bool,
    /// How often the batch was sent.
    attempts: u32,
    /// How many requests failed since the last one that did not.
    failures: u32,
    /// In time of `clock`: until when the answer is waited for, or before when nothing is sent.
    due: u64,
    clock: u64,
    seen: u64,
    /// Varies with what is sent.
    random: u64,
    taken: u64,
    dropped: Drops,
    /// Dropped, and told by no record yet.
    untold: u64,
    complaint: Option<String>,
}

/// How many reports a collector did not get, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drops {
    /// `report.otlp.queue` was full.
    pub queue_full: u64,
    /// The collector refused them, all of a request or (`partial_success`) some.
    pub rejected: u64,
    /// The collector could not be reached, or asked for another time, again and again.
    pub gave_up: u64,
}

impl Drops {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.queue_full.saturating_add(self.rejected).saturating_add(self.gave_up)
    }
}

#[derive(Debug)]
struct Waiting {
    record: Vec<u8>,
    since: u64,
    /// How many dropped reports it tells of.
    told: u64,
}

impl Outbox {
    /// An empty one; `None` where the configuration names no collector.
    pub fn new(policy: &Policy) -> Option<Outbox> {
        let collector = Arc::clone(policy.collector()?);
        Some(Outbox {
            collector,
            waiting: Vec::new(),
            batch: 0,
            bytes: 0,
            under_way: false,
            attempts: 0,
            failures: 0,
            due: 0,
            clock: 0,
            seen: 0,
            random: 0,
            taken: 0,
            dropped: Drops::default(),
            untold: 0,
            complaint: None,
        })
    }

    /// Takes an admitted report, or drops it where the queue is full: what came first tells most about an outage.
    ///
    /// A report about a request to the collector itself is left out. Where Backstop stands before its own collector, that would go round.
    pub fn push(&mut self, told: &Told, now: u64) {
        self.tick(now);
        let fields = told.fields();
        let (host, path) = (record::text(fields, "server.address"), record::text(fields, "url.path"));
        if host.eq_ignore_ascii_case(host_name(self.collector.authority())) && bare_path(path) == bare_path(self.collector.path()) {
            return;
        }
        let record = record::record(told, self.untold, now);
        let held = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        if held >= self.collector.queue || self.bytes.saturating_add(record.len()) > MAX_BYTES {
            self.dropped.queue_full = self.dropped.queue_full.saturating_add(1);
            self.untold = self.untold.saturating_add(1);
            return;
        }
        self.random = record.iter().fold(self.random, |random, byte| random.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(ODD);
        self.bytes = self.bytes.saturating_add(record.len());
        self.waiting.push(Waiting { record, since: self.clock, told: std::mem::take(&mut self.untold) });
    }

    /// The body of the request to send now, if there is one. `at_once` does not wait for more reports to go with it.
    pub fn poll(&mut self, now: u64, at_once: bool) -> Option<Vec<u8>> {
        self.tick(now);
        if self.clock < self.due {
            return None;
        }
        if self.under_way {
            // The host lost it.
            self.answered(0, None, &[], now);
            return None;
        }
        if self.batch == 0 {
            let oldest = self.waiting.first()?.since;
            let full = self.waiting.len() >= MAX_BATCH || self.bytes >= MAX_BATCH_BYTES;
            if !at_once && !full && self.clock.saturating_sub(oldest) < self.collector.flush_millis {
                return None;
            }
            let mut bytes = 0_usize;
            for waiting in self.waiting.iter().take(MAX_BATCH) {
                self.batch = self.batch.saturating_add(1);
                bytes = bytes.saturating_add(waiting.record.len());
                if bytes >= MAX_BATCH_BYTES {
                    break;
                }
            }
            self.attempts = 0;
        }
        self.under_way = true;
        self.attempts = self.attempts.saturating_add(1);
        self.due = self.clock.saturating_add(self.collector.timeout_millis).saturating_add(LOST);
        Some(self.body())
    }

    /// What came of the request: the status of its answer, 0 where there was none; the answer's `retry-after`, and its body, of which the
    /// beginning will do.
    ///
    /// As OTLP/HTTP wants it: a 429, 502, 503 or 504 and no answer at all are tried again, later and later; what anything else but a 2xx
    /// answers is dropped.
    pub fn answered(&mut self, status: u16, retry_after: Option<&[u8]>, body: &[u8], now: u64) {
        self.tick(now);
        if !std::mem::take(&mut self.under_way) {
            return;
        }
        self.due = self.clock;
        let all = u64::try_from(self.batch).unwrap_or_default();
        match status {
            200..=299 => {
                self.failures = 0;
                let (rejected, why) = partial_success(body);
                let rejected = rejected.min(all);
                self.taken = self.taken.saturating_add(all.saturating_sub(rejected));
                self.dropped.rejected = self.dropped.rejected.saturating_add(rejected);
                self.forget(rejected, false);
                if rejected > 0 {
                    self.complain(format_args!("the collector refused {rejected} reports: {why}"));
                }
            }
            0 | 429 | 502 | 503 | 504 => {
                self.failures = self.failures.saturating_add(1);
                self.due = self.clock.saturating_add(self.pause(retry_after));
                if self.attempts >= MAX_ATTEMPTS {
                    self.dropped.gave_up = self.dropped.gave_up.saturating_add(all);
                    self.forget(all, true);
                }
                // Each attempt would be too many lines, the last one a minute late.
                if self.failures == 1 || self.attempts >= MAX_ATTEMPTS {
                    self.complain(format_args!("no collector takes reports (status {status})"));
                }
            }
            _ => {
                self.failures = 0;
                self.dropped.rejected = self.dropped.rejected.saturating_add(all);
                self.forget(all, true);
                self.complain(format_args!("the collector refused {all} reports with the status {status}"));
            }
        }
    }

    /// In how many milliseconds [`poll`](Outbox::poll) may have something to do, at once if asked; `None` where nothing waits.
    pub fn wait(&mut self, now: u64) -> Option<u64> {
        self.tick(now);
        (!self.waiting.is_empty()).then(|| self.due.saturating_sub(self.clock))
    }

    /// How many reports the collector took since the beginning.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many reports were dropped since the beginning. The next record tells how many were dropped before it, as `backstop.dropped`.
    pub fn dropped(&self) -> Drops {
        self.dropped
    }

    /// A sentence for the host's log, once, where the operator should know that reports do not arrive.
    pub fn complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    fn complain(&mut self, problem: fmt::Arguments<'_>) {
        let Drops { queue_full, rejected, gave_up } = self.dropped;
        self.complaint = Some(format!(
            "report.otlp: {problem}; dropped so far: {queue_full} for a full queue, {rejected} refused, {gave_up} after {MAX_ATTEMPTS} attempts"
        ));
    }

    /// The batch is done with; some of it may be lost, and with `all` of it what it told.
    fn forget(&mut self, lost: u64, all: bool) {
        self.untold = self.untold.saturating_add(lost);
        let sent = std::mem::take(&mut self.batch).min(self.waiting.len());
        for waiting in self.waiting.drain(..sent) {
            self.bytes = self.bytes.saturating_sub(waiting.record.len());
            self.untold = self.untold.saturating_add(if all { waiting.told } else { 0 });
        }
    }

    /// How long nothing is sent after a failure: twice as long after each, from one second to half a minute, of that half to all by chance,
    /// so that many hosts do not come back together. What the collector asks for goes before it, up to a minute.
    fn pause(&self, retry_after: Option<&[u8]>) -> u64 {
        let asked = retry_after.and_then(|seconds| std::str::from_utf8(seconds).ok()?.trim().parse::<u64>().ok());
        if let Some(seconds) = asked {
            return seconds.min(MAX_RETRY_AFTER).saturating_mul(1000);
        }
        let longest = FIRST_PAUSE.checked_shl(self.failures.saturating_sub(1)).map_or(MAX_PAUSE, |pause| pause.min(MAX_PAUSE));
        let half = longest / 2;
        half.saturating_add(self.random.rotate_left(self.failures).checked_rem(half.saturating_add(1)).unwrap_or_default())
    }

    /// An `ExportLogsServiceRequest` with the batch: one resource, one scope.
    fn body(&self) -> Vec<u8> {
        let mut logs = self.collector.scope.clone();
        for waiting in self.waiting.iter().take(self.batch) {
            wire::bytes(&mut logs, 2, &waiting.record);
        }
        let mut resource = self.collector.resource.clone();
        wire::bytes(&mut resource, 2, &logs);
        let mut body = Vec::with_capacity(resource.len().saturating_add(8));
        wire::bytes(&mut body, 1, &resource);
        body
    }

    fn tick(&mut self, now: u64) {
        if self.seen > 0 {
            self.clock = self.clock.saturating_add(now.saturating_sub(self.seen));
        }
        self.seen = now;
    }
}

/// How many records an `ExportLogsServiceResponse` says were refused, and why, masked and cut.
fn partial_success(body: &[u8]) -> (u64, String) {
    let Some(wire::Value::Bytes(partial)) = wire::find(body, 1) else { return (0, String::new()) };
    let rejected = match wire::find(partial, 1) {
        // A negative one would be huge.
        Some(wire::Value::Number(rejected)) if i64::try_from(rejected).is_ok() => rejected,
        _ => 0,
    };
    let why = match wire::find(partial, 2) {
        Some(wire::Value::Bytes(why)) => crate::config::shortened(&redact(why.get(..MAX_REASON).unwrap_or(why)).replace('\n', " ")),
        _ => String::new(),
    };
    (rejected, why)
}

/// Of all records that wait, in bytes; an outage fills this once.
const MAX_BYTES: usize = 524_288;

/// Records in a request: what gathers in a second under the default limit of reports.
const MAX_BATCH: usize = 100;

/// So many bytes fill a request; the last record may go over. Collectors take 4 MiB at least.
const MAX_BATCH_BYTES: usize = 131_072;

/// How often a batch is sent; with the pauses between that is about a quarter of a minute.
const MAX_ATTEMPTS: u32 = 5;

/// In milliseconds.
const FIRST_PAUSE: u64 = 1000;
const MAX_PAUSE: u64 = 30_000;

/// In seconds.
const MAX_RETRY_AFTER: u64 = 60;

/// Spreads what varies over all bits: 2^64 divided by the golden ratio.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// How long, in milliseconds, after the time limit an answer can still come.
const LOST: u64 = 5000;

/// Bytes of a collector's reason that are looked at.
const MAX_REASON: usize = 256;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    const START: u64 = 1_700_000_000_000;

    fn outbox(more: &str) -> Outbox {
        let json = format!(r#"{{"report":{{"otlp":{{"endpoint":"http://127.0.0.1:4318"{more}}}}}}}"#);
        Outbox::new(&Policy::from_json(&json).unwrap()).unwrap()
    }

    /// How many records a request has.
    fn count(body: &[u8]) -> usize {
        let Some(wire::Value::Bytes(resource)) = wire::find(body, 1) else { panic!("no resource") };
        let Some(wire::Value::Bytes(scope)) = wire::find(resource, 2) else { panic!("no scope") };
        let event = b"\x62\x0ebackstop.error";
        scope.windows(event.len()).filter(|window| window == event).count()
    }

    /// What happens, one after another.
    enum Do {
        /// So many reports come.
        Push(usize),
        /// Time passes, in milliseconds.
        Pass(i64),
        /// The host asks for a request, which has so many records.
        Sends(usize),
        SendsAtOnce(usize),
        Quiet,
        /// An answer comes, with this `retry-after` and body.
        Answer(u16, &'static str, &'static [u8]),
        /// Dropped so far: queue_full, rejected, gave_up.
        Dropped(u64, u64, u64),
        Waits(Option<std::ops::RangeInclusive<u64>>),
    }
    use Do::{Answer, Dropped, Pass, Push, Quiet, Sends, SendsAtOnce, Waits};

    const OK: Do = Answer(200, "", b"");
    /// `partial_success { rejected_log_records: 2, error_message: "too old" }`
    const PARTIAL: &[u8] = b"\x0a\x0b\x08\x02\x12\x07too old";
    /// The same with -1.
    const NEGATIVE: &[u8] = b"\x0a\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";

    fn play(name: &str, outbox: &mut Outbox, steps: &[Do]) {
        let mut now = START;
        for (index, step) in steps.iter().enumerate() {
            let place = format!("{name}, step {index}");
            match step {
                Push(times) => (0..*times).for_each(|_| outbox.push(&Told::sample(false), now)),
                Pass(millis) => now = now.saturating_add_signed(*millis),
                Sends(records) => assert_eq!(count(&outbox.poll(now, false).expect(&place)), *records, "{place}"),
                SendsAtOnce(records) => assert_eq!(count(&outbox.poll(now, true).expect(&place)), *records, "{place}"),
                Quiet => assert!(outbox.poll(now, false).is_none(), "{place}"),
                Answer(status, retry_after, body) => {
                    let retry_after = (!retry_after.is_empty()).then_some(retry_after.as_bytes());
                    outbox.answered(*status, retry_after, body, now);
                }
                Dropped(queue_full, rejected, gave_up) => {
                    let expected = Drops { queue_full: *queue_full, rejected: *rejected, gave_up: *gave_up };
                    assert_eq!(outbox.dropped(), expected, "{place}");
                }
                Waits(range) => match (outbox.wait(now), range) {
                    (None, None) => {}
                    (Some(wait), Some(range)) if range.contains(&wait) => {}
                    (wait, _) => panic!("{place}: {wait:?}"),
                },
            }
        }
    }

    #[test]
    fn collectors() {
        #[rustfmt::skip]
        let rows: Vec<(&str, &str, Vec<Do>)> = vec![
            ("one after the flush time", "", vec![Waits(None), Quiet, Push(1), Quiet, Waits(Some(0..=0)), Pass(999), Quiet, Pass(1), Sends(1), OK, Waits(None), Pass(9999), Quiet, Dropped(0, 0, 0)]),
            ("its own flush time", r#","flush_ms":100"#, vec![Push(1), Pass(100), Sends(1)]),
            ("at once", "", vec![Push(2), SendsAtOnce(2), OK, Waits(None)]),
            ("a full request waits for no time", "", vec![Push(99), Quiet, Push(1), Sends(100), OK]),
            ("the rest follows", "", vec![Push(150), Sends(100), OK, Quiet, Pass(1000), Sends(50), OK, Waits(None)]),
            ("slow: one request under way, what gathers goes with the next", "", vec![Push(1), Pass(1000), Sends(1), Push(3), Pass(4900), Quiet, OK, Sends(3), OK]),
            ("the host lost the answer", "", vec![Push(1), Pass(1000), Sends(1), Waits(Some(10_000..=10_000)), Pass(10_000), Quiet, Pass(1000), Sends(1), OK, Dropped(0, 0, 0)]),
            ("an answer that nobody waits for", "", vec![OK, Answer(500, "", b""), Push(1), Answer(500, "", b""), Pass(1000), Sends(1), OK, OK, Dropped(0, 0, 0)]),
            ("dead: tried five times, later and later", "", vec![
                Push(1), Pass(1000), Sends(1), Answer(503, "", b""), Waits(Some(500..=1000)), Pass(499), Quiet,
                Pass(501), Sends(1), Answer(0, "", b""), Waits(Some(1000..=2000)),
                Pass(2000), Sends(1), Answer(504, "", b""), Waits(Some(2000..=4000)),
                Pass(4000), Sends(1), Answer(502, "", b""), Waits(Some(4000..=8000)), Dropped(0, 0, 0),
                Pass(8000), Sends(1), Answer(503, "", b""), Dropped(0, 0, 1), Waits(None),
                Push(1), Waits(Some(8000..=16_000)), Pass(7999), Quiet, Pass(8001), Sends(1), OK, Push(1), Pass(1000), Sends(1), OK, Dropped(0, 0, 1)]),
            ("retry-after", "", vec![Push(1), Pass(1000), Sends(1), Answer(429, " 7", b""), Waits(Some(7000..=7000)), Pass(6999), Quiet, Pass(1), Sends(1), OK, Dropped(0, 0, 0)]),
            ("retry-after is bounded", "", vec![Push(1), Pass(1000), Sends(1), Answer(503, "86400", b""), Waits(Some(60_000..=60_000))]),
            ("retry-after as a date", "", vec![Push(1), Pass(1000), Sends(1), Answer(503, "Sat, 21 Nov 2026 20:00:00 GMT", b""), Waits(Some(500..=1000))]),
            ("retry-after is no number", "", vec![Push(1), Pass(1000), Sends(1), Answer(503, "99999999999999999999", b""), Waits(Some(500..=1000))]),
            ("500: not again", "", vec![Push(3), Pass(1000), Sends(3), Answer(500, "", b""), Dropped(0, 3, 0), Waits(None), Push(1), Pass(1000), Sends(1), OK]),
            ("400 and redirects: not again", "", vec![Push(1), Pass(1000), Sends(1), Answer(400, "", b""), Push(1), Pass(1000), Sends(1), Answer(307, "", b""), Dropped(0, 2, 0)]),
            ("partial success", "", vec![Push(3), Pass(1000), Sends(3), Answer(200, "", PARTIAL), Dropped(0, 2, 0), Waits(None)]),
            ("partial success of more than all", "", vec![Push(1), Pass(1000), Sends(1), Answer(200, "", PARTIAL), Dropped(0, 1, 0)]),
            ("partial success of less than none", "", vec![Push(1), Pass(1000), Sends(1), Answer(200, "", NEGATIVE), Dropped(0, 0, 0)]),
            ("a full queue drops what comes", r#","queue":3"#, vec![Push(2), Pass(1000), Sends(2), Push(3), Dropped(2, 0, 0), OK, Pass(1000), Sends(1), OK, Push(4), Dropped(3, 0, 0)]),
            ("a clock that goes back", "", vec![Push(1), Pass(-1_000_000), Quiet, Pass(999), Quiet, Pass(1), Sends(1), Pass(-5000), Answer(503, "", b""), Pass(-1), Quiet, Pass(1000), Sends(1), OK]),
            ("a clock that leaps", "", vec![Push(1), Pass(1_000_000_000), Sends(1), Pass(1_000_000_000), Quiet, Pass(1000), Sends(1), OK, Dropped(0, 0, 0)]),
        ];
        for (name, more, steps) in rows {
            play(name, &mut outbox(more), &steps);
        }
    }

    #[test]
    fn bytes_are_bounded_too() {
        let mut outbox = outbox(r#","queue":4096"#);
        let size = record::record(&Told::sample(true), 0, START).len();
        (0..1000).for_each(|_| outbox.push(&Told::sample(true), START));
        let held = 1000 - usize::try_from(outbox.dropped().queue_full).unwrap();
        assert!(held * size <= MAX_BYTES && (held + 2) * size > MAX_BYTES, "{held} of {size} bytes");
        let mut sent = 0;
        while let Some(body) = outbox.poll(START, true) {
            assert!(body.len() < MAX_BATCH_BYTES + size + 1024, "{}", body.len());
            sent += count(&body);
            outbox.answered(200, None, &[], START);
        }
        assert_eq!((sent, outbox.bytes, outbox.taken()), (held, 0, u64::try_from(held).unwrap()));
    }

    #[test]
    fn the_next_record_tells_of_what_was_lost() {
        let lost = |outbox: &mut Outbox| {
            let body = outbox.poll(START, true).unwrap();
            let place = body.windows(16).position(|window| window == b"backstop.dropped")?;
            // Behind the name: the value's key and length, an AnyValue's key, and the number.
            body.get(place + 19).copied()
        };
        let mut outbox = outbox(r#","queue":1"#);
        (0..5).for_each(|_| outbox.push(&Told::sample(false), START));
        assert_eq!(lost(&mut outbox), None, "the first one knows of nothing");
        outbox.answered(200, None, &[], START);
        outbox.push(&Told::sample(false), START);
        assert_eq!(lost(&mut outbox), Some(4));
        outbox.answered(400, None, &[], START);
        outbox.push(&Told::sample(false), START);
        assert_eq!(lost(&mut outbox), Some(5), "what told of four is lost as well");
        outbox.answered(200, None, &[], START);
        outbox.push(&Told::sample(false), START);
        assert_eq!(lost(&mut outbox), None, "told once");
    }

    #[test]
    fn complaints() {
        let mut outbox = outbox("");
        let mut next = |status, body: &[u8]| {
            outbox.push(&Told::sample(false), START);
            assert!(outbox.poll(START, true).is_some());
            outbox.answered(status, None, body, START);
            let complaint = outbox.complaint();
            assert_eq!(outbox.complaint(), None, "told once");
            complaint
        };
        assert_eq!(next(200, b""), None);
        let refused = next(401, b"").unwrap();
        assert_eq!(
            refused,
            "report.otlp: the collector refused 1 reports with the status 401; dropped so far: 0 for a full queue, 1 refused, 0 after 5 attempts"
        );
        let secret = b"\x0a\x22\x08\x01\x12\x1epassword=hunter2\nis not valid!";
        let partial = next(200, secret).unwrap();
        assert!(partial.contains("refused 1 reports: password=***") && !partial.contains('\n'), "{partial}");
        assert!(next(503, b"").unwrap().contains("no collector takes reports (status 503)"));
    }

    #[test]
    fn nothing_goes_round() {
        for (endpoint, taken) in [
            ("https://API.example.com/orders", false),
            ("https://api.example.com:4318/orders", false),
            ("https://api.example.com/v1/logs", true),
        ] {
            let policy = Policy::from_json(&format!(r#"{{"report":{{"otlp":{{"endpoint":"{endpoint}"}}}}}}"#)).unwrap();
            let mut outbox = Outbox::new(&policy).unwrap();
            // POST https://api.example.com:8443/orders?token=***
            outbox.push(&Told::sample(true), START);
            assert_eq!(outbox.poll(START, true).is_some(), taken, "{endpoint}");
        }
    }
}
