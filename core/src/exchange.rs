//! One request and its response: the only way into core.

mod fields;
mod grpc;
mod unanswered;

pub use unanswered::Unanswered;

use crate::answer::{self, Composed, Facts};
use crate::config::Action;
use crate::correlation::Correlation;
use crate::head::{self, HeaderEdits, Origin, Payload, Replacement, RequestHead, ResponseHead, Rpc};
use crate::inspection::Inspection;
use crate::metrics::LogFields;
use crate::page;
use crate::policy::{Policy, RuleMatch};
use crate::proxy_status::{self, Seen};
use crate::report::{Decision, Entry, Reason, Report};
use crate::reveal::{self, Original};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;

/// Time and randomness, which core does not have of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// When the request arrived, in milliseconds since 1970; now, where the host does not know better.
    pub unix_millis: u64,
    /// Fresh random bytes.
    pub random: [u8; 16],
}

/// What to do with a response, decided on its head.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// The decision needs nothing of the body: call [`Exchange::finish`] now.
    Finish,
    /// Forward the response as it comes, with these edits; show its body to [`Exchange::on_body`], then `finish`.
    Observe(HeaderEdits),
    /// Answer with this as soon as possible. Feed what the upstream still sends to `on_body` and drop it, then `finish`:
    /// the report wants it.
    Replace(Replacement),
    /// Hold head and body back, feed the body to `on_body`, then `finish`.
    Hold,
    /// A gRPC stream: forward head and body untouched, show the trailers to [`Exchange::on_trailers`], then `finish`.
    AwaitTrailers,
}

/// What to do after a chunk of the body.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Feed the next chunk.
    Continue,
    /// Answer with this now, in place of what was held; go on feeding (and dropping) the rest for the report's sake.
    Replace(Replacement),
    /// No more of the body is needed: call [`Exchange::finish`].
    Finish,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is complete, or core asked for no more.
    Complete,
    /// The upstream, or the client, broke off.
    Aborted,
    /// It took longer than [`Policy::hold_timeout`].
    TimedOut,
    /// The host cannot hold one more response.
    Overloaded,
}

/// The end of an exchange.
#[must_use]
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What the client gets.
    pub verdict: Verdict,
    /// What the operator gets; `None` where no rule matched.
    pub report: Option<Report>,
}

/// What the client gets.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The upstream's response with these edits.
    Release(HeaderEdits),
    /// The same, with this body: the upstream's own, to which the ID was added.
    Amend(HeaderEdits, Vec<u8>),
    /// This, in place of the upstream's response.
    Replace(Replacement),
    /// What an earlier [`Plan`] or [`Step`] already said.
    Served,
}

/// One request and its response, without I/O.
///
/// A host calls, in this order:
///
/// 1. [`new`](Exchange::new) with the request head, and may send [`correlation_id`](Exchange::correlation_id) upstream;
/// 2. [`on_response`](Exchange::on_response) with the response head, and does what the [`Plan`] says;
/// 3. [`on_body`](Exchange::on_body) with each chunk, and does what the [`Step`] says; [`on_trailers`](Exchange::on_trailers)
///    where there are any;
/// 4. [`finish`](Exchange::finish) once, and sends [`Outcome::verdict`] to the client, [`Outcome::report`] to the log.
///
/// Every method is total: any call order and any bytes give a defined, safe answer. How the body is split into chunks never
/// changes what the client gets or what the report says. The body is never kept, only detector state and a bounded excerpt.
///
/// ```
/// # use std::sync::Arc;
/// use backstop_core::{End, Exchange, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Verdict};
///
/// let policy = Arc::new(Policy::from_json("{}")?);
/// let request = RequestHead {
///     method: http::Method::GET,
///     host: "shop.example".into(),
///     path: "/cart".into(),
///     headers: http::HeaderMap::new(),
///     correlation_id: None,
/// };
/// let mut exchange = Exchange::new(policy, request, Seed { unix_millis: 1_700_000_000_000, random: [7; 16] });
/// let head = ResponseHead {
///     status: http::StatusCode::INTERNAL_SERVER_ERROR,
///     headers: http::HeaderMap::new(),
///     body: Payload::AsSent,
///     origin: Origin::Upstream,
///     detail: None,
/// };
/// assert_eq!(exchange.on_response(&head), Plan::Hold);
/// assert_eq!(exchange.on_body(b"{\"error\":\"out of coffee\"}"), Step::Continue);
/// let outcome = exchange.finish(End::Complete, 1_700_000_000_020);
/// assert!(matches!(outcome.verdict, Verdict::Release(_)));
/// assert!(outcome.report.is_some());
/// # Ok::<(), backstop_core::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    policy: Arc<Policy>,
    request: RequestHead,
    correlation: Correlation,
    /// How often the request was sent again.
    resends: u64,
    started: u64,
    /// Random, for what is to be spread.
    chance: u64,
    /// The client may see original errors.
    is_trusted: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// No response head yet.
    Waiting,
    /// No rule matched: nothing to do, nothing to report.
    Untouched,
    /// A gRPC stream whose status comes in its trailers.
    Streaming(Box<Intercepted>),
    /// A rule matched.
    Intercepted(Box<Intercepted>),
}

/// A response that a rule matched.
#[derive(Debug)]
struct Intercepted {
    rule: String,
    /// `None` where no rule decided.
    rule_index: Option<usize>,
    action: Action,
    stage: Stage,
    status: StatusCode,
    /// The status that the client gets.
    sent: StatusCode,
    /// Why a template was not used.
    fallback: Option<String>,
    origin: Origin,
    detail: Option<String>,
    content_type: Option<String>,
    /// Which version of the application answered, if it says so.
    version: Option<String>,
    /// The ID that the upstream put where ours belongs.
    upstream_id: Option<String>,
    /// What a replacement keeps of the upstream's head.
    kept: HeaderMap,
    /// What a released response loses of its head.
    leaking: Vec<HeaderName>,
    /// It is a problem document whose body may be changed.
    takes_id: bool,
    /// It has a `content-length`.
    has_length: bool,
    inspection: Inspection,
    /// A replacement shows the original error.
    reveals: bool,
    /// The last one did.
    revealed: bool,
    /// The client gets a copy of an earlier response.
    is_stale: bool,
}

/// Where the client stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// It waits; the body is held.
    Held,
    /// The same, but it gets a replacement in any case: a trusted viewer, who is to see what the body says.
    Doomed,
    /// It waits; there is no body.
    Bodiless,
    /// It gets the upstream's response as it comes.
    Observed,
    /// It got a replacement.
    Replaced,
    /// It gets a gRPC status with these edits; `true` if they replace the message.
    Grpc(HeaderEdits, bool),
}

impl Exchange {
    /// Starts an exchange.
    pub fn new(policy: Arc<Policy>, mut request: RequestHead, seed: Seed) -> Self {
        let mut correlation = policy.correlate(&request.headers, &seed);
        if !correlation.new_trace.is_empty() {
            // One that the host started came with the request; this one nobody saw.
            (correlation.trace, correlation.new_trace) = (None, Vec::new());
        }
        if let Some(id) = request.correlation_id.as_ref().filter(|id| crate::correlation::is_valid(id.as_bytes())) {
            correlation.id.clone_from(id);
        }
        // The last bytes, which show least of themselves in an ID.
        let chance = seed.random.last_chunk().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
        let is_trusted = policy.reveals_to(&request, seed.unix_millis);
        reveal::forget(&mut request.headers);
        Exchange { policy, request, correlation, resends: 0, started: seed.unix_millis, chance, is_trusted, state: State::Waiting }
    }

    /// The correlation ID, as it goes upstream, to the client and into the report.
    pub fn correlation_id(&self) -> &str {
        &self.correlation.id
    }

    /// How often the host sent the request again before it got this response, for the report.
    pub fn set_resends(&mut self, resends: u64) {
        self.resends = resends;
    }

    /// What the access log tells of an intercepted error; `None` where no rule matched, or none could yet.
    pub fn log_fields(&self) -> Option<LogFields<'_>> {
        let State::Intercepted(response) = &self.state else { return None };
        let (action, status) = (response.action.as_str(), response.status.as_u16());
        Some(LogFields { id: &self.correlation.id, rule: &response.rule, action, status })
    }

    /// The response head arrived. Only the first call counts.
    pub fn on_response(&mut self, head: &ResponseHead) -> Plan {
        if !matches!(self.state, State::Waiting) {
            return Plan::Finish;
        }
        self.state = State::Untouched;
        match head::rpc(&head.headers).filter(|_| head.status.is_success()) {
            Some(Rpc::Plain) => return self.on_grpc_response(head, head.body == Payload::Absent),
            // The trailers of gRPC-Web are in its body, where nobody looks; a status in the head stands for them.
            Some(Rpc::Web { .. }) if head.headers.contains_key(grpc::GRPC_STATUS) => return self.on_grpc_response(head, true),
            _ => {}
        }
        let Some(rule) = self.policy.rule(&self.request, head.status.as_u16(), head.origin) else {
            return Plan::Finish;
        };
        let mut response = Intercepted::new(Some(rule), head, self.kept(&head.headers), &self.policy);
        response.reveals = self.reveals(response.rule_index);
        if rule.action == Action::Sanitize {
            response.leaking = self.leaking(&head.headers);
        }
        let plan = if head.body == Payload::Absent {
            Plan::Finish
        } else {
            match rule.action {
                Action::Pass => Plan::Finish,
                Action::Observe => {
                    response.stage = Stage::Observed;
                    Plan::Observe(HeaderEdits::default())
                }
                Action::Sanitize if response.inspection.is_announced_too_long() => self.replace_now(&mut response),
                Action::Sanitize => {
                    response.stage = Stage::Held;
                    Plan::Hold
                }
                Action::Replace => self.replace_now(&mut response),
            }
        };
        self.state = State::Intercepted(Box::new(response));
        plan
    }

    /// A chunk of the body arrived.
    pub fn on_body(&mut self, chunk: &[u8]) -> Step {
        let State::Intercepted(response) = &mut self.state else {
            return Step::Finish;
        };
        if matches!(response.stage, Stage::Bodiless | Stage::Grpc(..)) {
            return Step::Finish;
        }
        response.inspection.push(self.policy.detectors(), chunk);
        if response.stage == Stage::Held && response.reveals && !response.inspection.is_safe() {
            response.stage = Stage::Doomed;
        }
        let is_decided = match response.stage {
            Stage::Held => !response.inspection.is_safe(),
            // Nothing of what follows would be shown.
            Stage::Doomed => response.inspection.is_over() || response.inspection.is_more_than_excerpt(),
            _ => false,
        };
        if !is_decided {
            return if response.inspection.is_over() { Step::Finish } else { Step::Continue };
        }
        response.stage = Stage::Replaced;
        let mut state = std::mem::replace(&mut self.state, State::Untouched);
        let step = match &mut state {
            State::Intercepted(response) => Step::Replace(self.replacement(response)),
            _ => Step::Finish,
        };
        self.state = state;
        step
    }

    /// The trailers arrived, after the body: what to change in them.
    ///
    /// A replacement keeps none, a released response loses those that leak, a gRPC status gets a safe message.
    pub fn on_trailers(&mut self, trailers: &HeaderMap) -> HeaderEdits {
        match std::mem::replace(&mut self.state, State::Untouched) {
            State::Streaming(mut response) => {
                let edits = self.on_grpc_status(&mut response, trailers);
                if edits.is_some() {
                    self.state = State::Intercepted(response);
                }
                edits.unwrap_or_default()
            }
            State::Intercepted(mut response) => {
                if response.stage == Stage::Held {
                    // The body is complete, so what becomes of it is known.
                    response.inspection.end(self.policy.detectors(), End::Complete);
                }
                let remove = match response.stage {
                    Stage::Held if response.inspection.is_safe() => self.leaking(trailers),
                    Stage::Held | Stage::Doomed | Stage::Replaced => trailers.keys().cloned().collect(),
                    Stage::Bodiless | Stage::Observed | Stage::Grpc(..) => Vec::new(),
                };
                self.state = State::Intercepted(response);
                HeaderEdits { remove, ..HeaderEdits::default() }
            }
            other => {
                self.state = other;
                HeaderEdits::default()
            }
        }
    }

    /// Ends the exchange; `unix_millis` is now.
    pub fn finish(mut self, end: End, unix_millis: u64) -> Outcome {
        let State::Intercepted(mut response) = std::mem::replace(&mut self.state, State::Untouched) else {
            return Outcome { verdict: Verdict::Release(HeaderEdits::default()), report: None };
        };
        if matches!(response.stage, Stage::Held | Stage::Doomed | Stage::Observed | Stage::Replaced) {
            response.inspection.end(self.policy.detectors(), end);
        }
        let (verdict, decision) = match response.stage {
            Stage::Observed => (Verdict::Served, Decision::Observed),
            Stage::Replaced => (Verdict::Served, Decision::Replaced),
            Stage::Grpc(ref edits, replaced) => (
                Verdict::Release(edits.clone()),
                match (response.action, replaced) {
                    (Action::Observe, _) => Decision::Observed,
                    (_, true) => Decision::Replaced,
                    (_, false) => Decision::Released,
                },
            ),
            Stage::Held if response.inspection.is_safe() => (self.release(&response), Decision::Released),
            Stage::Bodiless if response.action == Action::Observe => (Verdict::Release(HeaderEdits::default()), Decision::Observed),
            Stage::Bodiless if response.action == Action::Sanitize => (Verdict::Release(self.release_edits(&response)), Decision::Released),
            Stage::Held | Stage::Doomed | Stage::Bodiless => (Verdict::Replace(self.replacement(&mut response)), Decision::Replaced),
        };
        let reason = match response.action {
            _ if response.is_stale => Reason::Stale,
            Action::Replace => Reason::Always,
            _ => response.inspection.reason(),
        };
        let report = self.report(*response, decision, reason, unix_millis);
        Outcome { verdict, report: Some(report) }
    }

    /// Whether a replacement shows the original error: not where there is no room for it.
    fn reveals(&self, rule: Option<usize>) -> bool {
        self.is_trusted && self.policy.answer(rule).redirect.is_none() && head::rpc(&self.request.headers).is_none()
    }

    /// Decides for a replacement before the body is seen.
    fn replace_now(&self, response: &mut Intercepted) -> Plan {
        if response.reveals {
            response.stage = Stage::Doomed;
            return Plan::Hold;
        }
        response.stage = Stage::Replaced;
        Plan::Replace(self.replacement(response))
    }

    /// What the client gets in place of the response.
    fn replacement(&self, response: &mut Intercepted) -> Replacement {
        let is_cut = response.inspection.is_more_than_excerpt();
        let (masks, inspection) = (&self.policy.reports().masks, &response.inspection);
        let read = || Original::read(masks, inspection.excerpt(), inspection.findings(), is_cut, response.detail.as_deref());
        let original = if response.reveals { read() } else { None };
        response.revealed = original.is_some();
        let facts = Facts {
            request: &self.request,
            request_id: &self.correlation.id,
            unix_millis: self.started,
            chance: self.chance,
            original: original.as_ref(),
        };
        let kept = std::mem::take(&mut response.kept);
        let Composed { mut replacement, fallback } =
            answer::compose(&self.policy, self.policy.answer(response.rule_index), facts, response.status, kept);
        if let (Some(name), None) = (&self.policy.answer(response.rule_index).proxy_status, replacement.grpc) {
            let seen = Seen { received: response.status, origin: response.origin, detail: response.detail.as_deref().unwrap_or_default() };
            let value = proxy_status::value(name, seen, response.inspection.reason());
            replacement.headers.insert(PROXY_STATUS, value);
        }
        response.sent = replacement.status;
        response.fallback = fallback;
        replacement
    }

    /// The response that passes; a problem document tells the ID as well.
    fn release(&self, response: &Intercepted) -> Verdict {
        let mut edits = self.release_edits(response);
        let amended = response.inspection.whole().filter(|_| response.takes_id).and_then(|body| page::with_id(body, &self.correlation.id));
        let Some(body) = amended else { return Verdict::Release(edits) };
        if response.has_length {
            edits.set.push((CONTENT_LENGTH, HeaderValue::from(body.len())));
        }
        Verdict::Amend(edits, body)
    }

    /// What a released response changes: it carries the ID, loses what leaks, and gets what the operator says.
    fn release_edits(&self, response: &Intercepted) -> HeaderEdits {
        let changes = &self.policy.answer(response.rule_index).headers;
        let mut remove = response.leaking.clone();
        remove.extend(changes.remove.iter().cloned());
        let mut set = changes.set.clone();
        set.push(self.correlation_field());
        HeaderEdits { remove, set, add: changes.add.clone() }
    }

    fn correlation_field(&self) -> (HeaderName, HeaderValue) {
        (self.policy.correlation_header().clone(), answer::correlation_value(&self.correlation.id))
    }

    fn report(self, response: Intercepted, decision: Decision, reason: Reason, unix_millis: u64) -> Report {
        let removed_headers = if decision == Decision::Released {
            response.leaking.iter().take(MAX_REMOVED).map(|name| name.as_str().to_owned()).collect()
        } else {
            Vec::new()
        };
        let inspection = response.inspection;
        let entry = Entry {
            correlation: self.correlation,
            unix_millis: self.started,
            duration_millis: unix_millis.saturating_sub(self.started),
            method: self.request.method.as_str().to_owned(),
            resends: self.resends,
            host: self.request.host,
            path: self.request.path,
            status_received: response.status.as_u16(),
            // gRPC errors travel as 200: the report speaks of the status that the gRPC code stands for.
            status_sent: if response.sent.is_success() && !response.is_stale { response.status.as_u16() } else { response.sent.as_u16() },
            origin: response.origin,
            detail: response.detail,
            route: None,
            version: response.version.or_else(|| self.policy.reports().version.clone()),
            upstream_id: response.upstream_id,
            tenant: self.policy.reports().tenant.clone(),
            rule: response.rule,
            action: response.action,
            decision,
            reason,
            revealed: response.revealed,
            fallback: response.fallback,
            findings: inspection.findings().to_vec(),
            snippets: Vec::new(),
            removed_headers,
            content_type: response.content_type,
            body_bytes: inspection.decoded(),
            excerpt_truncated: inspection.is_more_than_excerpt(),
            trace: None,
            excerpt: String::new(),
        };
        Report { entry, excerpt: inspection.into_excerpt(), masks: Arc::clone(&self.policy.reports().masks) }
    }
}

impl Intercepted {
    /// Without a rule the answer is a generic one.
    fn new(rule: Option<RuleMatch<'_>>, head: &ResponseHead, kept: HeaderMap, policy: &Policy) -> Self {
        let text = |name: &HeaderName| head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Intercepted {
            rule: rule.map_or("none", |rule| rule.name).to_owned(),
            rule_index: rule.map(|rule| rule.index),
            action: rule.map_or(Action::Replace, |rule| rule.action),
            stage: Stage::Bodiless,
            status: head.status,
            sent: head.status,
            fallback: None,
            origin: head.origin,
            detail: head.detail.clone(),
            content_type: text(&CONTENT_TYPE),
            version: policy.reports().version_header.as_ref().and_then(text),
            upstream_id: text(policy.correlation_header()).filter(|id| crate::correlation::is_valid(id.as_bytes())),
            kept,
            leaking: Vec::new(),
            takes_id: head::takes_id(&head.headers),
            has_length: head.headers.contains_key(CONTENT_LENGTH),
            inspection: Inspection::new(head, policy.max_bytes(), policy.is_strict()),
            reveals: false,
            revealed: false,
            is_stale: false,
        }
    }
}

const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");

/// How many removed fields a report names.
const MAX_REMOVED: usize = 16;
