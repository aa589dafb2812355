//! gRPC errors: a status and a message, in the head or in the trailers of a 200.

use super::{End, Exchange, Intercepted, Plan, Stage, State};
use crate::config::Action;
use crate::head::{HeaderEdits, ResponseHead};
use crate::page;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode;

impl Exchange {
    /// A gRPC response: its status is in the head, or in the trailers.
    pub(super) fn on_grpc_response(&mut self, head: &ResponseHead, in_head: bool) -> Plan {
        let mut response = Intercepted::new(None, head, HeaderMap::new(), &self.policy);
        if !in_head {
            self.state = State::Streaming(Box::new(response));
            return Plan::AwaitTrailers;
        }
        if self.on_grpc_status(&mut response, &head.headers).is_some() {
            self.state = State::Intercepted(Box::new(response));
        }
        Plan::Finish
    }

    /// Decides about the `grpc-status` and `grpc-message` of a head or of trailers; `None` where no rule matches.
    pub(super) fn on_grpc_status(&self, response: &mut Intercepted, fields: &HeaderMap) -> Option<HeaderEdits> {
        let status = page::http_status_of_grpc(grpc_code(fields))?;
        let rule = self.policy.rule(&self.request, status.as_u16(), response.origin)?;
        rule.name.clone_into(&mut response.rule);
        response.action = rule.action;
        (response.status, response.sent) = (status, status);

        let message = fields.get(GRPC_MESSAGE).map(|value| percent_decode(value.as_bytes()).collect::<Vec<u8>>()).unwrap_or_default();
        response.inspection.push(self.policy.detectors(), &message);
        response.inspection.end(self.policy.detectors(), End::Complete);
        let mut edits = HeaderEdits::default();
        let replaced = match rule.action {
            Action::Pass | Action::Observe => false,
            Action::Replace => true,
            Action::Sanitize => !response.inspection.is_safe(),
        };
        if matches!(rule.action, Action::Sanitize | Action::Replace) {
            edits.remove = self.leaking(fields);
            if replaced {
                edits.set.push((GRPC_MESSAGE, HeaderValue::from_static(page::message(status))));
            }
            edits.set.push(self.correlation_field());
        }
        response.stage = Stage::Grpc(edits.clone(), replaced);
        Some(edits)
    }
}

/// The `grpc-status`. One that is missing, repeated or not a status is `UNKNOWN`, as it is for gRPC's clients.
fn grpc_code(fields: &HeaderMap) -> u32 {
    let mut values = fields.get_all(GRPC_STATUS).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(|text| text.parse().ok()).filter(|code| *code <= 16).unwrap_or(2),
        _ => 2,
    }
}

pub(super) const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
