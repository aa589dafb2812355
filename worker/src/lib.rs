//! The edge host: what `handler.mjs` calls of core.
//!
//! Streams, timers and headers stay in JavaScript, which has them natively; decisions stay in core. Crossing from one to the
//! other costs more than the work itself, so there are few calls with few strings: a head is one text, an answer one object.
#![allow(clippy::too_many_arguments, reason = "each is a plain value; an object would cost a crossing for each of its members")]

mod resilience;
mod shipping;
mod tenants;
mod wire;

use backstop_core::{Exchange, Plan, Policy, Resilience, Seed, Step};
use http::StatusCode;
use http::header::HeaderName;
use js_sys::Function;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;
use wire::{Answer, Kind, Reporter};

/// A compiled configuration.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    policy: Arc<Policy>,
    reporter: Rc<Reporter>,
    memory: resilience::Memory,
}

/// A response that waits for its body, or for the end of it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Pending {
    exchange: Exchange,
    reporter: Rc<Reporter>,
}

/// How a response body reaches [`Pending`].
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// There is none.
    Absent,
    /// The bytes that were sent, content codings included.
    AsSent,
    /// The runtime undid the content codings.
    Decoded,
}

/// How a response body ended.
#[wasm_bindgen]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is complete, or no more was asked for.
    Complete,
    /// The upstream broke off.
    Aborted,
    /// It took longer than [`Engine::timeout`].
    TimedOut,
}

#[wasm_bindgen]
impl Engine {
    /// Compiles a JSON document; throws an `Error` with the place, the text and the fix where it is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Engine, JsError> {
        wire::tell_panics();
        Ok(Engine::of(Arc::new(Policy::from_json(config)?), Arc::new(Resilience::from_json(config)?)))
    }

    /// One byte per status code, 0 to 599: 1 where a rule could match, 0 where a response is left alone.
    pub fn statuses(&self) -> Vec<u8> {
        (0..600).map(|status| u8::from(self.policy.touches(status))).collect()
    }

    /// How long, in milliseconds, a response may be held for its body.
    pub fn timeout(&self) -> u32 {
        u32::try_from(self.policy.hold_timeout().as_millis()).unwrap_or(u32::MAX)
    }

    /// How long, in milliseconds, the upstream may take until the head of its answer is there, where the configuration says it.
    #[wasm_bindgen(js_name = upstreamTimeout)]
    pub fn upstream_timeout(&self) -> Option<u32> {
        self.policy.upstream_timeout().map(|timeout| u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX))
    }

    /// The name of the correlation header, lower case.
    pub fn header(&self) -> String {
        self.policy.correlation_header().as_str().to_owned()
    }

    /// From now on `write` is called with a data point for each intercepted error, also for those whose report is left out:
    /// `backstop_responses_total;rule=…;…;reason=…;BYTES;MILLISECONDS;FALLBACK;SUPPRESSED`. What it throws is ignored.
    pub fn measure(&self, write: Function) {
        self.reporter.measure(write);
    }

    /// The request headers that core reads, one a line.
    pub fn sources(&self) -> String {
        self.policy.request_fields().iter().map(HeaderName::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The header with which a client may present a token, which is not for the upstream; `undefined` where none counts.
    #[wasm_bindgen(js_name = tokenHeader)]
    pub fn token_header(&self) -> Option<String> {
        self.policy.token_header().map(|name| name.as_str().to_owned())
    }

    /// Whether the common cases of [`Engine::correlate`] are as `handler.mjs` repeats them.
    pub fn usual(&self) -> bool {
        self.policy.correlates_as_usual()
    }

    /// Whether every response is to carry the ID.
    pub fn echoes(&self) -> bool {
        self.policy.echoes()
    }

    /// The correlation ID of a request with these headers, as [`wire`] reads them; after it, on further lines, fields that the request
    /// is to carry besides. `now` is in milliseconds since 1970, here as in every other call.
    ///
    /// Throws where the runtime has no random source, as Cloudflare outside of a request.
    pub fn correlate(&self, headers: &str, now: f64) -> Result<String, JsError> {
        let correlation = self.policy.correlate(&wire::headers(headers), &seed(now)?);
        Ok(wire::with_fields(correlation.id, &correlation.new_trace))
    }

    /// A response arrived.
    ///
    /// `request` and `response` are heads as [`wire`] reads them, `id` is what [`Engine::correlate`] said and went upstream.
    /// An answer that is not final has a [`Pending`] to go on with.
    pub fn open(
        &self,
        request: &str,
        id: String,
        arrived: f64,
        status: u16,
        response: &str,
        body: Payload,
        now: f64,
    ) -> Result<Answer, JsError> {
        let head = wire::response(status, response, body)?;
        let mut exchange = self.exchange(request, id, arrived)?;
        let plan = exchange.on_response(&head);
        let pending = Pending::new(exchange, &self.reporter);
        Ok(match plan {
            // `AwaitTrailers` is for a gRPC 200, which never comes here: no fetch shows the trailers.
            Plan::Finish | Plan::AwaitTrailers => pending.finish(End::Complete, now),
            Plan::Observe(edits) => wire::edits(Kind::Observe, &edits).going_on(pending),
            Plan::Replace(replacement) => wire::replace(&replacement).going_on(pending),
            Plan::Hold => wire::answer(Kind::Hold).going_on(pending),
        })
    }

    /// There is no response, and `detail` says why. The answer is a replacement with this status, whatever the rules say.
    pub fn fail(&self, request: &str, id: String, arrived: f64, status: u16, detail: &str, now: f64) -> Result<Answer, JsError> {
        let exchange = self.exchange(request, id, arrived)?;
        let now = wire::millis(now);
        Ok(wire::outcome(exchange.finish_without_response(StatusCode::from_u16(status)?, detail, now), &self.reporter, now))
    }

    /// The application threw, and `error` is the text of what it threw. The answer is a replacement with status 500, whatever the rules
    /// say.
    pub fn threw(&self, request: &str, id: String, arrived: f64, error: &str, now: f64) -> Result<Answer, JsError> {
        let exchange = self.exchange(request, id, arrived)?;
        let now = wire::millis(now);
        Ok(wire::outcome(exchange.finish_with_exception(error, now), &self.reporter, now))
    }

    fn exchange(&self, request: &str, id: String, arrived: f64) -> Result<Exchange, JsError> {
        let request = wire::request(request, id)?;
        let mut exchange = Exchange::new(self.policy.clone(), request, seed(arrived)?);
        exchange.set_resends(self.memory.resends.take());
        Ok(exchange)
    }
}

impl Pending {
    fn new(exchange: Exchange, reporter: &Rc<Reporter>) -> Self {
        Pending { exchange, reporter: Rc::clone(reporter) }
    }
}

impl Engine {
    fn of(policy: Arc<Policy>, resilience: Arc<Resilience>) -> Self {
        Engine { reporter: Rc::new(Reporter::new(&policy)), memory: resilience::Memory::new(resilience), policy }
    }
}

#[wasm_bindgen]
impl Pending {
    /// A chunk of the body arrived. Nothing to do where the answer is `undefined`; a replacement is to be sent now.
    pub fn push(&mut self, chunk: &[u8]) -> Option<Answer> {
        match self.exchange.on_body(chunk) {
            Step::Continue => None,
            Step::Replace(replacement) => Some(wire::replace(&replacement)),
            Step::Finish => Some(wire::answer(Kind::Finish)),
        }
    }

    /// The whole body at once, and how it ended.
    pub fn judge(mut self, body: &[u8], end: End, now: f64) -> Answer {
        let step = self.exchange.on_body(body);
        let now = wire::millis(now);
        let outcome = self.exchange.finish(end.into(), now);
        match step {
            Step::Replace(replacement) => wire::replace(&replacement).reporting(outcome.report.as_ref(), &self.reporter, now),
            Step::Continue | Step::Finish => wire::outcome(outcome, &self.reporter, now),
        }
    }

    /// The body ended, or is not read any further.
    pub fn finish(self, end: End, now: f64) -> Answer {
        let now = wire::millis(now);
        wire::outcome(self.exchange.finish(end.into(), now), &self.reporter, now)
    }
}

impl From<Payload> for backstop_core::Payload {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Absent => backstop_core::Payload::Absent,
            Payload::AsSent => backstop_core::Payload::AsSent,
            Payload::Decoded => backstop_core::Payload::Decoded,
        }
    }
}

impl From<End> for backstop_core::End {
    fn from(end: End) -> Self {
        match end {
            End::Complete => backstop_core::End::Complete,
            End::Aborted => backstop_core::End::Aborted,
            End::TimedOut => backstop_core::End::TimedOut,
        }
    }
}

fn seed(now: f64) -> Result<Seed, JsError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Seed { unix_millis: wire::millis(now), random })
}
