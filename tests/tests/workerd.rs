//! Every case on a real workerd, and what cannot be said as a case.

use anyhow::{Result, ensure};
use backstop_tests::case::{Case, HttpVersion, contains};
use backstop_tests::client;
use backstop_tests::collector::{Collector, Conduct, attributes};
use backstop_tests::envoy::report_of;
use backstop_tests::secrets::{self, Secret};
use backstop_tests::suite::{self, RUNTIME};
use backstop_tests::upstream::ScriptedUpstream;
use backstop_tests::workerd::{Origin, Workerd, WorkerdHost};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

type Test = fn() -> Result<()>;

const TESTS: [(&str, Test); 7] = [
    ("origin-from-the-binding", origin_binding),
    ("an-invalid-configuration-fails-closed", invalid_configuration),
    ("websocket", websocket),
    ("no-secret-anywhere", no_secret_anywhere),
    ("otlp-a-record-says-what-the-line-says", otlp_record),
    ("otlp-collectors-that-fail", otlp_failing),
    ("otlp-what-gathers-goes-together", otlp_gathers),
];

fn main() {
    let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
    let trial = |(name, run): &(&str, Test)| {
        let run = *run;
        Trial::test(format!("workerd::special::{name}"), move || run().map_err(failed))
    };
    suite::main(vec![Box::new(WorkerdHost)], TESTS.iter().map(trial).collect())
}

/// A case of which only name and upstream are of use here.
fn script(name: &str, upstream: &Value) -> Result<Arc<Case>> {
    let case = json!({"name": name, "upstream": upstream, "expect": {"outcome": "replaced", "status": 500, "report": null}});
    Ok(Arc::new(serde_json::from_value(case)?))
}

fn leak() -> Result<Arc<Case>> {
    script("leak", &json!({"headers": [["content-type", "text/plain"]], "body": ["ORA-00942: table or view does not exist"]}))
}

fn origin_binding() -> Result<()> {
    let good = script("good", &json!({"status": 200, "headers": [["content-type", "text/plain"]], "body": ["fine"]}))?;
    let (leak, good) = (leak()?, good);
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&[Arc::clone(&leak), Arc::clone(&good)], HttpVersion::One))?;
    let workerd = Workerd::launch(&json!({}), upstream.address, Origin::Binding)?;
    let answer = RUNTIME.block_on(client::send(workerd.address, &good))?;
    ensure!(answer.status == 200 && answer.body == b"fine", "{answer:?}\n{}", workerd.log_tail());
    let answer = RUNTIME.block_on(client::send(workerd.address, &leak))?;
    ensure!(answer.status == 500 && contains(&answer.body, b"An unexpected error occurred"), "{answer:?}\n{}", workerd.log_tail());
    let received = upstream.received("leak").map(|received| client::values(&received.headers, "x-request-id")).unwrap_or_default();
    ensure!(received == answer.header("x-request-id"), "the upstream received the ID {received:?}: {answer:?}");
    Ok(())
}

/// A worker cannot refuse to start: it answers every error in general words, and its log says why.
fn invalid_configuration() -> Result<()> {
    let leak = leak()?;
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&[Arc::clone(&leak)], HttpVersion::One))?;
    let config = json!({"rules": [{"match": {"status": ["5x0"]}, "action": "pass"}]});
    let workerd = Workerd::launch(&config, upstream.address, Origin::Route)?;
    for _ in 0..2 {
        let answer = RUNTIME.block_on(client::send(workerd.address, &leak))?;
        ensure!(answer.status >= 500 && !contains(&answer.body, b"ORA-00942"), "{answer:?}");
        ensure!(answer.header("x-request-id").len() == 1, "no ID: {answer:?}");
    }
    let log = workerd.log();
    ensure!(log.contains("rules[0].match.status[0]") && log.contains("5x0"), "the log does not tell the place:\n{log}");
    Ok(())
}

fn websocket() -> Result<()> {
    let case = script("websocket", &client::websocket_upstream())?;
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&[case], HttpVersion::One))?;
    let workerd = Workerd::launch(&json!({}), upstream.address, Origin::Route)?;
    RUNTIME.block_on(client::websocket(workerd.address, "websocket"))
}

/// A worker that ships to this collector, and how its errors are answered: never later than at once.
fn shipping(report: &Value) -> Result<(Workerd, impl Fn(&Workerd) -> Result<String> + use<>)> {
    let leak = leak()?;
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&[Arc::clone(&leak)], HttpVersion::One))?;
    let workerd = Workerd::launch(&json!({ "report": report }), upstream.address, Origin::Binding)?;
    let works = move |workerd: &Workerd| {
        let started = Instant::now();
        let answer = RUNTIME.block_on(client::send(workerd.address, &leak))?;
        ensure!(answer.status == 500 && contains(&answer.body, b"An unexpected error occurred"), "{answer:?}\n{}", workerd.log_tail());
        ensure!(started.elapsed() < Duration::from_millis(900), "answered after {:?}", started.elapsed());
        Ok(answer.header("x-request-id").pop().unwrap_or_default())
    };
    Ok((workerd, works))
}

fn otlp_record() -> Result<()> {
    let collector = Collector::start(&[Conduct::Take])?;
    let otlp = json!({"endpoint": collector.endpoint(), "service_name": "shop", "headers": {"x-api-key": "s3cret-key"}});
    let (workerd, works) = shipping(&json!({ "otlp": otlp }))?;
    let id = works(&workerd)?;
    let request = collector.wait_for(1)?.remove(0);
    ensure!(
        request.head.starts_with("POST /v1/logs ") && request.head.to_ascii_lowercase().contains("x-api-key: s3cret-key"),
        "{}",
        request.head
    );
    ensure!(contains(&request.body, b"service.name\x12\x06\x0a\x04shop"), "no service name");
    let record = collector.records()?.remove(0);
    let mut line = report_of(&workerd.log(), &id).and_then(|line| line.as_object().cloned()).unwrap_or_default();
    line.remove("time");
    let told = attributes(&record.attributes);
    ensure!(told == line && !line.is_empty(), "the record differs from the line:\n{told:?}\n{line:?}");
    ensure!(!workerd.log().contains("s3cret-key"), "the collector's key is in the log");
    Ok(())
}

fn otlp_failing() -> Result<()> {
    let rows: [(&str, Conduct, usize, u64, &str); 7] = [
        ("500", Conduct::Refuse(500, ""), 1, 0, "refused 1 reports with the status 500"),
        ("a redirect", Conduct::Refuse(302, ""), 1, 0, "refused 1 reports with the status 302"),
        ("partial success", Conduct::TakePart(1), 1, 0, "refused 1 reports: password=***;"),
        ("503", Conduct::Refuse(503, ""), 2, 400, "no collector takes reports (status 503)"),
        ("429 with retry-after", Conduct::Refuse(429, "2"), 2, 1900, "no collector takes reports (status 429)"),
        ("reset", Conduct::Reset, 2, 400, "no collector takes reports (status 0)"),
        ("silent", Conduct::Silent, 2, 900, "no collector takes reports (status 0)"),
    ];
    for (name, conduct, times, pause, log) in rows {
        let collector = Collector::start(&[conduct, Conduct::Take])?;
        let (workerd, works) = shipping(&json!({"otlp": {"endpoint": collector.endpoint(), "timeout_ms": 500}}))?;
        works(&workerd)?;
        let requests = collector.wait_for(times)?;
        if let [first, again, ..] = requests.as_slice() {
            let between = again.at - first.at;
            ensure!(between >= Duration::from_millis(pause), "{name}: sent again after {between:?}");
            ensure!(first.body == again.body, "{name}: something else was sent");
        }
        std::thread::sleep(Duration::from_millis(300));
        ensure!(workerd.log().contains(log) && !workerd.log().contains("hunter2"), "{name}: {}", workerd.log_tail());
        works(&workerd)?;
        collector.wait_for(times + 1)?;
        let lost = if times == 1 { json!(1) } else { Value::Null };
        let last = collector.records()?.pop().map(|record| attributes(&record.attributes)).unwrap_or_default();
        ensure!(last.get("backstop.dropped").cloned().unwrap_or_default() == lost, "{name}: {last:?}");
    }
    Ok(())
}

fn otlp_gathers() -> Result<()> {
    let collector = Collector::start(&[Conduct::Slow(2000), Conduct::Take])?;
    let (workerd, works) = shipping(&json!({"log": false, "otlp": {"endpoint": collector.endpoint(), "queue": 4}}))?;
    for _ in 0..8 {
        works(&workerd)?;
    }
    ensure!(collector.requests().len() == 1, "two requests at once");
    collector.wait_for(2)?;
    works(&workerd)?;
    collector.wait_for(3)?;
    let told: Vec<_> = collector.records()?.iter().map(|record| attributes(&record.attributes).get("backstop.dropped").cloned()).collect();
    ensure!(told == [None, None, None, None, Some(json!(4))], "{told:?}");
    ensure!(!workerd.log().contains("backstop.report"), "`log` is off");
    Ok(())
}

/// Secrets of every kind, looked for in the answers, on the console and in what the collector gets.
fn no_secret_anywhere() -> Result<()> {
    let collector = Collector::start(&[Conduct::Take])?;
    let all = secrets::all();
    let cases = all.iter().map(Secret::case).collect::<Result<Vec<_>>>()?;
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&cases, HttpVersion::One))?;
    let workerd = Workerd::launch(&secrets::config(&collector.endpoint()), upstream.address, Origin::Binding)?;
    let mut ids = Vec::new();
    for (secret, case) in all.iter().zip(&cases) {
        let answer = RUNTIME.block_on(client::send(workerd.address, case))?;
        secret.check_answer(&answer)?;
        ids.push(answer.header("x-request-id").concat());
    }
    let started = Instant::now();
    while !(ids.iter().all(|id| workerd.log().contains(id)) && collector.records()?.len() >= all.len()) {
        ensure!(started.elapsed() < Duration::from_secs(10), "not all reports came\n{}", workerd.log_tail());
        std::thread::sleep(Duration::from_millis(50));
    }
    secrets::check(&all, "the console", &workerd.log())?;
    for request in collector.requests() {
        secrets::check(&all, "the payload for the collector", &format!("{} {}", request.head, String::from_utf8_lossy(&request.body)))?;
    }
    Ok(())
}
