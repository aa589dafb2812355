//! The entry for servers, `dist/worker/server.mjs`, under each runtime that has one.

use crate::case::Case;
use crate::check::Observation;
use crate::envoy::observe;
use crate::process::{Process, tool};
use crate::suite::{Group, Host, Server};
use crate::upstream::ScriptedUpstream;
use anyhow::Result;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// A JavaScript runtime.
#[derive(Debug, Clone, Copy)]
pub struct Runtime {
    /// One of [`HOSTS`](crate::suite::HOSTS).
    pub name: &'static str,
    /// The program: a path of the project, or a name that the machine knows.
    program: &'static str,
    /// Before the entry.
    arguments: &'static [&'static str],
}

/// Node as the machine has it, the others as `make setup` brings them.
pub const RUNTIMES: [Runtime; 4] = [
    Runtime { name: "node", program: "node", arguments: &[] },
    Runtime { name: "node-22", program: ".tools/bin/node22", arguments: &[] },
    Runtime { name: "bun", program: ".tools/bin/bun", arguments: &[] },
    Runtime { name: "deno", program: ".tools/bin/deno", arguments: &["run", "-NRES"] },
];

impl Runtime {
    /// Whether there is one. `make setup` leaves out what has no build for the machine; on Linux with x86-64 each has one, and its absence
    /// is to fail.
    pub fn is_there(&self) -> bool {
        cfg!(all(target_os = "linux", target_arch = "x86_64")) || self.program().is_ok()
    }

    fn program(&self) -> Result<PathBuf> {
        if self.program.contains('/') { tool(self.program) } else { Ok(PathBuf::from(self.program)) }
    }

    /// Starts the entry on a free port and waits until it serves.
    pub fn launch(&self, config: &Value, upstream: SocketAddr) -> Result<Running> {
        let mut command = Command::new(self.program()?);
        command.args(self.arguments).arg(tool("dist/worker/server.mjs")?);
        command.env("PORT", "0").env("ORIGIN", format!("http://{upstream}")).env("BACKSTOP", config.to_string());
        let mut process = Process::start(command, tempfile::tempdir()?)?;
        let address = process.wait_for("its address", |process| {
            let log = process.log();
            let (_, address) = log.split_once("listening on http://")?;
            address.split_once('/')?.0.parse::<SocketAddr>().ok()
        })?;
        Ok(Running { process, address })
    }
}

/// A running entry.
#[derive(Debug)]
pub struct Running {
    process: Process,
    /// Where clients are served.
    pub address: SocketAddr,
}

impl Running {
    /// Everything that it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The end of what it logged.
    pub fn log_tail(&self) -> String {
        self.process.log_tail()
    }
}

impl Host for Runtime {
    fn name(&self) -> &str {
        self.name
    }

    fn start(&self, group: &Group) -> Result<Box<dyn Server>> {
        let upstream = group.upstream()?;
        let running = self.launch(&group.config, upstream.address)?;
        Ok(Box::new(InFront { running, upstream, id_header: group.id_header() }))
    }
}

/// An entry and the upstream behind it.
struct InFront {
    running: Running,
    upstream: ScriptedUpstream,
    id_header: String,
}

impl Server for InFront {
    fn run(&self, case: &Arc<Case>) -> Result<Observation> {
        observe(self.running.address, &self.upstream, &self.id_header, case, || self.running.log())
    }

    fn log_tail(&self) -> String {
        self.running.log_tail()
    }
}
