//! Real Envoys with the configurations of `envoy/`, as they stand.

use crate::case::{Case, HttpVersion};
use crate::check::{Observation, correlation_id, left};
use crate::client;
use crate::process::{Process, tool};
use crate::suite::{Group, Host, RUNTIME, Server, project};
use crate::upstream::ScriptedUpstream;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Envoy 1.40.0 with the bundled wiring.
pub const CURRENT: EnvoyHost = EnvoyHost { name: "envoy-1.40.0", binary: ".tools/bin/envoy", wiring: "envoy/envoy.yaml" };

/// The oldest Envoy that is tested, with the bundled wiring.
pub const OLDEST: EnvoyHost = EnvoyHost { name: "envoy-1.36.4", binary: ".tools/bin/envoy-1.36.4", wiring: "envoy/envoy.yaml" };

/// Envoy 1.40.0 with the plain configuration.
pub const PLAIN: EnvoyHost = EnvoyHost { name: "plain-1.40.0", binary: ".tools/bin/envoy", wiring: "envoy/plain.yaml" };

/// An Envoy of some version with some configuration.
#[derive(Debug, Clone, Copy)]
pub struct EnvoyHost {
    /// One of [`crate::suite::HOSTS`].
    pub name: &'static str,
    binary: &'static str,
    wiring: &'static str,
}

/// Stands where a text goes that takes the place of a `Struct`.
const PLACE: &str = "{\"place\": 1}";

/// What Envoy logs when a module traps.
const TRAPS: [&str; 4] = [" failed: Uncaught ", "panicked at", "Plugin configured to fail", "Failed to load Wasm"];

/// How an Envoy is started.
#[derive(Debug)]
pub struct Settings {
    /// Backstop's configuration as YAML or JSON; the bundled wiring needs `"capture": "filter_state"` in it.
    pub config: String,
    /// Where the upstream is.
    pub upstream: SocketAddr,
    /// What the upstream speaks.
    pub http: HttpVersion,
    /// Pass the configuration as a `StringValue`, not as a `Struct`.
    pub as_text: bool,
}

/// A running Envoy.
#[derive(Debug)]
pub struct Envoy {
    process: Process,
    /// Where clients are served.
    pub address: SocketAddr,
    /// The admin page.
    pub admin: SocketAddr,
}

impl EnvoyHost {
    /// Backstop's configuration as this host's wiring needs it.
    pub fn config(&self, config: &Value) -> String {
        let mut config = config.clone();
        if let (Some(members), "envoy/envoy.yaml") = (config.as_object_mut(), self.wiring) {
            members.insert("capture".to_owned(), json!("filter_state"));
        }
        config.to_string()
    }

    /// Starts the program without waiting for it.
    pub fn spawn(&self, settings: &Settings) -> Result<Process> {
        let protocol = match settings.http {
            HttpVersion::One => r#"{"http_protocol_options":{}}"#,
            HttpVersion::Two => r#"{"http2_protocol_options":{}}"#,
        };
        let policy: Value = serde_json::from_str(&settings.config).unwrap_or_default();
        let endpoint = policy.pointer("/report/otlp/endpoint").and_then(Value::as_str).and_then(|url| url.parse::<http::Uri>().ok());
        let collector = endpoint.and_then(|url| url.port_u16()).map(|port| format!("COLLECTOR_PORT={port}"));
        let filled = Command::new("python3")
            .current_dir(project())
            .args(["envoy/fill.py", self.wiring, "LISTEN_PORT=0", "ADMIN_PORT=0"])
            .arg(format!("UPSTREAM_PORT={}", settings.upstream.port()))
            .args(collector)
            .arg(format!("WASM_PATH={}", tool("dist/backstop.wasm")?.display()))
            .arg(format!("BACKSTOP_CONFIG={}", if settings.as_text { PLACE } else { &settings.config }))
            .arg(format!("UPSTREAM_PROTOCOL={protocol}"))
            .output()
            .context("python3")?;
        ensure!(filled.status.success(), "envoy/fill.py: {}", String::from_utf8_lossy(&filled.stderr));
        let mut text = String::from_utf8(filled.stdout)?;
        if settings.as_text {
            ensure!(text.matches(PLACE).count() == 1, "the configuration has no place for a text");
            text = text.replace("google.protobuf.Struct", "google.protobuf.StringValue");
            text = text.replace(PLACE, &Value::from(settings.config.as_str()).to_string());
        }
        self.start(tempfile::tempdir()?, &text)
    }

    fn start(&self, folder: TempDir, yaml: &str) -> Result<Process> {
        let file = folder.path().join("envoy.yaml");
        std::fs::write(&file, yaml)?;
        let mut command = Command::new(tool(self.binary)?);
        command.arg("-c").arg(file).arg("--admin-address-path").arg(folder.path().join("admin"));
        command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning", "--component-log-level", "wasm:info"]);
        // Asked for by whatever takes its configuration from files.
        command.args(["--service-node", "test", "--service-cluster", "test"]);
        Process::start(command, folder)
    }

    /// Starts the program and waits until it serves.
    pub fn launch(&self, settings: &Settings) -> Result<Envoy> {
        Self::ready(self.spawn(settings)?)
    }

    /// Starts the program with a configuration of the test's own and waits until it serves. Files in `folder` are the program's to read.
    pub fn launch_yaml(&self, folder: TempDir, yaml: &str) -> Result<Envoy> {
        Self::ready(self.start(folder, yaml)?)
    }

    fn ready(mut process: Process) -> Result<Envoy> {
        let admin = process.wait_for("the admin address", |process| {
            std::fs::read_to_string(process.path("admin")).ok().and_then(|address| address.trim().parse::<SocketAddr>().ok())
        })?;
        process.wait_for("being ready", |_| {
            let ready = RUNTIME.block_on(client::get(admin, "/ready", &[])).ok()?;
            (ready.status == 200).then_some(())
        })?;
        let address = listener(admin, 0)?;
        Ok(Envoy { process, address, admin })
    }
}

impl Host for EnvoyHost {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, group: &Group) -> Result<Box<dyn Server>> {
        let upstream = group.upstream()?;
        let settings = Settings { config: self.config(&group.config), upstream: upstream.address, http: group.http, as_text: false };
        let envoy = self.launch(&settings)?;
        Ok(Box::new(Running { envoy, upstream, id_header: group.id_header() }))
    }
}

/// Where a listener serves clients.
fn listener(admin: SocketAddr, index: usize) -> Result<SocketAddr> {
    let listeners = RUNTIME.block_on(client::get(admin, "/listeners?format=json", &[]))?;
    let listeners: Value = serde_json::from_slice(&listeners.body).context("/listeners")?;
    let port = listeners.pointer(&format!("/listener_statuses/{index}/local_address/socket_address/port_value")).and_then(Value::as_u64);
    let port = u16::try_from(port.context("/listeners tells no port")?)?;
    Ok(SocketAddr::from(([127, 0, 0, 1], port)))
}

impl Envoy {
    /// Where a listener that is not the first serves clients.
    pub fn listener(&self, index: usize) -> Result<SocketAddr> {
        listener(self.admin, index)
    }

    /// The value of one of its counters or gauges; 0 where it has none of this name.
    pub fn stat(&self, name: &str) -> Result<u64> {
        let stats = RUNTIME.block_on(client::get(self.admin, "/stats", &[]))?;
        let stats = String::from_utf8_lossy(&stats.body).into_owned();
        let value = stats.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Ok(value.unwrap_or("0").parse()?)
    }

    /// A file of the program's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.process.path(name)
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Fails if the module trapped.
    pub fn check_alive(&self) -> Result<()> {
        let log = self.log();
        // A report may quote an application's own panic.
        let mut lines = log.lines().filter(|line| !line.contains("backstop.report"));
        let trap = lines.find(|line| TRAPS.iter().any(|trap| line.contains(trap)));
        ensure!(trap.is_none(), "the module trapped: {}", trap.unwrap_or_default());
        Ok(())
    }

    /// The end of what it logged.
    pub fn log_tail(&self) -> String {
        self.process.log_tail()
    }

    /// Its resident memory, in KiB.
    pub fn resident_kib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

struct Running {
    envoy: Envoy,
    upstream: ScriptedUpstream,
    id_header: String,
}

impl Server for Running {
    fn run(&self, case: &Arc<Case>) -> Result<Observation> {
        let seen = observe(self.envoy.address, &self.upstream, &self.id_header, case, || self.envoy.log());
        self.envoy.check_alive()?;
        seen
    }

    fn log_tail(&self) -> String {
        self.envoy.log_tail()
    }
}

/// Plays a case against a server, then looks for its report in the log.
pub fn observe(
    address: SocketAddr,
    upstream: &ScriptedUpstream,
    id_header: &str,
    case: &Arc<Case>,
    log: impl Fn() -> String,
) -> Result<Observation> {
    std::thread::sleep(Duration::from_millis(case.wait_ms));
    let answer = RUNTIME.block_on(client::send(address, case))?;
    let mut seen = Observation { answer, requests: upstream.requests(&case.name), report: None, timed: true };
    if let Some(limit) = case.expect.upstream_closed_within_ms {
        let started = Instant::now();
        while started.elapsed() < Duration::from_millis(limit + 500)
            && left(case, &seen.requests).any(|received| received.closed_after.is_none())
        {
            std::thread::sleep(Duration::from_millis(20));
            seen.requests = upstream.requests(&case.name);
        }
    }
    // A report follows its response; where none is expected, one that comes late must still be noticed.
    let patience = if case.expect.report.is_null() { Duration::from_millis(200) } else { Duration::from_secs(4) };
    let started = Instant::now();
    while let Some(id) = correlation_id(id_header, &seen) {
        seen.report = report_of(&log(), &id);
        if seen.report.is_some() || started.elapsed() > patience {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    // One that came meanwhile counts too.
    seen.requests = upstream.requests(&case.name);
    Ok(seen)
}

/// The report with this ID among the lines of a log.
pub fn report_of(log: &str, id: &str) -> Option<Value> {
    let reports = log.lines().filter(|line| line.contains(id)).filter_map(|line| line.find('{').and_then(|start| line.get(start..)));
    // Envoy's access log has lines of JSON with the ID as well.
    let is_report = |value: &Value| value.get("backstop.report").is_some() && value.get("request_id").and_then(Value::as_str) == Some(id);
    reports.filter_map(|json| serde_json::from_str::<Value>(json).ok()).find(is_report)
}
