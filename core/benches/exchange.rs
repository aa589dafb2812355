//! What an exchange costs, whole: head, body, verdict, report. Each row asserts its answer, so that a wrong engine cannot look fast.
//! MB/s count the bytes that arrive: those of a compressed body are few.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros
)]

use backstop_core::{Decision, End, Exchange, Limiter, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Verdict};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

const TRACE: &str = include_str!("../../bench/trace.txt");
const ITEM: &str = r#"{"id":"ord_8812","status":"failed","message":"The order could not be stored. Please try again.","links":{"self":"/api/v1/orders/8812"},"sku":"B00027","price":10.5},"#;
const CARD: &str = "<div class=\"card\"><h2>Our service is busy</h2><p>Please try again at 10:30 &amp; call <a href=\"/help\">us</a>. Thank you.</p></div>\n";

fn main() {
    let json = |bytes: usize| format!("[{}null]", ITEM.repeat(bytes / ITEM.len() - 1));
    let html = |bytes: usize| format!("<!doctype html><html>{}</html>", CARD.repeat(bytes / CARD.len() - 1));
    let escaped = |bytes: usize| json(bytes).replace('/', "\\/");
    let (trace, kib) = (TRACE.as_bytes().to_vec(), 1024);
    let trace_last = |bytes| [html(bytes).as_bytes(), TRACE.as_bytes()].concat();
    let rows = [
        ("2 KB trace, reports suppressed", trace.clone(), false, Decision::Replaced),
        ("2 KB trace, with its report", trace, true, Decision::Replaced),
        ("clean 1 KiB JSON", json(kib).into(), false, Decision::Released),
        ("clean 1 KiB HTML", html(kib).into(), false, Decision::Released),
        ("clean 64 KiB JSON", json(64 * kib).into(), false, Decision::Released),
        ("clean 64 KiB JSON with escapes", escaped(64 * kib).into(), false, Decision::Released),
        ("clean 64 KiB HTML", html(64 * kib).into(), false, Decision::Released),
        ("clean 64 KiB HTML, gzip", gzip(html(64 * kib).as_bytes()), false, Decision::Released),
        ("clean 256 KiB JSON", json(256 * kib).into(), false, Decision::Released),
        ("clean 256 KiB HTML", html(256 * kib).into(), false, Decision::Released),
        ("trace behind 64 KiB of HTML", trace_last(64 * kib), false, Decision::Replaced),
        ("trace behind 64 KiB of HTML, gzip", gzip(&trace_last(64 * kib)), false, Decision::Replaced),
    ];
    let policy = Arc::new(Policy::from_json("{}").unwrap());
    for (name, body, reporting, expected) in rows {
        let rounds = if body.len() > 3_000 { 200 } else { 5_000 };
        let mut best = f64::MAX;
        for _ in 0..7 {
            let mut limiter = Limiter::new(&policy);
            let start = Instant::now();
            for _ in 0..rounds {
                assert_eq!(exchange(&policy, black_box(&body), reporting, &mut limiter), expected, "{name}");
            }
            best = best.min(start.elapsed().as_secs_f64() / f64::from(rounds));
        }
        println!("{name:34} {:9.1} us {:7.0} MB/s", best * 1e6, body.len() as f64 / best / 1e6);
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn exchange(policy: &Arc<Policy>, body: &[u8], reporting: bool, limiter: &mut Limiter) -> Decision {
    let headers = HeaderMap::from_iter([(http::header::ACCEPT, HeaderValue::from_static("*/*"))]);
    let request = RequestHead { method: Method::GET, host: "shop.example".into(), path: "/cart".into(), headers, correlation_id: None };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 1, random: [7; 16] });
    let headers = HeaderMap::from_iter([
        (http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain")),
        (http::header::CONTENT_LENGTH, HeaderValue::from(body.len())),
    ]);
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let head = ResponseHead { status, headers, body: Payload::AsSent, origin: Origin::Upstream, detail: None };
    assert_eq!(exchange.on_response(&head), Plan::Hold);
    let early = matches!(exchange.on_body(body), Step::Replace(_));
    let outcome = exchange.finish(End::Complete, 2);
    let report = outcome.report.unwrap();
    assert_eq!(early || matches!(outcome.verdict, Verdict::Replace(_)), report.decision() == Decision::Replaced);
    // Within one millisecond the limiter lets a hundred pass, then none.
    black_box((reporting || limiter.admits(1)).then(|| report.to_json()));
    report.decision()
}
