//! Any calls in any order, with any bytes: an answer, never a panic.
#![no_main]

use arbitrary::Arbitrary;
use backstop_core::{End, Exchange, Origin, Payload, Policy, RequestHead, ResponseHead, Seed};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

#[derive(Debug, Arbitrary)]
enum Operation {
    Response { status: u16, headers: Vec<(String, Vec<u8>)>, body: u8, proxy: bool },
    Body(Vec<u8>),
    Trailers(Vec<(String, Vec<u8>)>),
}

#[derive(Debug, Arbitrary)]
struct Input {
    action: u8,
    path: String,
    host: String,
    headers: Vec<(String, Vec<u8>)>,
    head: bool,
    random: [u8; 16],
    operations: Vec<Operation>,
    end: u8,
}

fuzz_target!(|input: Input| {
    let action = ["observe", "sanitize", "replace"][usize::from(input.action % 3)];
    let environment = ["production", "development"][usize::from(input.action / 3 % 2)];
    let rules = format!(r#"[{{"match":{{}},"action":"{action}"}}]"#);
    let policy = Policy::from_json(&format!(r#"{{"rules":{rules},"inspect":{{"max_bytes":512}},"environment":"{environment}"}}"#)).unwrap();
    let request = RequestHead {
        method: if input.head { Method::HEAD } else { Method::GET },
        host: input.host,
        path: input.path,
        headers: map(input.headers),
        correlation_id: None,
    };
    let mut exchange = Exchange::new(Arc::new(policy), request, Seed { unix_millis: 0, random: input.random });
    for operation in input.operations {
        match operation {
            Operation::Response { status, headers, body, proxy } => {
                let _ = exchange.on_response(&ResponseHead {
                    status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                    headers: map(headers),
                    body: [Payload::Absent, Payload::AsSent, Payload::Decoded][usize::from(body % 3)],
                    origin: if proxy { Origin::Proxy } else { Origin::Upstream },
                    detail: None,
                });
            }
            Operation::Body(bytes) => drop(exchange.on_body(&bytes)),
            Operation::Trailers(fields) => drop(exchange.on_trailers(&map(fields))),
        }
    }
    let end = [End::Complete, End::Aborted, End::TimedOut, End::Overloaded][usize::from(input.end % 4)];
    if let Some(report) = exchange.finish(end, 1).report {
        let json = report.to_json();
        assert!(!json.contains('\n') && json.len() < 64 * 1024);
    }
});

fn map(fields: Vec<(String, Vec<u8>)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields.into_iter().take(64) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&value)) {
            headers.append(name, value);
        }
    }
    headers
}
