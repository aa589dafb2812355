//! What `handler.mjs` needs to ship reports to a collector: it sends the requests that core makes.

use crate::Engine;
use crate::wire;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

/// The way to the collector. `now` is in milliseconds since 1970.
#[wasm_bindgen]
impl Engine {
    /// The collector's URL; `undefined` where the configuration names none, and then the rest is of no use.
    pub fn collector(&self) -> Option<String> {
        self.policy.collector().map(|collector| collector.endpoint().to_owned())
    }

    /// The fields of a request to it, as [`wire`] writes them.
    #[wasm_bindgen(js_name = collectorFields)]
    pub fn collector_fields(&self) -> String {
        let fields = self.policy.collector().map(|collector| collector.headers()).unwrap_or_default();
        fields.iter().map(|(name, value)| [name, "\n", value].concat()).collect::<Vec<_>>().join("\n")
    }

    /// How long, in milliseconds, its answer may take.
    #[wasm_bindgen(js_name = collectorTimeout)]
    pub fn collector_timeout(&self) -> u32 {
        self.policy.collector().and_then(|collector| u32::try_from(collector.timeout().as_millis()).ok()).unwrap_or_default()
    }

    /// The body of the request to send now; `undefined` where there is none.
    pub fn ship(&self, now: f64) -> Option<Uint8Array> {
        let mut outbox = self.reporter.outbox.borrow_mut();
        let body = outbox.as_mut()?.poll(wire::millis(now), true)?;
        Some(Uint8Array::from(body.as_slice()))
    }

    /// In how many milliseconds to ask again; `undefined` where no report waits.
    #[wasm_bindgen(js_name = shipWait)]
    pub fn ship_wait(&self, now: f64) -> Option<f64> {
        let mut outbox = self.reporter.outbox.borrow_mut();
        let wait = outbox.as_mut()?.wait(wire::millis(now))?;
        Some(f64::from(u32::try_from(wait).unwrap_or(u32::MAX)))
    }

    /// What came of a request: the answer's status (0 where there was none), its `retry-after` and the beginning of its body. Returns what
    /// the operator should know.
    pub fn shipped(&self, status: u16, retry_after: Option<String>, body: &[u8], now: f64) -> Option<String> {
        let mut outbox = self.reporter.outbox.borrow_mut();
        let outbox = outbox.as_mut()?;
        outbox.answered(status, retry_after.as_deref().map(str::as_bytes), body, wire::millis(now));
        outbox.complaint()
    }
}
