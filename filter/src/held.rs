//! Responses that are held back, and the clock that ends their wait.

use crate::host;
use crate::pairs;
use crate::plugin::{Course, Plugin};
use backstop_core::{End, Exchange, HeaderEdits, Replacement, ResponseHead, Verdict};
use http::header::CONTENT_LENGTH;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often overdue responses are looked for; a wait ends at most this much late.
pub(crate) const TICK_MILLIS: u32 = 100;

/// How often while more are overdue than one tick may answer.
const HURRIED_TICK_MILLIS: u32 = 10;

/// How many one tick answers. Envoy runs the local replies of a callback nested in each other: some four hundred overflow the
/// VM's stack (measured), which costs all of them their answer.
const MAX_PER_TICK: usize = 50;

/// The held responses of one plugin on one worker, by their stream's context ID. Shared by the streams and the timer.
///
/// No borrow of the map lives across a call into the proxy: such a call can come back into another callback.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Ordered by ID, and so by age.
    responses: RefCell<Vec<(u32, Box<Response>)>>,
    hurried: Cell<bool>,
}

/// A response whose head waits.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) exchange: Exchange,
    plugin: Rc<Plugin>,
    /// Bytes of the held body that core has seen.
    pub(crate) seen: usize,
    /// Core wants no more of the body.
    pub(crate) sated: bool,
    /// Bytes of the body so far, those that were dropped included.
    pub(crate) received: usize,
    /// How many the head announces; 0 if it does not.
    announced: usize,
    /// The decision, where it fell before the end of the body.
    pub(crate) replacement: Option<Replacement>,
    /// When the wait ends, in milliseconds since 1970.
    pub(crate) deadline: u64,
}

impl Response {
    /// A response that waits from now on.
    pub(crate) fn new(plugin: &Rc<Plugin>, exchange: Exchange, head: &ResponseHead) -> Self {
        let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let announced = length.unwrap_or_default();
        let millis = u64::try_from(plugin.policy.hold_timeout().as_millis()).unwrap_or(u64::MAX);
        let deadline = host::now_millis().saturating_add(millis);
        Response { exchange, plugin: Rc::clone(plugin), seen: 0, received: 0, announced, sated: false, replacement: None, deadline }
    }

    /// The decision fell. The client waits only a moment longer: an upstream that ends its body now keeps its connection,
    /// one that does not is cut off.
    pub(crate) fn decide(&mut self, replacement: Replacement) {
        self.replacement = Some(replacement);
        self.deadline = self.deadline.min(host::now_millis().saturating_add(GRACE_MILLIS));
    }

    /// Whether to wait for the end of the body after a decision. A large one would only fill Envoy's buffer, past whose limit Envoy
    /// answers by itself.
    pub(crate) fn is_worth_waiting_for(&self) -> bool {
        self.received.max(self.announced) <= SMALL_BODY
    }

    /// Ends the exchange: what the client gets; the report is out.
    pub(crate) fn conclude(self, end: End) -> Conclusion {
        match (self.plugin.finish(self.exchange, end, Course::Held), self.replacement) {
            (Verdict::Replace(replacement), _) | (Verdict::Served, Some(replacement)) => Conclusion::Replace(replacement),
            (Verdict::Release(edits), _) => Conclusion::Release(edits, None),
            (Verdict::Amend(edits, body), _) => Conclusion::Release(edits, Some(body)),
            // Cannot be: what was served is in `replacement`.
            (Verdict::Served, None) => Conclusion::Release(HeaderEdits::default(), None),
        }
    }
}

/// What to do with a held response.
#[derive(Debug)]
pub(crate) enum Conclusion {
    /// With another body, where there is one.
    Release(HeaderEdits, Option<Vec<u8>>),
    Replace(Replacement),
}

impl Held {
    /// Keeps a response, or hands it back where too many wait already.
    pub(crate) fn insert(&self, context_id: u32, response: Box<Response>) -> Result<(), Box<Response>> {
        let mut responses = self.responses.borrow_mut();
        if responses.len() >= MAX_HELD {
            return Err(response);
        }
        let place = responses.partition_point(|(id, _)| *id < context_id);
        responses.insert(place, (context_id, response));
        Ok(())
    }

    /// Takes a response out; `None` where the timer answered it.
    pub(crate) fn take(&self, context_id: u32) -> Option<Box<Response>> {
        let mut responses = self.responses.borrow_mut();
        let place = responses.binary_search_by_key(&context_id, |(id, _)| *id).ok()?;
        Some(responses.remove(place).1)
    }

    /// Answers responses whose time is over, oldest first.
    pub(crate) fn answer_overdue(&self) {
        let now = host::now_millis();
        let mut overdue: Vec<u32> = {
            let responses = self.responses.borrow();
            responses
                .iter()
                .filter(|(_, response)| response.deadline <= now)
                .map(|(id, _)| *id)
                .take(MAX_PER_TICK.saturating_add(1))
                .collect()
        };
        let more = overdue.len() > MAX_PER_TICK;
        overdue.truncate(MAX_PER_TICK);
        if self.hurried.replace(more) != more {
            host::set_tick_period(if more { HURRIED_TICK_MILLIS } else { TICK_MILLIS });
        }
        for context_id in overdue {
            let Some(response) = self.take(context_id) else { continue };
            if host::set_effective_context(context_id).is_err() {
                // The stream is gone; its report is still due.
                let _ = response.conclude(End::Aborted);
                continue;
            }
            // A held response is safe only when all of it was seen, so this is always a replacement.
            if let Conclusion::Replace(replacement) = response.conclude(End::TimedOut) {
                answer(&replacement);
            }
        }
    }
}

/// Answers the current stream by a local reply: the client has its whole answer at once, whatever the upstream still does.
pub(crate) fn answer(replacement: &Replacement) {
    let mut headers = replacement.headers.clone();
    // Envoy sets these of its local replies itself.
    for name in ["content-length", "grpc-status", "grpc-message"] {
        headers.remove(name);
    }
    let headers = pairs::serialize(None, &headers);
    let (body, grpc_status) = match &replacement.grpc {
        Some(grpc) => (grpc.message.as_bytes(), Some(grpc.code)),
        None => (replacement.body.as_slice(), None),
    };
    if host::send_local_response(replacement.status.as_u16(), DETAILS, &headers, body, grpc_status).is_err() {
        log::error!("the proxy refused a local reply; the client's request is left to the proxy's own time-outs");
    }
}

/// Each holds at most `inspect.max_bytes` of Envoy's memory and about 10 KiB here.
const MAX_HELD: usize = 1024;

/// Up to here an error body ends within moments, and its upstream's connection is worth keeping.
const SMALL_BODY: usize = 65_536;

/// How long a replaced response waits for the upstream to end its body.
const GRACE_MILLIS: u64 = 200;

/// Envoy's response code details of our local replies; `local_reply_config` must leave these alone.
const DETAILS: &str = "backstop";
