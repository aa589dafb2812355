//! What an exchange costs, whole: head, body, verdict, report. Each row asserts its answer, so that a wrong engine cannot look fast.
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
use std::sync::Arc;
use std::time::Instant;

const TRACE: &str = include_str!("../../bench/trace.txt");
const ITEM: &str = r#"{"id":"ord_8812","status":"failed","message":"The order could not be stored. Please try again.","links":{"self":"/api/v1/orders/8812"},"sku":"B00027","price":10.5},"#;
const CARD: &str = "<div class=\"card\"><h2>Our service is busy</h2><p>Please try again at 10:30 &amp; call <a href=\"/help\">us</a>. Thank you.</p></div>\n";

fn main() {
    let trace_last = format!("{}{TRACE}", CARD.repeat(400));
    let json = format!("[{}null]", ITEM.repeat(64 * 1024 / ITEM.len()));
    let html = format!("<!doctype html><html>{}</html>", CARD.repeat(64 * 1024 / CARD.len()));
    let rows = [
        ("2 KB trace, reports suppressed", TRACE.as_bytes(), false, Decision::Replaced),
        ("2 KB trace, with its report", TRACE.as_bytes(), true, Decision::Replaced),
        ("clean 64 KiB JSON", json.as_bytes(), false, Decision::Released),
        ("clean 64 KiB HTML", html.as_bytes(), false, Decision::Released),
        ("trace behind 45 KiB of HTML", trace_last.as_bytes(), false, Decision::Replaced),
    ];
    let policy = Arc::new(Policy::from_json("{}").unwrap());
    for (name, body, reporting, expected) in rows {
        let rounds = if body.len() > 10_000 { 300 } else { 5_000 };
        let mut best = f64::MAX;
        for _ in 0..7 {
            let mut limiter = Limiter::new(&policy);
            let start = Instant::now();
            for _ in 0..rounds {
                assert_eq!(exchange(&policy, black_box(body), reporting, &mut limiter), expected, "{name}");
            }
            best = best.min(start.elapsed().as_secs_f64() / f64::from(rounds));
        }
        println!("{name:32} {:9.1} us {:7.0} MB/s", best * 1e6, body.len() as f64 / best / 1e6);
    }
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
