//! A real workerd with `dist/worker/`, as it stands.

use crate::case::Case;
use crate::check::Observation;
use crate::envoy::observe;
use crate::process::{Process, tool};
use crate::suite::{Group, Host, Server};
use crate::upstream::ScriptedUpstream;
use anyhow::{Context, Result};
use serde_json::Value;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

/// workerd as a worker on a route: `fetch(request)` reaches the upstream, as on a CDN.
#[derive(Debug)]
pub struct WorkerdHost;

/// How the worker learns where the upstream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The runtime sends every `fetch` there, as a CDN route does.
    Route,
    /// The binding `ORIGIN`.
    Binding,
}

/// A running workerd.
#[derive(Debug)]
pub struct Workerd {
    process: Process,
    /// Where clients are served.
    pub address: SocketAddr,
}

impl Workerd {
    /// Starts workerd and waits until it serves.
    pub fn launch(config: &Value, upstream: SocketAddr, origin: Origin) -> Result<Workerd> {
        let folder = tempfile::tempdir()?;
        let mut modules = Vec::new();
        for file in std::fs::read_dir(tool("dist/worker")?)? {
            let name = file?.file_name().to_string_lossy().into_owned();
            let kind = match name.rsplit_once('.') {
                // For servers.
                _ if name.ends_with("server.mjs") => continue,
                Some((_, "mjs" | "js")) => "esModule",
                Some((_, "wasm")) => "wasm",
                _ => continue,
            };
            std::fs::copy(tool(&format!("dist/worker/{name}"))?, folder.path().join(&name))?;
            // The first module is the entry.
            let at = if name == "worker.mjs" { 0 } else { modules.len() };
            modules.insert(at, format!("(name = \"{name}\", {kind} = embed \"{name}\")"));
        }
        let (outbound, binding) = match origin {
            Origin::Route => ("globalOutbound = \"origin\",", String::new()),
            Origin::Binding => ("globalOutbound = \"local\",", format!(", (name = \"ORIGIN\", text = \"http://{upstream}\")")),
        };
        let capnp = format!(
            r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .w),
    (name = "origin", external = (address = "{upstream}", http = ())),
    (name = "local", network = (allow = ["local"])) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ] );
const w :Workerd.Worker = ( compatibilityDate = "2026-08-01", {outbound}
  modules = [ {modules} ],
  bindings = [ (name = "BACKSTOP", json = {config}){binding} ] );
"#,
            modules = modules.join(", "),
            config = Value::from(config.to_string()),
        );
        std::fs::write(folder.path().join("config.capnp"), capnp)?;
        let mut command = Command::new(tool(".tools/bin/workerd")?);
        // The first line on this descriptor tells the port. It is standard output, which the worker's reports go to as well.
        command.arg("serve").arg(folder.path().join("config.capnp")).arg("--control-fd=1");
        let mut process = Process::start(command, folder)?;
        let port = process.wait_for("its port", |process| {
            let log = process.log();
            let event = log.lines().filter(|line| line.contains("\"listen\"")).find_map(|line| serde_json::from_str::<Value>(line).ok())?;
            event.get("port").and_then(Value::as_u64)
        })?;
        let port = u16::try_from(port).context("port")?;
        Ok(Workerd { process, address: SocketAddr::from(([127, 0, 0, 1], port)) })
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The end of what it logged.
    pub fn log_tail(&self) -> String {
        self.process.log_tail()
    }
}

impl Host for WorkerdHost {
    fn name(&self) -> &str {
        "workerd"
    }

    fn start(&self, group: &Group) -> Result<Box<dyn Server>> {
        let upstream = group.upstream()?;
        let workerd = Workerd::launch(&group.config, upstream.address, Origin::Route)?;
        Ok(Box::new(Running { workerd, upstream, id_header: group.id_header() }))
    }
}

struct Running {
    workerd: Workerd,
    upstream: ScriptedUpstream,
    id_header: String,
}

impl Server for Running {
    fn run(&self, case: &Arc<Case>) -> Result<Observation> {
        observe(self.workerd.address, &self.upstream, &self.id_header, case, || self.workerd.log())
    }

    fn log_tail(&self) -> String {
        self.workerd.log_tail()
    }
}
