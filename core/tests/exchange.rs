//! The contract of [`Exchange`]: total in any order, the same for every split, closed in doubt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use backstop_core::{
    Decision, End, Exchange, HeaderEdits, Origin, Outcome, Payload, Plan, Policy, Reason, Replacement, RequestHead, ResponseHead, Seed,
    Step, Verdict,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;

const TRACE: &str = "Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 41, in cart\n    total = order.total\n\
                     AttributeError: 'NoneType' object has no attribute 'total'\n";
const NOW: u64 = 1_700_000_000_250;

/// What happened to a response, whichever way core said it.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    /// `None`: the upstream's response, with these edits.
    replacement: Option<Replacement>,
    edits: HeaderEdits,
    report: Option<String>,
}

/// Plays a host.
fn run(policy: &Arc<Policy>, request: RequestHead, head: &ResponseHead, chunks: &[&[u8]], end: End) -> (Seen, Option<(Decision, Reason)>) {
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: NOW - 250, random: [7; 16] });
    let mut replacement = None;
    let mut edits = HeaderEdits::default();
    let mut feed = true;
    match exchange.on_response(head) {
        Plan::Finish => feed = false,
        Plan::Observe(asked) => edits = asked,
        Plan::Replace(asked) => replacement = Some(asked),
        Plan::Hold | Plan::AwaitTrailers => {}
    }
    for chunk in chunks.iter().filter(|_| feed) {
        match exchange.on_body(chunk) {
            Step::Continue => {}
            Step::Replace(asked) => {
                assert_eq!(replacement, None, "a replacement is asked for once");
                replacement = Some(asked);
            }
            Step::Finish => break,
        }
    }
    let Outcome { verdict, report } = exchange.finish(end, NOW);
    match verdict {
        Verdict::Release(asked) | Verdict::Amend(asked, _) => edits = asked,
        Verdict::Replace(asked) => replacement = Some(asked),
        Verdict::Served => {}
    }
    let why = report.as_ref().map(|report| (report.decision(), report.reason()));
    (Seen { replacement, edits, report: report.map(|report| report.to_json()) }, why)
}

fn policy(json: &str) -> Arc<Policy> {
    Arc::new(Policy::from_json(json).unwrap())
}

fn get(path: &str) -> RequestHead {
    RequestHead { method: Method::GET, host: "shop.example".into(), path: path.into(), headers: HeaderMap::new(), correlation_id: None }
}

fn response(status: u16, headers: &[(&'static str, &'static str)]) -> ResponseHead {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
    ResponseHead { status: StatusCode::from_u16(status).unwrap(), headers, body: Payload::AsSent, origin: Origin::Upstream, detail: None }
}

#[test]
fn what_the_client_gets_and_why() {
    let clean = "{\"error\":\"out of stock\"}";
    let long = "a ".repeat(40);
    type Row<'a> = (&'a str, &'a str, u16, &'a [(&'a str, &'a str)], &'a str, End, Option<(Decision, Reason)>);
    #[rustfmt::skip]
    let rows: [Row<'_>; 16] = [
        ("a clean body is released", "{}", 500, &[], clean, End::Complete, Some((Decision::Released, Reason::Clean))),
        ("a trace is replaced", "{}", 500, &[], TRACE, End::Complete, Some((Decision::Replaced, Reason::Unsafe))),
        ("a 200 is none of our business", "{}", 200, &[], TRACE, End::Complete, None),
        ("nor is a 404 by default", "{}", 404, &[], TRACE, End::Complete, None),
        ("observe changes nothing", r#"{"rules":[{"match":{},"action":"observe"}]}"#, 500, &[], TRACE, End::Complete, Some((Decision::Observed, Reason::Unsafe))),
        ("replace always replaces", r#"{"rules":[{"match":{},"action":"replace"}]}"#, 500, &[], clean, End::Complete, Some((Decision::Replaced, Reason::Always))),
        ("pass passes", r#"{"rules":[{"match":{},"action":"pass"}]}"#, 500, &[], TRACE, End::Complete, None),
        ("no match", r#"{"rules":[{"match":{"path":{"exact":"/elsewhere"}},"action":"replace"}]}"#, 500, &[], TRACE, End::Complete, None),
        ("over the limit", r#"{"inspect":{"max_bytes":64}}"#, 500, &[], &long, End::Complete, Some((Decision::Replaced, Reason::OverLimit))),
        ("announced over the limit", r#"{"inspect":{"max_bytes":64}}"#, 500, &[("content-length", "65")], "", End::Complete, Some((Decision::Replaced, Reason::OverLimit))),
        ("an unknown coding", "{}", 500, &[("content-encoding", "compress")], clean, End::Complete, Some((Decision::Replaced, Reason::UnknownCoding))),
        ("called gzip, but is not", "{}", 500, &[("content-encoding", "gzip")], clean, End::Complete, Some((Decision::Replaced, Reason::Corrupt))),
        ("broken off", "{}", 500, &[], clean, End::Aborted, Some((Decision::Replaced, Reason::Aborted))),
        ("too slow", "{}", 500, &[], clean, End::TimedOut, Some((Decision::Replaced, Reason::TimedOut))),
        ("one too many", "{}", 500, &[], clean, End::Overloaded, Some((Decision::Replaced, Reason::Overloaded))),
        ("a finding says more than its end", "{}", 500, &[], TRACE, End::TimedOut, Some((Decision::Replaced, Reason::Unsafe))),
    ];
    for (name, config, status, headers, body, end, expected) in rows {
        let head = response_of(status, headers);
        let (seen, why) = run(&policy(config), get("/cart"), &head, &[body.as_bytes()], end);
        assert_eq!(why, expected, "{name}");
        let replaced = matches!(why, Some((Decision::Replaced, _)));
        assert_eq!(seen.replacement.is_some(), replaced, "{name}");
        if let Some(replacement) = seen.replacement {
            let text = String::from_utf8(replacement.body).unwrap();
            assert!(text.contains("Internal Server Error") && !text.contains("NoneType"), "{name}: {text}");
            assert_eq!(replacement.headers["content-length"], text.len().to_string().as_str(), "{name}");
        }
    }
}

fn response_of(status: u16, headers: &[(&str, &str)]) -> ResponseHead {
    let mut head = response(status, &[]);
    for (name, value) in headers {
        head.headers.append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    head
}

#[test]
fn the_split_into_chunks_changes_nothing() {
    let policy = policy(r#"{"inspect":{"max_bytes":700}}"#);
    let clean = "no such order. ".repeat(20);
    let over = "no such order. ".repeat(60);
    let bodies = [
        TRACE.as_bytes(),
        clean.as_bytes(),
        over.as_bytes(),
        b"",
        &[over.as_bytes(), TRACE.as_bytes()].concat(),
        &[0x1f, 0x8b, 8, 0, 1, 2, 3],
    ];
    for body in bodies {
        for end in [End::Complete, End::Aborted] {
            let head = response(500, &[("content-type", "text/plain")]);
            let (whole, _) = run(&policy, get("/"), &head, &[body], end);
            for at in 0..=body.len() {
                let (left, right) = body.split_at(at);
                let (split, _) = run(&policy, get("/"), &head, &[left, right], end);
                assert_eq!(split, whole, "split at {at} of {} bytes, {end:?}", body.len());
            }
            let bytes: Vec<&[u8]> = body.chunks(1).collect();
            assert_eq!(run(&policy, get("/"), &head, &bytes, end).0, whole, "byte by byte, {end:?}");
        }
    }
}

#[test]
fn the_split_of_a_long_body_changes_nothing() {
    let policy = policy("{}");
    let prose = "We could not save your order. ".repeat(34);
    let body =
        [prose.as_bytes(), TRACE.as_bytes(), prose.as_bytes(), b"psycopg2.errors.UndefinedTable: relation \"x\" does not exist\n"].concat();
    let head = response(500, &[("content-type", "text/html")]);
    let (whole, why) = run(&policy, get("/"), &head, &[&body], End::Complete);
    assert_eq!(why, Some((Decision::Replaced, Reason::Unsafe)));
    for at in 0..body.len() {
        let (left, right) = body.split_at(at);
        assert_eq!(run(&policy, get("/"), &head, &[left, right], End::Complete).0, whole, "split at {at}");
    }
    for size in [1, 2, 3, 7, 64, 1000, 1023, 1024, 1025] {
        let chunks: Vec<&[u8]> = body.chunks(size).collect();
        assert_eq!(run(&policy, get("/"), &head, &chunks, End::Complete).0, whole, "chunks of {size}");
    }
}

#[test]
fn the_client_is_answered_before_the_body_ends() {
    let policy = policy("{}");
    let mut exchange = Exchange::new(Arc::clone(&policy), get("/"), Seed { unix_millis: 0, random: [1; 16] });
    assert_eq!(exchange.on_response(&response(500, &[])), Plan::Hold);
    assert!(matches!(exchange.on_body(TRACE.as_bytes()), Step::Replace(_)));
    assert_eq!(exchange.on_body(b"and more of it"), Step::Continue, "for the report's sake");
    let outcome = exchange.finish(End::Complete, NOW);
    assert_eq!(outcome.verdict, Verdict::Served);
    assert!(outcome.report.unwrap().to_json().contains("and more of it"));
}

#[test]
fn a_released_response_carries_the_id_and_loses_what_leaks() {
    let mut request = get("/");
    request.headers.insert("x-request-id", HeaderValue::from_static("client-chose-this"));
    let head = response(500, &[("x-powered-by", "PHP/8.2.1"), ("etag", "\"1\"")]);
    let (seen, _) = run(&policy("{}"), request, &head, &[b"{}"], End::Complete);
    assert_eq!(seen.replacement, None);
    assert_eq!(seen.edits.remove, ["x-powered-by"]);
    assert_eq!(seen.edits.set, [("x-request-id".parse().unwrap(), HeaderValue::from_static("client-chose-this"))]);
}

#[test]
fn a_leaking_field_of_any_name_is_removed() {
    let exception = "java.lang.IllegalStateException: pool exhausted";
    for (name, value) in [
        ("x-note", "  File \"/srv/app/views.py\", line 41, in cart"),
        ("error", exception),
        ("error-message", "pq: relation \"orders\" does not exist"),
        ("etag", exception),
        ("traceparent", exception),
        ("content-location", "/srv/app/src/Controller.php"),
        ("stack-trace", "anything"),
        ("x-debug", "anything"),
        ("sourcemap", "/main.js.map"),
    ] {
        let head =
            response(500, &[(name, value), ("x-other", "fine"), ("set-cookie", "a=b"), ("server", "nginx"), ("location", "/home/start")]);
        let (seen, _) = run(&policy("{}"), get("/"), &head, &[b"{}"], End::Complete);
        assert_eq!(seen.edits.remove, [name]);
    }
}

#[test]
fn odd_grpc_does_not_slip_by() {
    let leak = "java.lang.NullPointerException: oops";
    let details: &[(&str, &str)] = &[("grpc-status", "13"), ("grpc-message", "oops"), ("grpc-status-details-bin", "CA0=")];
    type Row<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);
    let rows: [Row<'_>; 7] = [
        ("details that nobody can look into", "application/grpc", details, "grpc-status-details-bin"),
        ("no status", "application/grpc", &[("grpc-message", leak)], "grpc-message"),
        ("not a number", "application/grpc", &[("grpc-status", "-1"), ("grpc-message", leak)], "grpc-message"),
        ("not a status", "application/grpc", &[("grpc-status", "99"), ("grpc-message", leak)], "grpc-message"),
        ("two of them", "application/grpc", &[("grpc-status", "0"), ("grpc-status", "13"), ("grpc-message", leak)], "grpc-message"),
        ("capitals", "Application/GRPC", &[("grpc-status", "13"), ("grpc-message", leak)], "grpc-message"),
        ("a parameter", "application/grpc ; x=y", &[("grpc-status", "13"), ("grpc-message", leak)], "grpc-message"),
    ];
    for (name, content_type, fields, gone) in rows {
        let mut head = response_of(200, fields);
        head.headers.insert("content-type", HeaderValue::from_str(content_type).unwrap());
        head.body = Payload::Absent;
        let (seen, why) = run(&policy("{}"), get("/"), &head, &[], End::Complete);
        assert!(why.is_some(), "{name}");
        assert!(seen.edits.remove.iter().any(|field| field == gone), "{name}: {:?}", seen.edits);
        assert!(!format!("{:?}", seen.edits.set).contains("java"), "{name}");
    }
    // gRPC with an HTTP error status.
    let mut head = response_of(500, &[("content-type", "application/grpc"), ("grpc-status", "13"), ("grpc-message", leak)]);
    head.body = Payload::Absent;
    let (seen, _) = run(&policy("{}"), get("/"), &head, &[], End::Complete);
    assert_eq!(seen.edits.remove, ["grpc-message"]);
}

#[test]
fn head_gets_the_length_and_no_body() {
    let config = policy(r#"{"rules":[{"match":{},"action":"replace"}]}"#);
    let body_of = |method: Method| {
        let mut head = response(500, &[]);
        if method == Method::HEAD {
            head.body = Payload::Absent;
        }
        run(&config, RequestHead { method, ..get("/") }, &head, &[], End::Complete).0.replacement.unwrap()
    };
    let (get, head) = (body_of(Method::GET), body_of(Method::HEAD));
    assert_eq!(get.headers, head.headers);
    assert_eq!(head.body, b"");
    assert_eq!(get.headers["content-length"], get.body.len().to_string().as_str());
}

#[test]
fn no_response_at_all_is_always_a_generic_one() {
    for config in ["{}", r#"{"rules":[{"match":{},"action":"pass"}]}"#, r#"{"rules":[{"match":{},"action":"observe"}]}"#] {
        let exchange = Exchange::new(policy(config), get("/"), Seed { unix_millis: 0, random: [1; 16] });
        let outcome = exchange.finish_without_response(StatusCode::BAD_GATEWAY, "connect ECONNREFUSED 10.0.0.7:5432", NOW);
        let Verdict::Replace(replacement) = outcome.verdict else { panic!("{config}") };
        assert_eq!(replacement.status, StatusCode::BAD_GATEWAY);
        assert!(!String::from_utf8(replacement.body).unwrap().contains("10.0.0.7"));
        assert!(outcome.report.unwrap().to_json().contains("ECONNREFUSED"));
    }
}

#[test]
fn an_exception_of_the_application_is_reported_and_never_shown() {
    let error = "TypeError: Cannot read properties of undefined (reading 'total')\n    at cart (/srv/shop/cart.mjs:12:9)\n    at fetch (/srv/shop/app.mjs:3:10)";
    for config in ["{}", r#"{"rules":[{"match":{},"action":"pass"}]}"#, r#"{"rules":[{"match":{},"action":"observe"}]}"#] {
        let exchange = Exchange::new(policy(config), get("/"), Seed { unix_millis: 0, random: [1; 16] });
        let outcome = exchange.finish_with_exception(error, NOW);
        let Verdict::Replace(replacement) = outcome.verdict else { panic!("{config}") };
        assert_eq!(replacement.status, StatusCode::INTERNAL_SERVER_ERROR);
        let body = String::from_utf8(replacement.body).unwrap();
        assert!(!body.contains("cart") && !body.contains("undefined"), "{body}");
        let report = outcome.report.unwrap().to_json();
        for part in [
            r#""exception.type":"TypeError""#,
            r#""exception.message":"Cannot read properties of undefined (reading 'total')""#,
            "cart.mjs",
            r#""backstop.reason":"no_response""#,
            r#""backstop.origin":"upstream""#,
        ] {
            assert!(report.contains(part), "{part}: {report}");
        }
    }
}

#[test]
fn grpc_statuses_lose_a_leaking_message() {
    let message = "java.lang.IllegalStateException: no pool%0A%09at com.acme.Db.open(Db.java:17)";
    let grpc = |message: &'static str| {
        let mut head = response(200, &[("content-type", "application/grpc"), ("grpc-status", "13"), ("grpc-status-details-bin", "CA0=")]);
        head.headers.insert("grpc-message", HeaderValue::from_static(message));
        head.body = Payload::Absent;
        head
    };
    let (seen, why) = run(&policy("{}"), get("/"), &grpc(message), &[], End::Complete);
    assert_eq!(why, Some((Decision::Replaced, Reason::Unsafe)));
    assert!(seen.edits.remove.contains(&"grpc-status-details-bin".parse().unwrap()));
    assert!(seen.edits.set.iter().any(|(name, value)| name == "grpc-message" && !value.to_str().unwrap().contains("java")));

    let (seen, why) = run(&policy("{}"), get("/"), &grpc("out of stock"), &[], End::Complete);
    assert_eq!(why, Some((Decision::Released, Reason::Clean)));
    assert!(!seen.edits.set.iter().any(|(name, _)| name == "grpc-message"));

    // The same in trailers.
    let mut exchange = Exchange::new(policy("{}"), get("/"), Seed { unix_millis: 0, random: [1; 16] });
    assert_eq!(exchange.on_response(&response(200, &[("content-type", "application/grpc")])), Plan::AwaitTrailers);
    let edits = exchange.on_trailers(&grpc(message).headers);
    assert!(edits.set.iter().any(|(name, _)| name == "grpc-message"));
    assert!(exchange.finish(End::Complete, NOW).report.is_some());
}

#[test]
fn a_replaced_body_takes_its_trailers_along() {
    // The evidence ends with the body: nothing was decided when the trailers come.
    let late = TRACE.trim_end().as_bytes();
    for (body, expected) in [(late, vec!["x-error", "checksum"]), (b"{}", vec![])] {
        let mut exchange = Exchange::new(policy("{}"), get("/"), Seed { unix_millis: 0, random: [1; 16] });
        assert_eq!(exchange.on_response(&response(500, &[])), Plan::Hold);
        let _ = exchange.on_body(body);
        let edits = exchange.on_trailers(&response(500, &[("x-error", "boom"), ("checksum", "1")]).headers);
        assert_eq!(edits.remove, expected);
    }
}

#[test]
fn a_grpc_request_gets_a_grpc_answer() {
    let mut request = get("/pkg.Service/Method");
    request.headers.insert("content-type", HeaderValue::from_static("application/grpc"));
    let (seen, _) = run(&policy("{}"), request, &response(500, &[("content-type", "text/html")]), &[TRACE.as_bytes()], End::Complete);
    let replacement = seen.replacement.unwrap();
    assert_eq!(replacement.status, StatusCode::OK);
    assert_eq!(replacement.body, b"");
    assert!(replacement.grpc.is_some());
    assert!(replacement.headers.contains_key("grpc-status"));
}

/// Any order of calls, any bytes: an answer, and never the upstream's leak.
#[test]
fn every_call_order_is_safe() {
    let policies = ["{}", r#"{"rules":[{"match":{},"action":"replace"}]}"#, r#"{"rules":[{"match":{},"action":"observe"}]}"#].map(policy);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..3000_usize {
        let mut exchange = Exchange::new(Arc::clone(&policies[round % 3]), get("/"), Seed { unix_millis: random(), random: [3; 16] });
        for _ in 0..random() % 8 {
            match random() % 4 {
                0 => {
                    let mut head = response([200, 404, 500, 503][(random() % 4) as usize], &[]);
                    head.body = [Payload::Absent, Payload::AsSent, Payload::Decoded][(random() % 3) as usize];
                    let _ = exchange.on_response(&head);
                }
                1 => {
                    let bytes: Vec<u8> = (0..random() % 64).map(|_| random() as u8).collect();
                    let _ = exchange.on_body(&bytes);
                }
                2 => {
                    let _ = exchange.on_body(TRACE.as_bytes());
                }
                _ => {
                    let _ = exchange.on_trailers(&response(500, &[("grpc-status", "13"), ("x-a", "b")]).headers);
                }
            }
        }
        let end = [End::Complete, End::Aborted, End::TimedOut, End::Overloaded][(random() % 4) as usize];
        let _ = exchange.finish(end, random());
    }
}
