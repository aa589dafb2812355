//! What the targets share: one response with a body, in pieces, and what came of it.

use backstop_core::{End, Exchange, Finding, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Verdict};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// What the client got, and what the report says.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    pub replaced: bool,
    pub findings: Vec<Finding>,
    pub report: String,
}

/// A response with status 500 that is held under this policy.
pub fn respond<'b>(policy: &Arc<Policy>, coding: Option<&'static str>, chunks: impl Iterator<Item = &'b [u8]>, end: End) -> Outcome {
    let request =
        RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
    let mut headers = HeaderMap::new();
    if let Some(coding) = coding {
        headers.insert("content-encoding", HeaderValue::from_static(coding));
    }
    let head =
        ResponseHead { status: StatusCode::INTERNAL_SERVER_ERROR, headers, body: Payload::AsSent, origin: Origin::Upstream, detail: None };
    assert_eq!(exchange.on_response(&head), Plan::Hold);
    let mut replaced = false;
    for chunk in chunks {
        match exchange.on_body(chunk) {
            Step::Continue => {}
            Step::Replace(_) => replaced = true,
            Step::Finish => break,
        }
    }
    let outcome = exchange.finish(end, 1);
    replaced |= matches!(outcome.verdict, Verdict::Replace(_));
    let report = outcome.report.expect("an intercepted response is reported");
    let line = report.to_json();
    assert!(!line.contains('\n') && line.len() < 64 * 1024);
    Outcome { replaced, findings: report.findings().to_vec(), report: line }
}

/// The body in chunks whose sizes depend on `cut`.
pub fn chunks(body: &[u8], cut: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    let mut sizes = [usize::from(cut) % 7 + 1, usize::from(cut) + 1, 1, usize::from(cut) * 31 + 1].into_iter().cycle();
    std::iter::from_fn(move || {
        let size = sizes.next()?.min(rest.len());
        let (chunk, tail) = rest.split_at(size);
        rest = tail;
        (!chunk.is_empty()).then_some(chunk)
    })
}
