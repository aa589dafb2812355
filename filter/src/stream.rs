//! The life of one response in Envoy.
//!
//! Envoy fixes how a response can be taken back. While its head waits, everything can change; once the head has gone, the
//! body can only be cut. So every response that may be replaced waits ([`Action::Pause`]) until its body ends, and is then
//! changed in place, which keeps the upstream's connection. A body that does not end in time is answered by a local reply.

use crate::capture;
use crate::held::{self, Conclusion, Response};
use crate::host::{self, Map, Refused};
use crate::pairs;
use crate::plugin::{Course, Plugin};
use backstop_core::config::Capture;
use backstop_core::{
    Correlation, End, Exchange, HeaderEdits, Origin, Payload, Plan, Policy, Replacement, RequestHead, ResponseHead, Step, Verdict,
};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;
use std::rc::Rc;
use std::sync::Arc;

/// One HTTP stream.
pub(crate) struct Stream {
    context_id: u32,
    plugin: Option<Rc<Plugin>>,
    /// The serialised request headers, where this filter captures them.
    request: Option<Vec<u8>>,
    /// What went upstream in place of what the client sent.
    issued: Option<Correlation>,
    stage: Stage,
}

/// Small, because every stream has one and few come to use it.
enum Stage {
    /// Nothing to do, or nothing left to do.
    Idle,
    /// The head waits; the exchange is in [`held::Held`], where the timer finds it.
    Held,
    /// The client gets the response as it comes; the exchange only watches.
    Observed(Box<Exchange>),
    /// A gRPC stream whose status is still to come.
    AwaitingTrailers(Box<Exchange>),
}

impl Stream {
    pub(crate) fn new(context_id: u32, plugin: Option<Rc<Plugin>>) -> Self {
        Stream { context_id, plugin, request: None, issued: None, stage: Stage::Idle }
    }

    /// The exchange of the response whose head just arrived; `None` where no rule can match it.
    fn exchange(&self, plugin: &Plugin, ends_here: bool) -> Option<(Exchange, ResponseHead)> {
        let policy = &plugin.policy;
        // One small read decides about almost every response. Behind the bundled wiring nearly every response that
        // arrives here matches, so the read is saved.
        let mut known = None;
        if policy.capture() == Capture::RequestHeaders {
            let status = parse_status(&host::field(Map::ResponseHeaders, ":status")?)?;
            let may_be_grpc = status.is_success() && self.request.as_deref().is_some_and(capture::is_grpc);
            if !policy.touches(status.as_u16()) && !may_be_grpc {
                return None;
            }
            known = Some(status);
        }
        let pairs = host::map(Map::ResponseHeaders).unwrap_or_default();
        let status = known.or_else(|| parse_status(pairs::find(&pairs, ":status")?))?;
        let may_match = policy.touches(status.as_u16()) || (status.is_success() && capture::is_grpc(&pairs));
        if !may_match {
            return None;
        }
        let details = host::property("response\0code_details").unwrap_or_default();
        let origin = if details == b"via_upstream" { Origin::Upstream } else { Origin::Proxy };
        let head = ResponseHead {
            status,
            headers: pairs::headers(&pairs, |_| true),
            body: if ends_here { Payload::Absent } else { Payload::AsSent },
            origin,
            detail: (origin == Origin::Proxy).then(|| String::from_utf8_lossy(&details).into_owned()),
        };
        Some((Exchange::new(Arc::clone(policy), self.request_head(policy), plugin.seed()), head))
    }

    fn request_head(&self, policy: &Policy) -> RequestHead {
        match (&self.request, policy.capture()) {
            (Some(pairs), _) => {
                let mut request = capture::from_headers(pairs, policy.request_fields());
                if let Some(issued) = &self.issued {
                    request.correlation_id = Some(issued.id.clone());
                    for (name, value) in &issued.new_trace {
                        request.headers.insert(name.clone(), value.clone());
                    }
                }
                request
            }
            (None, Capture::FilterState) => {
                let state = host::property(capture::FILTER_STATE);
                if state.is_none() {
                    log::warn!("`capture` is `filter_state`, but the filter state `backstop.request` is missing: see envoy/envoy.yaml");
                }
                capture::from_filter_state(&state.unwrap_or_default(), policy.request_fields())
            }
            // No request headers: the proxy answered before they were complete.
            (None, Capture::RequestHeaders) => capture::from_headers(&[], policy.request_fields()),
        }
    }

    /// Every response carries the ID.
    fn echo(&self, policy: &Policy) {
        let name = policy.correlation_header();
        let given = || pairs::find(self.request.as_deref()?, name.as_str());
        if let Some(id) = self.issued.as_ref().map(|issued| issued.id.as_bytes()).or_else(given)
            && host::set_field(Map::ResponseHeaders, name.as_str(), id).is_err()
        {
            log::error!("the proxy did not set the field `{name}`");
        }
    }

    /// Does what the plan for a response head says.
    fn follow(&mut self, plugin: &Rc<Plugin>, mut exchange: Exchange, head: &ResponseHead) -> Action {
        let replacement = match exchange.on_response(head) {
            Plan::Finish => return finish_on_head(plugin, exchange, head),
            Plan::AwaitTrailers => {
                self.stage = Stage::AwaitingTrailers(Box::new(exchange));
                return Action::Continue;
            }
            Plan::Observe(edits) => {
                publish(&exchange);
                apply(Map::ResponseHeaders, &edits);
                self.stage = Stage::Observed(Box::new(exchange));
                return Action::Continue;
            }
            Plan::Hold => None,
            Plan::Replace(replacement) => Some(replacement),
        };
        // Now, for the access log of a response that is broken off while it waits.
        publish(&exchange);
        let mut response = Box::new(Response::new(plugin, exchange, head));
        if let Some(replacement) = replacement {
            response.decide(replacement);
        }
        match plugin.held.insert(self.context_id, response) {
            Ok(()) => {
                self.stage = Stage::Held;
                Action::Pause
            }
            Err(response) => self.end_held(response, End::Overloaded, Ending::Open),
        }
    }

    /// The body, or a part of it, or its end, while the head waits. `size` is all that Envoy holds of it.
    fn on_held(&mut self, size: usize, end: Ending) -> Action {
        let Some((plugin, mut response)) = self.take_held() else {
            // The timer answered; nothing of the upstream may follow.
            return Action::Pause;
        };
        if !response.sated && matches!(end, Ending::Body | Ending::Open) {
            let chunk = host::response_body(response.seen, size.saturating_sub(response.seen));
            match chunk.map(|chunk| response.exchange.on_body(&chunk)) {
                Some(Step::Continue) => {}
                Some(Step::Finish) => response.sated = true,
                Some(Step::Replace(replacement)) => response.decide(replacement),
                None => {
                    log::error!("the proxy did not show the body of a response; it is replaced");
                    return self.end_held(response, End::Aborted, end);
                }
            }
        }
        if !matches!(end, Ending::Open) {
            return self.end_held(response, End::Complete, end);
        }
        response.received = response.received.saturating_add(size.saturating_sub(response.seen));
        response.seen = size;
        if response.replacement.is_some() {
            if !response.is_worth_waiting_for() {
                return self.end_held(response, End::Aborted, Ending::Open);
            }
            // The rest is dropped as it comes: nobody will see it, and with what comes next at once it may exceed Envoy's buffer.
            if host::set_response_body(&[]).is_ok() {
                response.seen = 0;
            }
        }
        match plugin.held.insert(self.context_id, response) {
            Ok(()) => Action::Pause,
            Err(response) => self.end_held(response, End::Overloaded, Ending::Open),
        }
    }

    /// Ends an exchange whose client was served on the way.
    fn finish(&self, exchange: Exchange, end: End, course: Course) {
        if let Some(plugin) = &self.plugin {
            let _ = plugin.finish(exchange, end, course);
        }
    }

    /// The held response; `None` where the timer answered it.
    fn take_held(&self) -> Option<(Rc<Plugin>, Box<Response>)> {
        let plugin = self.plugin.as_ref()?;
        Some((Rc::clone(plugin), plugin.held.take(self.context_id)?))
    }

    /// The wait is over: sends what core decided.
    fn end_held(&mut self, response: Box<Response>, how: End, ending: Ending) -> Action {
        self.stage = Stage::Idle;
        match response.conclude(how) {
            Conclusion::Release(mut edits, body) => {
                // The body first: without it, its length must not be told.
                if body.is_some_and(|body| host::set_response_body(&body).is_err()) {
                    edits.set.retain(|(name, _)| name != CONTENT_LENGTH);
                }
                apply(Map::ResponseHeaders, &edits);
                Action::Continue
            }
            // In place: the upstream's connection survives. Not for a body that goes on, nor where there is no body to
            // replace, nor for gRPC, whose answer has none.
            Conclusion::Replace(replacement) => {
                let in_place =
                    !matches!(ending, Ending::Open) && replacement.grpc.is_none() && host::set_response_body(&replacement.body).is_ok();
                if in_place && set_head(&replacement).is_ok() { Action::Continue } else { reply(&replacement) }
            }
        }
    }
}

/// How a callback finds the body.
#[derive(Clone, Copy)]
enum Ending {
    /// More may come.
    Open,
    /// This was its last part.
    Body,
    /// The trailers, after its last part.
    Trailers,
}

impl Context for Stream {}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let Some(plugin) = self.plugin.as_ref().filter(|plugin| plugin.policy.capture() == Capture::RequestHeaders) else {
            return Action::Continue;
        };
        let policy = &plugin.policy;
        let Some(pairs) = host::map(Map::RequestHeaders) else {
            return Action::Continue;
        };
        // The upstream must get the very ID that client and report will carry.
        let name = policy.correlation_header();
        if !pairs::single(&pairs, name.as_str()).is_some_and(|id| policy.keeps(id)) {
            let request = capture::from_headers(&pairs, policy.request_fields());
            let correlation = policy.correlate(&request.headers, &plugin.seed());
            let fields = correlation.new_trace.iter().map(|(name, value)| (name, value.as_bytes()));
            for (name, value) in fields.chain([(name, correlation.id.as_bytes())]) {
                // What stands there several times would be replaced once only.
                if pairs::find(&pairs, name.as_str()).is_some() {
                    let _ = host::remove_field(Map::RequestHeaders, name.as_str());
                }
                if host::set_field(Map::RequestHeaders, name.as_str(), value).is_err() {
                    log::error!("the proxy did not set the request's field `{name}`");
                }
            }
            self.issued = Some(correlation);
        }
        // A viewer's token is for this filter alone.
        if let Some(name) = policy.token_header().filter(|name| pairs::find(&pairs, name.as_str()).is_some()) {
            let _ = host::remove_field(Map::RequestHeaders, name.as_str());
        }
        self.request = Some(pairs);
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _: usize, end_of_stream: bool) -> Action {
        let Some(plugin) = self.plugin.clone() else {
            return Action::Continue;
        };
        if plugin.policy.echoes() {
            self.echo(&plugin.policy);
        }
        match self.exchange(&plugin, end_of_stream) {
            Some((exchange, head)) => self.follow(&plugin, exchange, &head),
            None => Action::Continue,
        }
    }

    fn on_http_response_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle => Action::Continue,
            Stage::Held => {
                self.stage = Stage::Held;
                self.on_held(size, if end_of_stream { Ending::Body } else { Ending::Open })
            }
            Stage::Observed(mut exchange) => {
                let chunk = host::response_body(0, size).unwrap_or_default();
                if exchange.on_body(&chunk) == Step::Finish || end_of_stream {
                    self.finish(*exchange, End::Complete, Course::Observed);
                } else {
                    self.stage = Stage::Observed(exchange);
                }
                Action::Continue
            }
            waiting @ Stage::AwaitingTrailers(_) => {
                self.stage = waiting;
                Action::Continue
            }
        }
    }

    fn on_http_response_trailers(&mut self, _: usize) -> Action {
        let trailers = || pairs::headers(&host::map(Map::ResponseTrailers).unwrap_or_default(), |_| true);
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle => Action::Continue,
            Stage::Observed(exchange) => {
                self.finish(*exchange, End::Complete, Course::Observed);
                Action::Continue
            }
            Stage::AwaitingTrailers(mut exchange) => {
                apply(Map::ResponseTrailers, &exchange.on_trailers(&trailers()));
                self.finish(*exchange, End::Complete, Course::Direct);
                Action::Continue
            }
            Stage::Held => match self.take_held() {
                Some((_, mut response)) => {
                    apply(Map::ResponseTrailers, &response.exchange.on_trailers(&trailers()));
                    self.end_held(response, End::Complete, Ending::Trailers)
                }
                // The timer answered; nothing of the upstream may follow.
                None => Action::Pause,
            },
        }
    }
}

/// Envoy deletes the stream: what is still open was broken off, and its report is due.
impl Drop for Stream {
    fn drop(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle | Stage::AwaitingTrailers(_) => {}
            Stage::Observed(exchange) => self.finish(*exchange, End::Aborted, Course::Observed),
            Stage::Held => {
                if let Some((_, response)) = self.take_held() {
                    let _ = response.conclude(End::Aborted);
                }
            }
        }
    }
}

/// The response ends with its head, or needs nothing of its body.
fn finish_on_head(plugin: &Plugin, exchange: Exchange, head: &ResponseHead) -> Action {
    match plugin.finish(exchange, End::Complete, Course::Direct) {
        Verdict::Release(edits) => {
            apply(Map::ResponseHeaders, &edits);
            Action::Continue
        }
        // `Amend` cannot be, without a body.
        Verdict::Served | Verdict::Amend(..) => Action::Continue,
        // Nothing but a head is to be sent, and nothing but a head is there: HEAD, or a gRPC status.
        Verdict::Replace(replacement) if replacement.body.is_empty() && head.body == Payload::Absent && set_head(&replacement).is_ok() => {
            Action::Continue
        }
        Verdict::Replace(replacement) => reply(&replacement),
    }
}

/// Replaces the whole response head.
fn set_head(replacement: &Replacement) -> Result<(), Refused> {
    host::set_map(Map::ResponseHeaders, &pairs::serialize(Some(replacement.status.as_u16()), &replacement.headers))
}

fn reply(replacement: &Replacement) -> Action {
    held::answer(replacement);
    Action::Pause
}

fn apply(map: Map, edits: &HeaderEdits) {
    for name in &edits.remove {
        if host::remove_field(map, name.as_str()).is_err() {
            log::error!("the proxy kept the field `{name}`");
        }
    }
    for (name, value) in &edits.set {
        if host::set_field(map, name.as_str(), value.as_bytes()).is_err() {
            log::error!("the proxy did not set the field `{name}`");
        }
    }
    for (name, value) in &edits.add {
        if host::add_field(map, name.as_str(), value.as_bytes()).is_err() {
            log::error!("the proxy did not add the field `{name}`");
        }
    }
}

/// Tells the access log, before the exchange ends.
fn publish(exchange: &Exchange) {
    if let Some(fields) = exchange.log_fields() {
        host::publish(fields);
    }
}

fn parse_status(text: &[u8]) -> Option<StatusCode> {
    StatusCode::from_bytes(text).ok()
}
