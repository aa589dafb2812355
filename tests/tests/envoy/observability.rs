//! `envoy/observability/`: every query of the dashboard and every alert on a real Prometheus that scrapes a real Envoy, every command of
//! the runbook on that Envoy's log.

use crate::special::{Stand, leak, script};
use anyhow::{Context, Result, ensure};
use backstop_tests::client;
use backstop_tests::envoy::CURRENT;
use backstop_tests::process::Process;
use backstop_tests::suite::{RUNTIME, project};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Debian's; where it is not installed the test is shown as ignored.
const PROMETHEUS: &str = "/usr/bin/prometheus";

/// Metrics that this test has no means to make: queries about nothing else may come out empty.
const ABSENT: [&str; 2] = ["backstop_reports_sent_total", "backstop_reports_dropped_total"];

pub(crate) fn trials() -> [Trial; 2] {
    let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
    let queries = Trial::test("observability::every-query-has-an-answer", move || queries().map_err(failed));
    let runbook = Trial::test("observability::every-command-of-the-runbook", move || runbook().map_err(failed));
    [queries.with_ignored_flag(!Path::new(PROMETHEUS).exists()), runbook]
}

fn queries() -> Result<()> {
    let text = json!([["content-type", "text/plain"]]);
    let plain = json!({"headers": text, "body": ["out of coffee"]});
    let watched = json!({"headers": text, "body": ["ORA-00942: table or view does not exist"]});
    let scripts = vec![leak(), script("clean", json!({}), plain), script("watched", json!({"path": "/watch"}), watched)];
    let config = json!({"rules": [
        {"name": "watch", "match": {"path": {"prefix": "/watch"}, "status": ["5xx"]}, "action": "observe"},
        {"name": "application", "match": {"status": ["5xx"]}, "action": "sanitize"},
    ]});
    let stand = Stand::new(CURRENT, &config, false, scripts)?;
    let all = || ["leak", "clean", "watched"].into_iter().try_for_each(|name| stand.send(name).map(drop));
    all()?;
    let prometheus = Prometheus::start(stand.envoy.admin)?;
    // A rate needs two samples, and a histogram has none before Envoy's next flush, which comes every five seconds.
    prometheus.eventually("a first scrape", "backstop_held_milliseconds_count > 0")?;
    all()?;
    prometheus.eventually("a rate", "sum(rate(backstop_held_milliseconds_count[1m])) > 0")?;

    for rule in ["watch", "application"] {
        prometheus.eventually("the recorded rule", &format!("backstop:responses:increase5m{{rule=\"{rule}\"}} > 0"))?;
    }
    for alert in ["BackstopLeakIntercepted", "BackstopLeakObserved", "BackstopNewError"] {
        prometheus.eventually("an alert", &format!("ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}}"))?;
    }
    for alert in ["BackstopAbsent", "BackstopTrapped", "BackstopSeriesCapped", "BackstopPageFallback", "BackstopReportsSuppressed"] {
        let active = prometheus.query(&format!("ALERTS{{alertname=\"{alert}\"}}"))?;
        ensure!(active.is_empty(), "{alert}: {active:?}");
    }
    let groups = prometheus.get("/api/v1/rules")?;
    let rules = groups.pointer("/groups/0/rules").and_then(Value::as_array).context("no rules")?;
    for rule in rules {
        ensure!(rule["health"] == "ok" && rule["lastError"].is_null(), "{rule}");
    }

    let dashboard: Value = serde_json::from_slice(&std::fs::read(project().join("envoy/observability/dashboard.json"))?)?;
    let mut asked = 0;
    for panel in dashboard["panels"].as_array().context("no panels")? {
        for target in panel["targets"].as_array().context("no targets")? {
            let expr = target["expr"].as_str().context("no expr")?;
            let expr = expr.replace("$__rate_interval", "1m").replace("$__range", "1m").replace("$rule", ".*");
            ensure!(!expr.contains('$'), "{expr}: this test does not know that variable");
            let found = prometheus.query(&expr).with_context(|| format!("the panel {}", panel["title"]))?;
            ensure!(
                !found.is_empty() || ABSENT.iter().any(|name| expr.contains(name)),
                "the panel {} shows nothing: {expr}",
                panel["title"]
            );
            asked += 1;
        }
    }
    ensure!(asked > 15, "{asked} queries");
    let rules = prometheus.get("/api/v1/label/rule/values")?;
    ensure!(rules == json!(["application", "watch"]), "the dashboard offers the rules {rules}");
    Ok(())
}

/// Every command of the runbook finds something, from a folder with the log of an Envoy.
fn runbook() -> Result<()> {
    let stand = Stand::new(
        CURRENT,
        &json!({"rules": [{"name": "application", "match": {"status": ["5xx"]}, "action": "sanitize"}]}),
        false,
        vec![leak()],
    )?;
    let id = stand.send("leak")?.header("x-request-id").concat();
    let started = Instant::now();
    // Envoy writes its access log every ten seconds.
    while !stand.envoy.log().contains("\"backstop_rule\"") {
        ensure!(started.elapsed() < Duration::from_secs(15), "no access log\n{}", stand.envoy.log());
        std::thread::sleep(Duration::from_millis(100));
    }
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("envoy.log"), stand.envoy.log())?;

    let text = std::fs::read_to_string(project().join("envoy/observability/runbook.md"))?;
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    let mut found = Vec::new();
    for command in blocks.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("ID=")) {
        let command = command.replace("127.0.0.1:9901", &stand.envoy.admin.to_string());
        let output = Command::new("sh").args(["-c", &command]).env("ID", &id).current_dir(folder.path()).output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success() && !said.trim().is_empty(), "{command}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        found.push(said);
    }
    let [report, access, fingerprints, series, examples, wasm, dump] = &*found else { anyhow::bail!("{} commands", found.len()) };
    let report: Value = serde_json::from_str(report).context("the first command shows the report")?;
    ensure!(report["request_id"] == *id && report["backstop.findings"][0]["category"] == "database", "{report}");
    ensure!(access.lines().count() == 1 && access.contains("\"backstop_action\":\"sanitize\""), "{access}");
    ensure!(fingerprints.trim().starts_with("1 \"backstop.fingerprint\""), "{fingerprints}");
    ensure!(series.contains("rule=\"application\""), "{series}");
    ensure!(examples.contains(&id), "{examples}");
    ensure!(wasm.contains("wasm.backstop.vm_reload_success: 0"), "{wasm}");
    ensure!(dump.trim().parse::<u32>()? > 3, "{dump}");
    Ok(())
}

struct Prometheus {
    process: Process,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts it with the configuration of `envoy/observability/`, on this Envoy, in more of a hurry.
    fn start(admin: SocketAddr) -> Result<Prometheus> {
        let folder = tempfile::tempdir()?;
        let source = project().join("envoy/observability");
        let mut config = std::fs::read_to_string(source.join("prometheus.yml"))?;
        for (from, to) in [("127.0.0.1:9901\"]", &*format!("{admin}\"]")), ("_interval: 15s", "_interval: 1s")] {
            ensure!(config.contains(from), "prometheus.yml has no {from}");
            config = config.replace(from, to);
        }
        std::fs::write(folder.path().join("prometheus.yml"), config)?;
        std::fs::copy(source.join("rules.yml"), folder.path().join("rules.yml"))?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = Command::new(PROMETHEUS);
        command.arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()));
        command.arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()));
        command.arg(format!("--web.listen-address={address}"));
        let mut process = Process::start(command, folder)?;
        process.wait_for("being ready", |_| {
            let ready = RUNTIME.block_on(client::get(address, "/-/ready", &[])).ok()?;
            (ready.status == 200).then_some(())
        })?;
        Ok(Prometheus { process, address })
    }

    /// The `data` of an answer.
    fn get(&self, path: &str) -> Result<Value> {
        let answer = RUNTIME.block_on(client::get(self.address, path, &[])).with_context(|| self.process.log_tail())?;
        let answer: Value = serde_json::from_slice(&answer.body).with_context(|| String::from_utf8_lossy(&answer.body).into_owned())?;
        ensure!(answer["status"] == "success", "{path}: {answer}");
        Ok(answer["data"].clone())
    }

    fn query(&self, expr: &str) -> Result<Vec<Value>> {
        let mut path = String::from("/api/v1/query?query=");
        for byte in expr.bytes() {
            write!(path, "%{byte:02x}")?;
        }
        let data = self.get(&path).with_context(|| expr.to_owned())?;
        Ok(data["result"].as_array().context("no result")?.clone())
    }

    /// Asks until the answer is not empty.
    fn eventually(&self, what: &str, expr: &str) -> Result<()> {
        let started = Instant::now();
        while self.query(expr)?.is_empty() {
            ensure!(started.elapsed() < Duration::from_secs(30), "{what}: not after 30 s: {expr}\n{}", self.process.log_tail());
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}
