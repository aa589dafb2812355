//! What an exchange says where the host has a copy of an earlier response, or did not ask the upstream at all.
#![allow(clippy::unwrap_used, clippy::panic)]

use backstop_core::{Decision, End, Exchange, Origin, Payload, Policy, Reason, RequestHead, ResponseHead, Seed, Step, Unanswered, Verdict};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;

const TRACE: &[u8] = b"Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 41, in cart\nKeyError: 'total'\n";
const NOW: u64 = 1_700_000_000_250;

fn exchange(config: &str) -> Exchange {
    let request = RequestHead {
        method: Method::GET,
        host: "shop.example".to_owned(),
        path: "/cart".to_owned(),
        headers: HeaderMap::new(),
        correlation_id: Some("id-1".to_owned()),
    };
    Exchange::new(Arc::new(Policy::from_json(config).unwrap()), request, Seed { unix_millis: NOW, random: [7; 16] })
}

fn error(body: Payload) -> ResponseHead {
    ResponseHead { status: StatusCode::INTERNAL_SERVER_ERROR, headers: HeaderMap::new(), body, origin: Origin::Upstream, detail: None }
}

fn rule(action: &str) -> String {
    format!(r#"{{"rules":[{{"match":{{}},"action":"{action}"}}]}}"#)
}

#[test]
fn a_copy_takes_the_place_of_what_may_be_replaced() {
    for (name, config, body, expected) in [
        ("sanitize", rule("sanitize"), Payload::AsSent, true),
        ("replace", rule("replace"), Payload::AsSent, true),
        ("no body", rule("sanitize"), Payload::Absent, true),
        ("no body, replace", rule("replace"), Payload::Absent, true),
        ("pass", rule("pass"), Payload::AsSent, false),
        ("observe", rule("observe"), Payload::AsSent, false),
        ("observe, no body", rule("observe"), Payload::Absent, false),
        ("a developer", r#"{"environment":"development"}"#.to_owned(), Payload::AsSent, false),
        ("no rule", r#"{"rules":[{"match":{"status":["503"]},"action":"replace"}]}"#.to_owned(), Payload::AsSent, false),
    ] {
        let mut exchange = exchange(&config);
        let _ = exchange.on_response(&error(body));
        assert_eq!(exchange.replace_by_copy(StatusCode::OK), expected, "{name}");
        if !expected {
            continue;
        }
        exchange.set_resends(2);
        if body == Payload::AsSent {
            assert_eq!(exchange.on_body(TRACE), Step::Continue, "{name}: the client was answered");
        }
        let outcome = exchange.finish(End::Complete, NOW);
        assert_eq!(outcome.verdict, Verdict::Served, "{name}");
        let report = outcome.report.unwrap();
        assert_eq!((report.decision(), report.reason()), (Decision::Replaced, Reason::Stale), "{name}");
        let line = report.to_json();
        assert!(line.contains(r#""backstop.status_received":500,"http.response.status_code":200"#), "{line}");
        assert!(line.contains(r#""http.request.resend_count":2"#), "{line}");
        assert_eq!(line.contains("python.traceback"), body == Payload::AsSent, "{line}");
    }
}

#[test]
fn a_copy_comes_too_early_or_too_late() {
    let mut early = exchange("{}");
    assert!(!early.replace_by_copy(StatusCode::OK));
    let mut late = exchange("{}");
    let _ = late.on_response(&error(Payload::AsSent));
    let _ = late.on_body(b"busy");
    assert!(!late.replace_by_copy(StatusCode::OK));
    assert!(matches!(late.finish(End::Complete, NOW).verdict, Verdict::Release(_)));
    let mut leaking = exchange("{}");
    let _ = leaking.on_response(&error(Payload::AsSent));
    let _ = leaking.on_body(TRACE);
    assert!(!leaking.replace_by_copy(StatusCode::OK));
}

#[test]
fn without_a_response_the_client_gets_a_page_or_a_copy() {
    let developer = r#"{"environment":"development"}"#;
    for (name, config, is_unasked, retry_after, copy, expected) in [
        ("no answer", "{}", false, None, None, Some(Reason::NoResponse)),
        ("left alone", "{}", true, Some(7), None, Some(Reason::CircuitOpen)),
        ("a copy", "{}", false, None, Some(StatusCode::OK), None),
        ("left alone, a copy", "{}", true, Some(7), Some(StatusCode::OK), None),
        ("a copy for a developer", developer, false, None, Some(StatusCode::OK), Some(Reason::NoResponse)),
    ] {
        let unanswered =
            Unanswered { status: StatusCode::SERVICE_UNAVAILABLE, detail: "circuit breaker open", is_unasked, retry_after, copy };
        let outcome = exchange(config).finish_unanswered(unanswered, NOW);
        let report = outcome.report.unwrap();
        assert_eq!(report.reason(), expected.unwrap_or(Reason::Stale), "{name}");
        let line = report.to_json();
        assert!(line.contains(r#""backstop.origin":"proxy","backstop.detail":"circuit breaker open""#), "{line}");
        match outcome.verdict {
            Verdict::Served => {
                assert_eq!(expected, None, "{name}");
                assert!(line.contains(r#""backstop.status_received":503,"http.response.status_code":200"#), "{line}");
            }
            Verdict::Replace(replacement) => {
                assert_eq!(replacement.status, StatusCode::SERVICE_UNAVAILABLE, "{name}");
                let said = replacement.headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
                assert_eq!(said, retry_after.map(|seconds| seconds.to_string()), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}
