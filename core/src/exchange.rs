//! One request and its response: the only way into core.

use crate::correlation::Correlation;
use crate::head::{HeaderEdits, Replacement, RequestHead, ResponseHead};
use crate::policy::Policy;
use crate::report::Report;
use http::header::HeaderMap;
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
    /// Forward the response as it comes, with these edits; show its body to [`Exchange::on_body`] where that is cheap, then `finish`.
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
    /// This, in place of the upstream's response.
    Replace(Replacement),
    /// What an earlier [`Plan`] or [`Step`] already said.
    Served,
}

/// One request and its response.
#[derive(Debug)]
pub struct Exchange {
    policy: Arc<Policy>,
    request: RequestHead,
    correlation: Correlation,
}

impl Exchange {
    /// Starts an exchange.
    pub fn new(policy: Arc<Policy>, request: RequestHead, seed: Seed) -> Self {
        let correlation = policy.correlate(&request.headers, &seed);
        Exchange { policy, request, correlation }
    }

    /// The correlation ID, as it goes upstream, to the client and into the report.
    pub fn correlation_id(&self) -> &str {
        &self.correlation.id
    }

    /// The response head arrived.
    pub fn on_response(&mut self, head: &ResponseHead) -> Plan {
        let _ = self.policy.rule(&self.request, head.status.as_u16(), head.origin);
        Plan::Finish
    }

    /// A chunk of the body arrived.
    pub fn on_body(&mut self, _chunk: &[u8]) -> Step {
        Step::Finish
    }

    /// The trailers arrived, after the body: what to change in them.
    pub fn on_trailers(&mut self, _trailers: &HeaderMap) -> HeaderEdits {
        HeaderEdits::default()
    }

    /// Ends the exchange; `unix_millis` is now.
    pub fn finish(self, _end: End, _unix_millis: u64) -> Outcome {
        Outcome { verdict: Verdict::Release(HeaderEdits::default()), report: None }
    }
}
