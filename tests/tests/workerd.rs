//! Every case on a real workerd, and what cannot be said as a case.

use anyhow::{Result, ensure};
use backstop_tests::case::{Case, HttpVersion, contains};
use backstop_tests::client;
use backstop_tests::suite::{self, RUNTIME};
use backstop_tests::upstream::ScriptedUpstream;
use backstop_tests::workerd::{Origin, Workerd, WorkerdHost};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::sync::Arc;

type Test = fn() -> Result<()>;

const TESTS: [(&str, Test); 3] = [
    ("origin-from-the-binding", origin_binding),
    ("an-invalid-configuration-fails-closed", invalid_configuration),
    ("websocket", websocket),
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
