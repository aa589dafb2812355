//! What `resilience.mjs` needs: core decides, it sends, waits and stores. Numbers that mean nothing are negative, a status of 0 is no
//! answer.

use crate::wire::{self, Answer};
use crate::{Engine, Payload, Pending};
use backstop_core::{Admission, Attempt, Breakers, Copies, Resilience, Retries, Unanswered};
use http::StatusCode;
use http::header::HeaderName;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// What an engine remembers of its upstreams.
#[derive(Debug)]
pub(crate) struct Memory {
    resilience: Arc<Resilience>,
    retries: RefCell<Option<Retries>>,
    breakers: RefCell<Option<Breakers>>,
    /// How often the request of the next exchange was sent again.
    pub(crate) resends: Cell<u64>,
}

impl Memory {
    pub(crate) fn new(resilience: Arc<Resilience>) -> Self {
        let (retries, breakers) = (Retries::new(&resilience), Breakers::new(&resilience));
        Memory { resilience, retries: RefCell::new(retries), breakers: RefCell::new(breakers), resends: Cell::new(0) }
    }
}

/// `now` is in milliseconds since 1970, `upstream` the host that a request goes to.
#[wasm_bindgen]
impl Engine {
    /// Whether the configuration asks for maintenance, copies, a breaker or retries: a text with the names of what it
    /// asks for, empty where all goes the plain way.
    pub fn resilience(&self) -> String {
        let parts = [
            (self.memory.resilience.maintenance().is_some(), "maintenance"),
            (self.copies().is_some(), "copies"),
            (self.memory.breakers.borrow().is_some(), "breaker"),
            (self.memory.retries.borrow().is_some(), "retry"),
        ];
        parts.into_iter().filter_map(|(asked, name)| asked.then_some(name)).collect::<Vec<_>>().join(" ")
    }

    /// The request header whose value lets a request through maintenance.
    #[wasm_bindgen(js_name = maintenanceHeader)]
    pub fn maintenance_header(&self) -> Option<String> {
        self.memory.resilience.maintenance()?.header().map(|name| name.as_str().to_owned())
    }

    /// The answer to a request that maintenance keeps away; `undefined` where it may go on. There is no report of it.
    pub fn maintain(&self, request: &str, id: String, arrived: f64, pass: Option<String>, now: f64) -> Result<Option<Answer>, JsError> {
        let head = wire::request(request, id.clone())?;
        let Some(maintenance) = self.memory.resilience.closes(&head.host, &head.path, pass.as_deref()) else { return Ok(None) };
        let unanswered = Unanswered {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "maintenance",
            is_unasked: true,
            retry_after: Some(maintenance.retry_after()),
            copy: None,
        };
        let outcome = self.exchange(request, id, arrived)?.finish_unanswered(unanswered, wire::millis(now));
        Ok(Some(wire::verdict(&outcome.verdict)))
    }

    /// Whether a request may go upstream: a number for [`Engine::settle`], or if it may not the milliseconds to wait, less than zero.
    pub fn admit(&self, upstream: &str, now: f64) -> f64 {
        match self.memory.breakers.borrow_mut().as_mut().map(|breakers| breakers.admit(upstream, wire::millis(now))) {
            Some(Admission::Refuse(wait)) => -f64::from(u32::try_from(wait.max(1)).unwrap_or(u32::MAX)),
            Some(Admission::Pass(number)) => f64::from(number),
            None => 0.0,
        }
    }

    /// What came of a request that was admitted with this number.
    pub fn settle(&self, upstream: &str, admitted: u32, status: u16, now: f64) {
        if let Some(breakers) = self.memory.breakers.borrow_mut().as_mut() {
            breakers.settle(upstream, admitted, some_status(status), wire::millis(now));
        }
    }

    /// Its client left before anything came of it.
    pub fn abandon(&self, upstream: &str, admitted: u32) {
        if let Some(breakers) = self.memory.breakers.borrow_mut().as_mut() {
            breakers.abandon(upstream, admitted);
        }
    }

    /// What an operator should know of the breakers, a sentence at a time.
    pub fn notice(&self) -> Option<String> {
        self.memory.breakers.borrow_mut().as_mut()?.notice()
    }

    /// A request is sent for the first time; whether it may be sent again.
    #[wasm_bindgen(js_name = mayRetry)]
    pub fn may_retry(&self, method: &str, has_body: bool) -> bool {
        self.memory.retries.borrow_mut().as_mut().is_some_and(|retries| retries.on_request(method, has_body))
    }

    /// It was sent so many times, the last of which came to nothing: in how many milliseconds to send it again, `undefined` where not.
    #[wasm_bindgen(js_name = retryIn)]
    pub fn retry_in(&self, sent: u32, status: u16, retry_after: Option<String>, elapsed: f64) -> Result<Option<f64>, JsError> {
        let mut retries = self.memory.retries.borrow_mut();
        let Some(retries) = retries.as_mut() else { return Ok(None) };
        let mut random = [0; 4];
        getrandom::fill(&mut random)?;
        let attempt = Attempt {
            sent: sent.into(),
            status: some_status(status),
            retry_after: retry_after.as_deref(),
            elapsed: wire::millis(elapsed),
            chance: u32::from_le_bytes(random).into(),
        };
        Ok(retries.next(attempt).and_then(|wait| u32::try_from(wait).ok()).map(f64::from))
    }

    /// How many milliseconds a retry may take that begins now.
    #[wasm_bindgen(js_name = retryTime)]
    pub fn retry_time(&self, elapsed: f64) -> u32 {
        let retries = self.memory.retries.borrow();
        retries.as_ref().and_then(|retries| u32::try_from(retries.time_left(wire::millis(elapsed))).ok()).unwrap_or_default()
    }

    /// How often the request of the next exchange was sent again, for its report.
    pub fn resent(&self, times: u32) {
        self.memory.resends.set(times.into());
    }

    /// No longer body is kept as a copy.
    #[wasm_bindgen(js_name = copyLimit)]
    pub fn copy_limit(&self) -> u32 {
        self.copies().and_then(|copies| u32::try_from(copies.max_bytes()).ok()).unwrap_or_default()
    }

    /// Whether a copy may stand in for this status; 0 is no answer.
    #[wasm_bindgen(js_name = copyStandsIn)]
    pub fn copy_stands_in(&self, status: u16) -> bool {
        status == 0 || self.copies().is_some_and(|copies| copies.stands_in_for(status))
    }

    /// What to keep of a 200 beside its body, after the seconds to keep it and a line break; `undefined` where it must not be kept. All
    /// fields of request and response; `undone` where the body is read without its content coding.
    pub fn copy(&self, request: &str, response: &str, undone: bool, sent: f64) -> Option<String> {
        let copies = self.copies()?;
        let copied = copies.keep(&wire::headers(request), &wire::headers(response), undone, wire::millis(sent))?;
        Some(format!("{}\n{}", copied.keep_seconds, copied.record))
    }

    /// The fields with which a copy is shown, the ID with them; `undefined` where it must not be.
    #[wasm_bindgen(js_name = showCopy)]
    pub fn show_copy(&self, record: &str, request: &str, id: &str, now: f64) -> Option<String> {
        let mut headers = self.copies()?.show(record, &wire::headers(request), wire::millis(now))?;
        let name: &HeaderName = self.policy.correlation_header();
        let _ = headers.try_insert(name.clone(), id.parse().ok()?);
        Some(wire::text(&headers))
    }

    /// There is no response: because none came, or because the upstream is left alone for so many milliseconds more (-1 where it was
    /// asked). With `copied` there is a copy; the client gets it where the answer is no replacement.
    pub fn unanswered(
        &self,
        request: &str,
        id: String,
        arrived: f64,
        status: u16,
        detail: &str,
        wait: f64,
        copied: bool,
        now: f64,
    ) -> Result<Answer, JsError> {
        let unanswered = Unanswered {
            status: StatusCode::from_u16(status)?,
            detail,
            is_unasked: wait >= 0.0,
            retry_after: (wait >= 0.0).then(|| wire::millis(wait).div_ceil(1000).max(1)),
            copy: copied.then_some(StatusCode::OK),
        };
        let now = wire::millis(now);
        Ok(wire::outcome(self.exchange(request, id, arrived)?.finish_unanswered(unanswered, now), &self.reporter, now))
    }

    /// An error arrived, and there is a copy: what wants to see the body, where the client may get the copy; `undefined` where the error
    /// has to go the way of all others.
    #[wasm_bindgen(js_name = openForCopy)]
    pub fn open_for_copy(
        &self,
        request: &str,
        id: String,
        arrived: f64,
        status: u16,
        response: &str,
        body: Payload,
    ) -> Result<Option<Pending>, JsError> {
        let head = wire::response(status, response, body)?;
        let mut exchange = self.exchange(request, id, arrived)?;
        let _ = exchange.on_response(&head);
        Ok(exchange.replace_by_copy(StatusCode::OK).then(|| Pending::new(exchange, &self.reporter)))
    }
}

impl Engine {
    fn copies(&self) -> Option<Copies<'_>> {
        Copies::new(&self.memory.resilience, self.policy.correlation_header())
    }
}

fn some_status(status: u16) -> Option<u16> {
    (status != 0).then_some(status)
}
