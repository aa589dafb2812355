//! Secrets of every kind, looked for everywhere that Envoy and Backstop write to.

use super::special::Stand;
use anyhow::{Context as _, Result, ensure};
use backstop_tests::client;
use backstop_tests::collector::{Collector, Conduct};
use backstop_tests::envoy::{CURRENT, EnvoyHost, OLDEST, PLAIN, report_of};
use backstop_tests::secrets::{self, BAD_ID, Secret};
use backstop_tests::suite::RUNTIME;
use libtest_mimic::{Failed, Trial};
use std::time::{Duration, Instant};

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |host: EnvoyHost| {
        let run = move || no_secret_anywhere(host).map_err(|error| Failed::from(format!("{error:#}")));
        Trial::test(format!("{}::secrets::no-secret-anywhere", host.name), run)
    };
    [CURRENT, OLDEST, PLAIN].into_iter().map(trial).collect()
}

fn no_secret_anywhere(host: EnvoyHost) -> Result<()> {
    let collector = Collector::start(&[Conduct::Take])?;
    let all = secrets::all();
    let cases = all.iter().map(Secret::case).collect::<Result<Vec<_>>>()?;
    let config = secrets::config(&collector.endpoint());
    let stand = Stand::of(host, &config, false, cases.clone())?;
    let mut ids = Vec::new();
    for (secret, case) in all.iter().zip(&cases) {
        let answer = RUNTIME.block_on(client::send(stand.envoy.address, case)).with_context(|| secret.name)?;
        secret.check_answer(&answer)?;
        ids.push(answer.header("x-request-id").concat());
    }
    // Every report is out, in both forms; Envoy writes its access log when it has time, or every ten seconds.
    let started = Instant::now();
    let is_complete = || {
        let log = stand.envoy.log();
        let accessed = log.lines().filter(|line| !line.contains("wasm log") && ids.iter().any(|id| line.contains(id))).count();
        let told = ids.iter().all(|id| report_of(&log, id).is_some());
        told && accessed >= all.len() && collector.records().is_ok_and(|records| records.len() >= all.len())
    };
    while !is_complete() {
        ensure!(started.elapsed() < Duration::from_secs(25), "not all reports came\n{}", stand.envoy.log_tail());
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = stand.envoy.log();
    let is_access = |line: &&str| !line.contains("wasm log");
    // The bundled access log has the ID that the client sent: README, "Known limits".
    let access: String = log.lines().filter(is_access).collect();
    let log: String = log.lines().filter(|line| !is_access(line)).collect();
    let mut places = vec![("the log", log), ("the access log", access.replace(BAD_ID, ""))];
    for secret in &all {
        ensure!(places[1].1.contains(&format!("/{}", secret.name)), "the access log has no path of {}", secret.name);
    }
    let metrics = ["/stats", "/stats/prometheus"].map(|path| RUNTIME.block_on(client::get(stand.envoy.admin, path, &[])));
    for answer in metrics {
        places.push(("the metrics", String::from_utf8_lossy(&answer?.body).into_owned()));
    }
    for request in collector.requests() {
        places.push(("the payload for the collector", format!("{} {}", request.head, String::from_utf8_lossy(&request.body))));
    }
    for (place, text) in &places {
        secrets::check(&all, place, text)?;
    }
    stand.envoy.check_alive()
}
