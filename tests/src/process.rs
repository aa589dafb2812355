//! Server processes: started with their output in files, stopped when dropped.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Most lines of a log that a failure shows.
const TAIL: usize = 30;

/// A running process with a folder of its own.
#[derive(Debug)]
pub struct Process {
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Starts a program; what it writes goes to `stdout` and `stderr` in the folder.
    pub fn start(mut command: Command, folder: TempDir) -> Result<Process> {
        command.stdin(Stdio::null());
        command.stdout(File::create(folder.path().join("stdout"))?);
        command.stderr(File::create(folder.path().join("stderr"))?);
        let child = command.spawn().with_context(|| format!("{:?}", command.get_program()))?;
        Ok(Process { child, folder })
    }

    /// A file of the process's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything written so far, standard error first.
    pub fn log(&self) -> String {
        let read = |name| String::from_utf8_lossy(&std::fs::read(self.path(name)).unwrap_or_default()).into_owned();
        read("stderr") + &read("stdout")
    }

    /// The last lines written to each output.
    pub fn log_tail(&self) -> String {
        ["stderr", "stdout"].map(|name| tail(&self.path(name))).join("")
    }

    /// Asks again and again until there is an answer; fails when the process ends or the time is over.
    pub fn wait_for<T>(&mut self, what: &str, mut ask: impl FnMut(&Process) -> Option<T>) -> Result<T> {
        let started = Instant::now();
        loop {
            if let Some(answer) = ask(self) {
                return Ok(answer);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the process ended ({status}) before {what}\n{}", self.log_tail());
            }
            if started.elapsed() > Duration::from_secs(30) {
                bail!("{what}: not after 30 s\n{}", self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end of a process that is expected to end by itself.
    pub fn wait_for_end(&mut self, limit: Duration) -> Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if started.elapsed() > limit {
                bail!("the process still runs after {limit:?}\n{}", self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either may fail only because the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program at this path of the project, which `make setup` brings.
pub fn tool(path: &str) -> Result<PathBuf> {
    let path = crate::suite::project().join(path);
    if !path.exists() {
        bail!("{} is missing: run `make setup build` first", path.display());
    }
    Ok(path)
}

fn tail(path: &Path) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let cut = |line: &&str| line.chars().take(600).chain("\n".chars()).collect::<String>();
    lines.get(lines.len().saturating_sub(TAIL)..).unwrap_or_default().iter().map(cut).collect()
}
