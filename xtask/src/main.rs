//! What `make build` does after linking.
//!
//! ```text
//! xtask filter IN.wasm OUT.wasm    keep only the exports that Envoy is meant to call; check exports and imports; optimise
//! xtask worker IN.wasm OUT_DIR     generate the worker's JavaScript bindings; put its entry files beside them; optimise
//! ```
//!
//! `wasm-bindgen` is driven as a library, so that Cargo.lock keeps it equal to the crate and nobody has to install its
//! command line tool.

mod filter;
mod optimise;
mod order;
mod worker;

use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["filter", input, output] => filter::finish(Path::new(input), Path::new(output)),
        ["worker", input, folder] => worker::finish(Path::new(input), Path::new(folder)),
        _ => bail!("usage: xtask filter IN.wasm OUT.wasm | xtask worker IN.wasm OUT_DIR"),
    }
}

/// Writes a file in one step, so that an interrupted build leaves the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    std::fs::write(&part, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}

/// "12.3 KB (5.6 KB gzip)", with 1 KB = 1000 bytes.
fn sizes(bytes: &[u8]) -> Result<String> {
    let kilobytes = |length: usize| format!("{}.{} KB", length / 1000, length % 1000 / 100);
    Ok(format!("{} ({} gzip)", kilobytes(bytes.len()), kilobytes(gzip(bytes)?)))
}

/// How many bytes `gzip -9` makes of these: the program itself, since others differ by a thousandth or three, more than two orders of functions do.
fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut program =
        Command::new("gzip").args(["-9", "-n"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot run gzip")?;
    let mut input = program.stdin.take().context("gzip takes no input")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(bytes));
        program.wait_with_output()
    })?;
    if !output.status.success() {
        bail!("gzip: {}", output.status);
    }
    Ok(output.stdout.len())
}
