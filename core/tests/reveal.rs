//! The other face of an answer: who sees it, what is in it, and that nobody else does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use backstop_core::{
    End, Exchange, Origin, Payload, Plan, Policy, Replacement, RequestHead, ResponseHead, RevealClaims, RevealKey, Seed, Step, Verdict,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::sync::Arc;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CONFIG: &str = r#"{"reveal":{"secret":"0123456789abcdef0123456789abcdef","previous_secret":"fedcba9876543210fedcba9876543210"}}"#;
const NOW: u64 = 1_700_000_000;
const TRACE: &str = "Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 41, in cart\n    db.connect(password=\"hunter2-hunter2\")\n\
                     ValueError: no cart <4711> & more for ann@shop.example\n";
const SECRETS: [&str; 2] = ["hunter2", "ann@"];

fn token(secret: &str, host: &str, path: &str, expires: u64) -> String {
    RevealKey::new(secret).unwrap().sign(&RevealClaims { host: host.to_owned(), path: path.to_owned(), expires }).unwrap()
}

fn good() -> String {
    token(SECRET, "shop.example", "/api/", NOW + 1)
}

type Fields<'a> = &'a [(&'static str, &'a str)];

fn request(url: &str, fields: Fields<'_>) -> RequestHead {
    let (host, path) = url.split_at(url.find('/').unwrap());
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    RequestHead { method: Method::GET, host: host.to_owned(), path: path.to_owned(), headers, correlation_id: Some("id-1".to_owned()) }
}

fn head(fields: Fields<'_>) -> ResponseHead {
    let headers = fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect();
    ResponseHead { status: StatusCode::INTERNAL_SERVER_ERROR, headers, body: Payload::AsSent, origin: Origin::Upstream, detail: None }
}

/// What the client gets in place of the response, and the report.
fn play(policy: &Arc<Policy>, request: RequestHead, head: &ResponseHead, chunks: &[&[u8]], end: End) -> (Option<Replacement>, String) {
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: NOW * 1000 + 999, random: [7; 16] });
    let mut answer = match exchange.on_response(head) {
        Plan::Replace(replacement) => Some(replacement),
        _ => None,
    };
    for chunk in chunks {
        match exchange.on_body(chunk) {
            Step::Replace(replacement) => {
                assert!(answer.is_none(), "a replacement is asked for once");
                answer = Some(replacement);
            }
            Step::Finish => break,
            Step::Continue => {}
        }
    }
    let outcome = exchange.finish(end, NOW * 1000 + 1005);
    if let Verdict::Replace(replacement) = outcome.verdict {
        answer = Some(replacement);
    }
    (answer, outcome.report.map(|report| report.to_json()).unwrap_or_default())
}

fn policy(json: &str) -> Arc<Policy> {
    Arc::new(Policy::from_json(json).unwrap())
}

fn body(replacement: &Replacement) -> String {
    String::from_utf8_lossy(&replacement.body).into_owned()
}

/// Whether an answer shows the original; both kinds are checked to be whole.
fn is_revealed(answer: &Replacement, report: &str) -> bool {
    let text = body(answer);
    let revealed = text.contains("views.py");
    let caches = if revealed { "private, no-store" } else { "no-store" };
    assert_eq!(answer.headers["cache-control"], caches, "{text}");
    let vary = if revealed { "accept, accept-language, cookie, x-backstop-reveal" } else { "accept, accept-language" };
    assert_eq!(answer.headers["vary"], vary);
    assert_eq!(answer.headers["content-length"], text.len().to_string().as_str());
    assert_eq!(answer.headers["x-request-id"], "id-1");
    assert!(text.contains("id-1"), "{text}");
    assert_eq!(report.contains("\"backstop.revealed\":true"), revealed, "{report}");
    for secret in SECRETS.iter().chain(&["bsr1", "session"]) {
        assert!(!text.contains(secret) && !report.contains(secret), "{secret}: {text} {report}");
    }
    revealed
}

#[test]
fn only_a_valid_token_reveals() {
    let good = &good();
    let old = &token("fedcba9876543210fedcba9876543210", "shop.example", "/", NOW + 1);
    let foreign = &token("another-secret-of-thirty-two-signs", "shop.example", "/", NOW + 1);
    let expired = &token(SECRET, "shop.example", "/", NOW);
    let elsewhere = &token(SECRET, "pay.example", "/", NOW + 1);
    let cookie = |token: &str| format!("backstop_reveal={token}");
    let header = "x-backstop-reveal";
    let url = "shop.example/api/cart?a=/";
    let reveals = policy(CONFIG);
    type Row<'a> = (&'a str, &'a Arc<Policy>, &'a str, Fields<'a>, bool);
    #[rustfmt::skip]
    let rows: &[Row<'_>] = &[
        ("nothing", &reveals, url, &[], false),
        ("a header", &reveals, url, &[(header, good)], true),
        ("a port and another case", &reveals, "SHOP.example:8443/api/", &[(header, good)], true),
        ("the previous secret", &reveals, url, &[(header, old)], true),
        ("a cookie", &reveals, url, &[("cookie", &cookie(good))], true),
        ("a cookie among others", &reveals, url, &[("cookie", &format!("session=1;  {} ;b=2", cookie(good)))], true),
        ("a cookie in another field", &reveals, url, &[("cookie", "session=1"), ("cookie", &cookie(good))], true),
        ("a header beside another cookie", &reveals, url, &[(header, good), ("cookie", "session=1")], true),
        ("another secret", &reveals, url, &[(header, foreign)], false),
        ("expired", &reveals, url, &[(header, expired)], false),
        ("another host", &reveals, url, &[(header, elsewhere)], false),
        ("the token's host in the path", &reveals, "x/shop.example/api/", &[(header, good)], false),
        ("a user before the host", &reveals, "shop.example@evil.example/api/", &[(header, good)], false),
        ("another path", &reveals, "shop.example/admin?/api/", &[(header, good)], false),
        ("out of its path", &reveals, "shop.example/api/%2e%2e/admin", &[(header, good)], false),
        ("no host", &reveals, "/api/", &[(header, good)], false),
        ("empty", &reveals, url, &[(header, "")], false),
        ("garbage", &reveals, url, &[(header, "bsr1.9999999999.c2hvcC5leGFtcGxl.Lw.AAAA")], false),
        ("not UTF-8", &reveals, url, &[(header, "b\u{e4}")], false),
        ("blanks in it", &reveals, url, &[(header, &format!("{good} {good}"))], false),
        ("two headers", &reveals, url, &[(header, good), (header, good)], false),
        ("two headers as one", &reveals, url, &[(header, &format!("{good}, {good}"))], false),
        ("two cookies", &reveals, url, &[("cookie", &format!("{}; {}", cookie(good), cookie(good)))], false),
        ("two cookies in two fields", &reveals, url, &[("cookie", &cookie(good)), ("cookie", &cookie("x"))], false),
        ("a bad header before a cookie", &reveals, url, &[(header, "x"), ("cookie", &cookie(good))], false),
        ("an empty header before a cookie", &reveals, url, &[(header, ""), ("cookie", &cookie(good))], false),
        ("another name of the cookie", &reveals, url, &[("cookie", &format!("x{}", cookie(good)))], false),
        ("a name in another case", &reveals, url, &[("cookie", &format!("Backstop_reveal={good}"))], false),
        ("quotes", &reveals, url, &[("cookie", &format!("backstop_reveal=\"{good}\""))], false),
        ("another header", &reveals, url, &[("authorization", good)], false),
        ("not configured", &policy("{}"), url, &[(header, good)], false),
        ("production", &policy(r#"{"environment":"production"}"#), url, &[(header, good)], false),
        ("development", &policy(r#"{"environment":"development"}"#), url, &[], true),
        ("development, whatever comes", &policy(r#"{"environment":"development"}"#), "/", &[(header, "x")], true),
    ];
    for (name, policy, url, fields, expected) in rows {
        let (answer, report) = play(policy, request(url, fields), &head(&[]), &[TRACE.as_bytes()], End::Complete);
        assert_eq!(is_revealed(&answer.unwrap(), &report), *expected, "{name}");
    }
    // Without a clock nothing expires, so nothing counts.
    let mut exchange = Exchange::new(reveals, request(url, &[(header, good)]), Seed { unix_millis: 0, random: [7; 16] });
    let _ = exchange.on_response(&head(&[]));
    assert!(matches!(exchange.on_body(TRACE.as_bytes()), Step::Replace(answer) if !body(&answer).contains("views.py")));
}

#[test]
fn what_is_revealed_and_what_is_not() {
    let config = |more: &str| policy(&format!(r#"{{"environment":"development",{more}}}"#));
    let rule = |more: &str| config(&format!(r#""rules":[{{"match":{{}},{more}}}]"#));
    let long = [TRACE, &"x ".repeat(5000)].concat();
    let clean = "out of stock (views.py)";
    type Row<'a> = (&'a str, Arc<Policy>, Fields<'a>, Fields<'a>, &'a str, End, Option<bool>);
    #[rustfmt::skip]
    let rows: &[Row<'_>] = &[
        ("unsafe", config(r#""rules":[{"match":{},"action":"sanitize"}]"#), &[], &[], TRACE, End::Complete, Some(true)),
        ("always replaced", rule(r#""action":"replace""#), &[], &[], clean, End::Complete, Some(true)),
        ("clean", config(r#""inspect":{}"#), &[], &[], "out of stock", End::Complete, None),
        ("observed", rule(r#""action":"observe""#), &[], &[], TRACE, End::Complete, None),
        ("passed", rule(r#""action":"pass""#), &[], &[], TRACE, End::Complete, None),
        ("over the limit", config(r#""inspect":{"max_bytes":80}"#), &[], &[], TRACE, End::Complete, Some(true)),
        ("announced over the limit", config(r#""inspect":{"max_bytes":80}"#), &[], &[("content-length", "90")], clean, End::Complete, Some(true)),
        ("longer than the excerpt", config(r#""inspect":{}"#), &[], &[], &long, End::Complete, Some(true)),
        ("broken off", config(r#""inspect":{}"#), &[], &[], clean, End::Aborted, Some(true)),
        ("too slow", config(r#""inspect":{}"#), &[], &[], clean, End::TimedOut, Some(true)),
        ("too slow, always replaced", rule(r#""action":"replace""#), &[], &[], clean, End::TimedOut, Some(true)),
        ("nothing came in time", rule(r#""action":"replace""#), &[], &[], "", End::TimedOut, Some(false)),
        ("one too many", rule(r#""action":"replace""#), &[], &[], "", End::Overloaded, Some(false)),
        ("an unknown coding", config(r#""inspect":{}"#), &[], &[("content-encoding", "compress")], "", End::Complete, Some(false)),
        ("redirected", rule(r#""action":"replace","respond":{"redirect":{"to":"/sorry"}}"#), &[], &[], TRACE, End::Complete, None),
        ("gRPC", config(r#""inspect":{}"#), &[("content-type", "application/grpc")], &[], TRACE, End::Complete, None),
        ("gRPC-Web", config(r#""inspect":{}"#), &[("content-type", "application/grpc-web+proto")], &[], TRACE, End::Complete, None),
    ];
    for (name, policy, fields, response, text, end, expected) in rows {
        let (answer, report) = play(policy, request("shop.example/", fields), &head(response), &[text.as_bytes()], *end);
        match (answer, expected) {
            (Some(answer), Some(expected)) => assert_eq!(is_revealed(&answer, &report), *expected, "{name}"),
            (answer, None) => {
                assert!(answer.is_none_or(|answer| !body(&answer).contains("views.py")), "{name}");
                assert!(!report.contains("revealed"), "{name}: {report}");
            }
            (None, Some(_)) => panic!("{name}: not replaced"),
        }
    }
}

#[test]
fn every_format_has_it_masked_and_escaped() {
    let nested = r#"{"environment":"development","respond":{"json":"nested"}}"#;
    let flat = r#"{"environment":"development"}"#;
    let message = "ValueError: no cart <4711> & more for ***@shop.example";
    let escaped = "ValueError: no cart &lt;4711&gt; &amp; more for ***@shop.example";
    #[rustfmt::skip]
    let rows = [
        (flat, "application/json", vec![format!(r#"{{"error":"Internal Server Error","message":"{message}","stack":"Traceback (most recent call last):\n"#), r#"","requestId":"id-1"}"#.to_owned()]),
        (nested, "application/json", vec![format!(r#"{{"error":{{"code":500,"message":"{message}","stack":"Traceback"#), r#"","requestId":"id-1"}}"#.to_owned()]),
        (flat, "application/problem+json", vec![format!(r#""status":500,"detail":"{message}","stack":"Traceback"#)]),
        (flat, "text/plain", vec!["500 ".to_owned(), "id-1\n\nTraceback (most".to_owned(), format!("\n{message}\n")]),
        (flat, "application/xml", vec![format!("<message>{escaped}</message><stack>Traceback")]),
        (flat, "application/problem+xml", vec![format!("<detail>{escaped}</detail><stack>Traceback")]),
        (flat, "text/html", vec!["<pre dir=\"ltr\"".to_owned(), format!("\n{escaped}</pre>")]),
    ];
    for (config, accept, expected) in rows {
        let (answer, report) =
            play(&policy(config), request("shop.example/", &[("accept", accept)]), &head(&[]), &[TRACE.as_bytes()], End::Complete);
        let answer = answer.unwrap();
        assert!(is_revealed(&answer, &report), "{accept}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with(accept));
        for expected in expected {
            assert!(body(&answer).contains(&expected), "{accept}: {expected} in {}", body(&answer));
        }
    }
}

#[test]
fn calls_are_told_where_the_body_is_hard_to_read() {
    let json = r#"{"stack":"ValueError: no cart\n    at send (\/app\/views.py.js:3:1)","password":"hunter2"}"#;
    let (answer, report) =
        play(&policy(r#"{"environment":"development"}"#), request("shop.example/", &[]), &head(&[]), &[json.as_bytes()], End::Complete);
    let answer = answer.unwrap();
    assert!(is_revealed(&answer, &report));
    let value: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(value["message"], "ValueError: no cart");
    let stack = value["stack"].as_str().unwrap();
    assert!(stack.starts_with("/app/views.py.js:3 in send\n\n{\"stack\":") && stack.ends_with("\"password\":\"***\"}"), "{stack}");
}

#[test]
fn the_operator_cannot_make_it_public_by_mistake() {
    let config = r#"{"environment":"development","respond":{"templates":["t"]},"templates":{"t":{"format":"json","text":"{\"own\":true}"}},
        "headers":{"set":{"cache-control":"public, max-age=60","cdn-cache-control":"max-age=60","surrogate-control":"max-age=60","x-own":"1"},
                   "add":{"vary":"origin","expires":"Sat, 21 Nov 2026 20:00:00 GMT"}}}"#;
    let (answer, _) = play(&policy(config), request("shop.example/", &[]), &head(&[]), &[TRACE.as_bytes()], End::Complete);
    let answer = answer.unwrap();
    assert!(body(&answer).contains("views.py"), "the template has no place for it");
    let values = |name: &str| answer.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(values("cache-control"), ["private, no-store"]);
    assert_eq!(values("vary"), ["accept, accept-language, origin, cookie, x-backstop-reveal"]);
    assert!(["cdn-cache-control", "surrogate-control", "expires"].iter().all(|name| values(name).is_empty()));
    assert_eq!(values("x-own"), ["1"]);
}

#[test]
fn the_split_into_chunks_changes_nothing() {
    let long = ["All is lost. ".repeat(350).as_bytes(), TRACE.as_bytes(), "and so on ".repeat(500).as_bytes()].concat();
    let mut broken = TRACE.as_bytes().to_vec();
    broken.splice(0..0, [0x1f, 0x8b, 8, 0]);
    for config in [
        r#"{"environment":"development"}"#,
        r#"{"environment":"development","inspect":{"max_bytes":150}}"#,
        r#"{"environment":"development","rules":[{"match":{},"action":"replace"}]}"#,
    ] {
        let policy = policy(config);
        for text in [TRACE.as_bytes(), &long, &broken, b"", b"{}"] {
            let run = |chunks: &[&[u8]]| play(&policy, request("shop.example/", &[]), &head(&[]), chunks, End::Complete);
            let whole = run(&[text]);
            for size in [1, 2, 3, 7, 64, 1000, 4095, 4096, 4097] {
                assert_eq!(run(&text.chunks(size).collect::<Vec<_>>()), whole, "chunks of {size}: {config}");
            }
        }
    }
}

#[test]
fn a_long_body_is_not_waited_for() {
    let long = [TRACE, &"x ".repeat(5000)].concat();
    let rule = r#"{"environment":"development","rules":[{"match":{},"action":"replace"}]}"#;
    let mut exchange = Exchange::new(policy(rule), request("shop.example/", &[]), Seed { unix_millis: NOW * 1000, random: [7; 16] });
    assert_eq!(exchange.on_response(&head(&[])), Plan::Hold);
    assert_eq!(exchange.on_body(&long.as_bytes()[..4096]), Step::Continue);
    let Step::Replace(answer) = exchange.on_body(&long.as_bytes()[4096..4097]) else { panic!("more than is shown") };
    assert!(body(&answer).contains("views.py") && body(&answer).contains("\\n…\""));
    assert!(matches!(exchange.on_body(b"more"), Step::Continue));
    assert_eq!(exchange.finish(End::Complete, NOW * 1000).verdict, Verdict::Served);
}

#[test]
fn heads_without_bodies_stay_generic_and_failures_tell_their_reason() {
    let rule = policy(r#"{"environment":"development","rules":[{"match":{},"action":"replace"}]}"#);
    for method in [Method::HEAD, Method::GET] {
        let (answer, report) = play(
            &rule,
            RequestHead { method, ..request("shop.example/", &[]) },
            &ResponseHead { body: Payload::Absent, ..head(&[]) },
            &[],
            End::Complete,
        );
        assert_eq!(answer.unwrap().headers["cache-control"], "no-store");
        assert!(!report.contains("revealed"));
    }
    let exchange = Exchange::new(rule, request("shop.example/", &[]), Seed { unix_millis: NOW * 1000, random: [7; 16] });
    let detail = "TypeError: connect to http://app:hunter2@10.0.0.7/ failed in views.py";
    let outcome = exchange.finish_without_response(StatusCode::BAD_GATEWAY, detail, NOW * 1000);
    let Verdict::Replace(answer) = outcome.verdict else { panic!("there is nothing to release") };
    assert!(is_revealed(&answer, &outcome.report.unwrap().to_json()));
    assert!(
        body(&answer).starts_with(r#"{"error":"Bad Gateway","message":"TypeError: connect to http://app:***@10.0.0.7/"#),
        "{}",
        body(&answer)
    );
}

#[test]
fn hosts_learn_what_to_keep_and_what_to_remove() {
    let plain = policy("{}");
    assert!(plain.token_header().is_none() && plain.reveal_key().is_none());
    assert!(!plain.request_fields().iter().any(|name| name == "cookie"));
    let reveals = policy(CONFIG);
    assert_eq!(reveals.token_header().unwrap(), "x-backstop-reveal");
    assert!(["cookie", "x-backstop-reveal"].iter().all(|name| reveals.request_fields().iter().any(|field| field == name)));
    assert_eq!(policy(r#"{"environment":"development"}"#).token_header(), None);
    assert!(!format!("{reveals:?}").contains("0123456789abcdef"));
}

#[test]
fn what_an_operator_masks_is_masked_here_as_well() {
    let config = r#"{"environment":"development","report":{"redact":{"addresses":true,"patterns":["CUST-[0-9]+"]}}}"#;
    let text = "Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 1, in a\nValueError: CUST-4711 from 10.0.0.7\n";
    let (answer, _) = play(&policy(config), request("shop.example/", &[]), &head(&[]), &[text.as_bytes()], End::Complete);
    let answer: serde_json::Value = serde_json::from_slice(&answer.unwrap().body).unwrap();
    assert_eq!(answer["message"], "ValueError: *** from ***");
    assert!(answer["stack"].as_str().unwrap().ends_with("ValueError: *** from ***"), "{answer}");
}
