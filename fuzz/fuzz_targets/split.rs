//! How a body is split into chunks never changes what the client gets or what the report says.
#![no_main]

use arbitrary::Arbitrary;
use backstop_core::{End, Exchange, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Verdict};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

#[derive(Debug, Arbitrary)]
struct Input {
    /// Which of [`CODINGS`].
    coding: u8,
    body: Vec<u8>,
    cuts: Vec<u8>,
    aborted: bool,
}

fuzz_target!(|input: Input| {
    let policy = Arc::new(Policy::from_json(r#"{"inspect":{"max_bytes":1024}}"#).unwrap());
    let mut chunks = Vec::new();
    let mut rest = input.body.as_slice();
    for cut in &input.cuts {
        let (chunk, tail) = rest.split_at(rest.len().min(usize::from(*cut)));
        chunks.push(chunk);
        rest = tail;
    }
    chunks.push(rest);
    assert_eq!(run(&policy, &input, &chunks), run(&policy, &input, &[&input.body]));
});

fn run(policy: &Arc<Policy>, input: &Input, chunks: &[&[u8]]) -> (bool, String) {
    let request =
        RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
    let mut headers = HeaderMap::new();
    if let Some(coding) = CODINGS.get(usize::from(input.coding)) {
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
    let outcome = exchange.finish(if input.aborted { End::Aborted } else { End::Complete }, 1);
    replaced |= matches!(outcome.verdict, Verdict::Replace(_));
    (replaced, outcome.report.map(|report| report.to_json()).unwrap_or_default())
}

/// With any other number there is no header, and only the first bytes tell.
const CODINGS: &[&str] = &["gzip", "deflate", "br", "zstd", "br, gzip", "zstd, br"];
