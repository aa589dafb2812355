//! Counters and histograms in Envoy's own statistics.

use crate::host::{self, MetricKind};
use backstop_core::{Measures, SeriesTable};
use std::cell::RefCell;

thread_local! {
    /// Of the whole VM, and so of all its plugins: the proxy knows its numbers by VM, and never forgets a series.
    ///
    /// It stays borrowed while the proxy is called: none of the three calls for metrics calls back.
    static SERIES: RefCell<SeriesTable> = RefCell::default();
}

/// Adds to a counter. Its name is `name;label=value;label=value`: plain characters only, and few values, or the rest counts as `other`.
pub(crate) fn count(series: &str, more: u32) {
    if let Some(id) = id(MetricKind::Counter, series) {
        host::increment_metric(id, more.into());
    }
}

/// Makes the counters known that have no labels: they begin at 0, so that the first step shows, and that this filter runs.
pub(crate) fn announce() {
    for name in [REPORTS_SUPPRESSED, PAGE_FALLBACKS] {
        let _ = id(MetricKind::Counter, name);
    }
}

/// Counts an intercepted error. `held` tells that its response waited for the decision.
pub(crate) fn record(measures: &Measures, held: bool) {
    count(&measures.series, 1);
    if measures.fell_back {
        count(PAGE_FALLBACKS, 1);
    }
    sample(BODY_BYTES, measures.body_bytes);
    if held {
        sample(HELD_MILLISECONDS, measures.millis);
    }
}

fn sample(name: &str, value: u64) {
    if let Some(id) = id(MetricKind::Histogram, name) {
        host::record_metric(id, value);
    }
}

/// The proxy's number of a metric, which is made known to it the first time.
fn id(kind: MetricKind, name: &str) -> Option<u32> {
    let mut define = |name: &str| {
        let id = host::define_metric(kind, name);
        if id.is_none() {
            log::error!("the proxy took no metric `{name}`; it is not counted");
        }
        id
    };
    SERIES.with(|series| series.try_borrow_mut().ok()?.id(name, &mut define))
}

/// Reports that the limits of `report` kept from being written.
pub(crate) const REPORTS_SUPPRESSED: &str = "backstop_reports_suppressed_total";

/// Answers whose template could not be used, so that the built-in page was sent.
const PAGE_FALLBACKS: &str = "backstop_page_fallbacks_total";

/// Decoded bytes of a body, as far as it was read.
const BODY_BYTES: &str = "backstop_body_bytes";

/// From a response's head to its answer.
const HELD_MILLISECONDS: &str = "backstop_held_milliseconds";
