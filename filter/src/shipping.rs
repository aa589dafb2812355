//! Reports on their way to a collector, through one of Envoy's clusters.
//!
//! Everything here runs in the root's context, on its tick or when an answer comes: a call that began in a stream's would end with that
//! stream. A response to a client never waits for any of it.

use crate::host::{self, Map};
use crate::metrics;
use crate::pairs;
use backstop_core::{Collector, Drops, Outbox, Policy, Told};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The way to one collector. One for each plugin on each worker thread.
#[derive(Debug)]
pub(crate) struct Shipping {
    collector: Arc<Collector>,
    /// No borrow lives across a call into the proxy, as in `held`.
    outbox: RefCell<Outbox>,
    /// The call under way.
    token: Cell<Option<u32>>,
    /// What the metrics know, in the order of [`SERIES`].
    counted: Cell<[u64; 4]>,
}

impl Shipping {
    /// `None` where the configuration names no collector.
    pub(crate) fn new(policy: &Policy) -> Option<Shipping> {
        let collector = Arc::clone(policy.collector()?);
        Some(Shipping { collector, outbox: RefCell::new(Outbox::new(policy)?), token: Cell::new(None), counted: Cell::default() })
    }

    /// Takes an admitted report.
    pub(crate) fn push(&self, told: &Told, now: u64) {
        self.outbox.borrow_mut().push(told, now);
    }

    /// Sends what is due. Only in the root's context.
    pub(crate) fn ship(&self) {
        self.count();
        let now = host::now_millis();
        let Some(body) = self.outbox.borrow_mut().poll(now, false) else { return };
        let collector = &self.collector;
        let mut fields =
            vec![(":method", "POST"), (":scheme", collector.scheme()), (":authority", collector.authority()), (":path", collector.path())];
        fields.extend(collector.headers().iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let token = host::call(collector.cluster(), fields, &body, collector.timeout());
        self.token.set(token);
        if token.is_none() {
            // No such cluster, or one that cannot be reached at all.
            self.ended(0, None, &[]);
        }
    }

    /// An answer came, or Envoy's own for one that did not: a 503 or a 504, which mean the same.
    pub(crate) fn answered(&self, token: u32, body_size: usize) {
        if self.token.get() != Some(token) {
            return;
        }
        self.token.set(None);
        let head = host::map(Map::CallResponseHeaders).unwrap_or_default();
        let status = pairs::find(&head, ":status").and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
        let body = host::call_body(body_size.min(MAX_ANSWER)).unwrap_or_default();
        self.ended(status.unwrap_or_default(), pairs::find(&head, "retry-after"), &body);
    }

    /// Counts what came of reports since the last time.
    fn count(&self) {
        let now = {
            let outbox = self.outbox.borrow();
            let Drops { queue_full, rejected, gave_up } = outbox.dropped();
            [outbox.taken(), queue_full, rejected, gave_up]
        };
        let before = self.counted.replace(now);
        for ((now, before), series) in now.into_iter().zip(before).zip(SERIES) {
            if now > before {
                metrics::count(series, u32::try_from(now.saturating_sub(before)).unwrap_or(u32::MAX));
            }
        }
    }

    fn ended(&self, status: u16, retry_after: Option<&[u8]>, body: &[u8]) {
        let now = host::now_millis();
        let complaint = {
            let mut outbox = self.outbox.borrow_mut();
            outbox.answered(status, retry_after, body, now);
            outbox.complaint()
        };
        self.count();
        if let Some(complaint) = complaint {
            log::error!("{complaint} (cluster {})", self.collector.cluster());
        }
    }
}

/// Reports that the collector took, and those that it did not get, by reason.
const SERIES: [&str; 4] = [
    "backstop_reports_sent_total;sink=otlp",
    "backstop_reports_dropped_total;sink=otlp;reason=queue_full",
    "backstop_reports_dropped_total;sink=otlp;reason=rejected",
    "backstop_reports_dropped_total;sink=otlp;reason=gave_up",
];

/// Bytes of an answer that are read: it says how many records were refused.
const MAX_ANSWER: usize = 4096;
