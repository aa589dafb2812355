//! Exchanges without a response of the upstream for the client: none came, an older one takes its place, or the application threw.

use super::{End, Exchange, Intercepted, Outcome, Stage, State, Verdict};
use crate::config::Action;
use crate::head::{Origin, Payload, ResponseHead};
use crate::report::{Decision, Reason};
use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};

/// Why a host has no response of the upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered<'a> {
    /// The status that the client gets, unless a rule says otherwise.
    pub status: StatusCode,
    /// The host's own words, for the report.
    pub detail: &'a str,
    /// The host did not ask, because the upstream is left alone ([`Breakers`](crate::Breakers)) or closed
    /// ([`Maintenance`](crate::Maintenance)).
    pub is_unasked: bool,
    /// The seconds after which the client may come again, where the host knows it.
    pub retry_after: Option<u64>,
    /// The status of a copy of an earlier response, where the host has one that the client may get instead.
    pub copy: Option<StatusCode>,
}

impl Exchange {
    /// Ends the exchange where the host got no response at all: the client always gets a generic answer with `status`,
    /// whatever the rules say, because there is nothing to release. `detail` is the host's own error text, for the report.
    pub fn finish_without_response(self, status: StatusCode, detail: &str, unix_millis: u64) -> Outcome {
        self.finish_unanswered(Unanswered { status, detail, is_unasked: false, retry_after: None, copy: None }, unix_millis)
    }

    /// The same, where more is known of it. [`Verdict::Served`] where the client may get the copy: not where it sees original errors.
    pub fn finish_unanswered(self, unanswered: Unanswered<'_>, unix_millis: u64) -> Outcome {
        let Unanswered { status, detail, is_unasked, retry_after, copy } = unanswered;
        let head = ResponseHead {
            status,
            headers: HeaderMap::new(),
            body: Payload::Absent,
            origin: Origin::Proxy,
            detail: Some(detail.to_owned()),
        };
        let rule = self.policy.rule(&self.request, status.as_u16(), Origin::Proxy);
        let kept = retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))).into_iter().collect();
        let mut response = Intercepted::new(rule, &head, kept, &self.policy);
        response.reveals = self.reveals(response.rule_index);
        let (verdict, reason) = match copy.filter(|_| !response.reveals) {
            Some(copy) => {
                (response.sent, response.is_stale) = (copy, true);
                (Verdict::Served, Reason::Stale)
            }
            None => {
                let reason = if is_unasked { Reason::CircuitOpen } else { Reason::NoResponse };
                (Verdict::Replace(self.replacement(&mut response)), reason)
            }
        };
        let report = self.report(response, Decision::Replaced, reason, unix_millis);
        Outcome { verdict, report: Some(report) }
    }

    /// The host has a copy of an earlier response with this status, and asks, right after [`on_response`](Exchange::on_response) and before
    /// any of the body, whether the client may get it in place of this one. If so, it is as after [`Plan::Replace`](crate::Plan::Replace):
    /// the rest of the body is for the report.
    ///
    /// It may where a rule matches that may replace, and where the client is not one who sees original errors.
    pub fn replace_by_copy(&mut self, status: StatusCode) -> bool {
        let State::Intercepted(response) = &mut self.state else { return false };
        let is_early = matches!(response.stage, Stage::Held | Stage::Bodiless | Stage::Replaced) && !response.inspection.has_begun();
        if !is_early || response.reveals || matches!(response.action, Action::Pass | Action::Observe) {
            return false;
        }
        response.stage = Stage::Replaced;
        response.sent = status;
        response.is_stale = true;
        true
    }

    /// The application threw, in a host that is the same program: a 500 in its place, and a report with `error`, its class, message and
    /// calls as the language writes them.
    pub fn finish_with_exception(self, error: &str, unix_millis: u64) -> Outcome {
        let head = ResponseHead {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headers: HeaderMap::new(),
            body: Payload::Decoded,
            origin: Origin::Upstream,
            detail: None,
        };
        let rule = self.policy.rule(&self.request, head.status.as_u16(), head.origin);
        let mut response = Intercepted::new(rule, &head, HeaderMap::new(), &self.policy);
        response.reveals = self.reveals(response.rule_index);
        response.inspection.push(self.policy.detectors(), error.as_bytes());
        response.inspection.end(self.policy.detectors(), End::Complete);
        let replacement = self.replacement(&mut response);
        let report = self.report(response, Decision::Replaced, Reason::NoResponse, unix_millis);
        Outcome { verdict: Verdict::Replace(replacement), report: Some(report) }
    }
}
