//! One accepted configuration, and what its streams share.

use crate::held::Held;
use crate::host;
use backstop_core::{Decision, End, Exchange, Limiter, Policy, Verdict};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// One plugin configuration on one worker thread.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) policy: Arc<Policy>,
    pub(crate) held: Rc<Held>,
    limiter: RefCell<Limiter>,
}

impl Plugin {
    pub(crate) fn new(policy: Policy, held: Rc<Held>) -> Self {
        Plugin { limiter: RefCell::new(Limiter::new(&policy)), policy: Arc::new(policy), held }
    }

    /// Ends an exchange: tells the access log its ID and writes its report to the proxy's log, where a replaced error is worth a
    /// warning. Returns what the client gets.
    pub(crate) fn finish(&self, exchange: Exchange, end: End) -> Verdict {
        let now = host::now_millis();
        let outcome = exchange.finish(end, now);
        if let Some(report) = outcome.report {
            host::publish_id(report.request_id());
            let line = self.limiter.borrow_mut().line(&report, now);
            let level = if report.decision() == Decision::Replaced { log::Level::Warn } else { log::Level::Info };
            if let Some(line) = line {
                log::log!(level, "{line}");
            }
        }
        outcome.verdict
    }
}
