//! One accepted configuration, and what its streams share.

use crate::held::Held;
use crate::shipping::Shipping;
use crate::{host, metrics};
use backstop_core::{Decision, End, Exchange, Limiter, Policy, Report, Seed, Verdict};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// One plugin configuration on one worker thread.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) policy: Arc<Policy>,
    pub(crate) held: Rc<Held>,
    /// Where the configuration names a collector.
    pub(crate) shipping: Option<Shipping>,
    limiter: RefCell<Limiter>,
    entropy: RefCell<Entropy>,
}

impl Plugin {
    pub(crate) fn new(policy: Policy, held: Rc<Held>) -> Self {
        Plugin {
            limiter: RefCell::new(Limiter::new(&policy)),
            entropy: RefCell::default(),
            shipping: Shipping::new(&policy),
            policy: Arc::new(policy),
            held,
        }
    }

    /// What core needs of the world. The time is that of the response: when the request arrived, the proxy is asked only for
    /// reports that are written.
    pub(crate) fn seed(&self) -> Seed {
        Seed { unix_millis: host::now_millis(), random: self.entropy.borrow_mut().take() }
    }

    /// Ends an exchange, counts it, and hands its report out: to the proxy's log, where a replaced error is worth a warning, and to the
    /// collector. Tells the access log of it, unless that was done at its head. Returns what the client gets.
    pub(crate) fn finish(&self, exchange: Exchange, end: End, course: Course) -> Verdict {
        let now = host::now_millis();
        let outcome = exchange.finish(end, now);
        if let Some(mut report) = outcome.report {
            if course == Course::Direct {
                host::publish(report.log_fields());
            }
            metrics::record(&report.measures(), course == Course::Held);
            if self.write(&mut report, now).is_none() {
                metrics::count(metrics::REPORTS_SUPPRESSED, 1);
            }
        }
        outcome.verdict
    }

    /// Writes a report to every sink, if the limits let it; `None` where they do not.
    fn write(&self, report: &mut Report, now: u64) -> Option<()> {
        // No borrow of the limiter lives across a call into the proxy, as in `held`.
        let admitted = self.limiter.borrow_mut().admits(report, now);
        if !admitted {
            return None;
        }
        if let Some(arrival) = host::request_millis() {
            report.set_arrival(arrival);
        }
        if let Some(route) = host::property("xds\0route_name") {
            report.set_route(String::from_utf8_lossy(&route).into_owned());
        }
        let told = self.limiter.borrow_mut().tell(report, now)?;
        if self.policy.logs() {
            let level = if report.decision() == Decision::Replaced { log::Level::Warn } else { log::Level::Info };
            log::log!(level, "{}", told.line());
        }
        if let Some(shipping) = &self.shipping {
            shipping.push(&told, now);
        }
        Some(())
    }
}

/// What a response had behind it when its exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// Its head waited for the decision.
    Held,
    /// The client got it as it came.
    Observed,
    /// It was decided on sight.
    Direct,
}

/// Random bytes, fetched in stock: a call into the proxy costs more than the bytes.
#[derive(Debug, Default)]
struct Entropy {
    stock: Vec<[u8; 16]>,
}

impl Entropy {
    fn take(&mut self) -> [u8; 16] {
        if self.stock.is_empty() {
            let mut bytes = [0; STOCK * 16];
            if getrandom::fill(&mut bytes).is_err() {
                log::error!("the proxy gave no random bytes; correlation IDs of the same millisecond may be equal");
            }
            self.stock = bytes.as_chunks().0.to_vec();
        }
        self.stock.pop().unwrap_or_default()
    }
}

/// How many at once.
const STOCK: usize = 32;
