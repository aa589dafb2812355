//! The native command `backstop`: `scan` says whether Backstop would let a client see these bodies, `preview` and `export` show what
//! clients get instead, `token` lets a trusted viewer see the original.
//!
//! Core decides; this crate reads files, asks core as a host does, and prints the answer.

mod config;
mod export;
mod output;
mod place;
mod preview;
mod sample;
mod scan;
mod token;

use anyhow::{Context as _, Result, bail};
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use config::cannot_read;
use output::Verdict;
use preview::Preview;
use scan::Scanner;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Scan(arguments) => scan(&arguments),
        Command::Preview(arguments) => preview(&arguments),
        Command::Export(arguments) => export(&arguments),
        Command::Token(arguments) => token(&arguments),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            complain(&error);
            ExitCode::from(UNREADABLE)
        }
    }
}

/// Looks at upstream error bodies the way Backstop does, and shows what clients get instead.
#[derive(Parser)]
#[command(name = "backstop", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Says whether Backstop would let a client see these bodies
    #[command(long_about = SCAN_ABOUT, after_long_help = SCAN_AFTER)]
    Scan(ScanArguments),
    /// Shows the pages that clients get, in a browser on this machine; they change with the configuration
    Preview(PreviewArguments),
    /// Writes the pages that clients get into a folder, for a bucket or another server
    #[command(long_about = EXPORT_ABOUT)]
    Export(ExportArguments),
    /// Signs a token with which a trusted viewer sees original errors for a while; see docs/reveal.md
    #[command(long_about = TOKEN_ABOUT)]
    Token(TokenArguments),
}

#[derive(Args)]
struct PreviewArguments {
    /// A Backstop configuration; without it, the pages are those of `{}`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The port to listen on, on 127.0.0.1; 0 takes any
    #[arg(long, value_name = "PORT", default_value_t = 8088)]
    port: u16,
}

#[derive(Args)]
struct ExportArguments {
    /// The folder, made where it is missing; files of the same names are written over
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// A Backstop configuration; without it, the pages are those of `{}`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The host that the pages are for, where brands or rules differ by host
    #[arg(long, value_name = "HOST", default_value = "")]
    host: String,

    /// The path that the pages are for, where brands or rules differ by path
    #[arg(long, value_name = "PATH", default_value = "/")]
    path: String,
}

/// Serves until it is stopped.
fn preview(arguments: &PreviewArguments) -> Result<u8> {
    // What is wrong from the beginning is told here; what goes wrong later, in the browser.
    config::policy(arguments.config.as_deref(), None)?;
    let preview = Preview::listen(arguments.port, arguments.config.as_deref())?;
    say(&format!("the pages are at {} (Ctrl-C ends this)", preview.address()))?;
    preview.serve()?;
    Ok(SAFE)
}

fn export(arguments: &ExportArguments) -> Result<u8> {
    let policy = config::policy(arguments.config.as_deref(), None)?;
    let codes = sample::statuses(&policy, &config::named_statuses(arguments.config.as_deref())?);
    let written = export::export(&policy, &codes, &arguments.folder, &arguments.host, &arguments.path)?;
    say(&format!("{written} pages in {}", arguments.folder.display()))?;
    Ok(SAFE)
}

#[derive(Args)]
#[command(group(ArgGroup::new("secret").required(true).args(["secret_file", "config"])))]
struct TokenArguments {
    /// The one host that it is for, without a port
    #[arg(long, value_name = "HOST")]
    host: String,

    /// How the paths begin that it is for; /api/ is all below it, / everything
    #[arg(long, value_name = "PATH")]
    path: String,

    /// How long it counts: 90s, 15m, 8h or 7d, at most 90d
    #[arg(long, value_name = "TIME")]
    expires: String,

    /// A file with the configuration's `reveal.secret` and nothing else
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,

    /// The Backstop configuration itself
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

fn token(arguments: &TokenArguments) -> Result<u8> {
    let key = token::key(arguments.secret_file.as_deref(), arguments.config.as_deref())?;
    let issued = token::issue(&key, &arguments.host, &arguments.path, &arguments.expires)?;
    writeln!(io::stdout(), "{}", issued.token).context("cannot write to standard output")?;
    eprint!("\n{}", issued.hints);
    Ok(SAFE)
}

#[derive(Args)]
struct ScanArguments {
    /// Files with one response body each, without the head; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// The `content-type` that the bodies came with, for example text/html; without it they have none
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,

    /// The `content-encoding` that the bodies came with, for example gzip; without it they have none
    #[arg(long, value_name = "CODING")]
    content_encoding: Option<String>,

    /// How eager detection is: relaxed, standard or strict; goes before the level of the configuration
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,

    /// A Backstop configuration, the same JSON as for every host; only its `inspect` part counts here, its rules do not
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// How to print what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One object for each file, each on its own line
    Json,
}

/// Scans all files, in order; the answer is the exit status.
fn scan(arguments: &ScanArguments) -> Result<u8> {
    if arguments.files.iter().filter(|file| is_stdin(file)).count() > 1 {
        bail!("`-` stands here twice: standard input can be read only once, keep one of the two");
    }
    let config = arguments.config.as_deref().map(read_config).transpose()?;
    let scanner = Scanner::new(&scan::Settings {
        config: config.as_ref().map(|(name, text)| (name.as_str(), text.as_str())),
        level: arguments.level.as_deref(),
        content_type: arguments.content_type.as_deref(),
        content_encoding: arguments.content_encoding.as_deref(),
    })?;

    let mut status = SAFE;
    for file in &arguments.files {
        let name = file.display().to_string();
        let outcome = read_body(file, scanner.wanted_bytes()).and_then(|body| scanner.scan(&body));
        let line = match &outcome {
            Ok(scanned) => {
                status = status.max(if scanned.verdict() == Verdict::Safe { SAFE } else { UNSAFE });
                match arguments.format {
                    Format::Text => output::text(&name, scanned),
                    Format::Json => output::json(&name, scanned),
                }
            }
            Err(error) => {
                complain(error);
                status = UNREADABLE;
                match arguments.format {
                    Format::Text => continue,
                    Format::Json => output::json_unreadable(&name, &format!("{error:#}")),
                }
            }
        };
        io::stdout().write_all(line.as_bytes()).context("cannot write what was found to standard output")?;
    }
    Ok(status)
}

/// The configuration's name and text.
fn read_config(path: &Path) -> Result<(String, String)> {
    Ok((path.display().to_string(), config::read(path)?))
}

/// A body, as far as core wants to see it.
fn read_body(path: &Path, wanted: u64) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let result = if is_stdin(path) {
        io::stdin().lock().take(wanted).read_to_end(&mut body)
    } else {
        File::open(path).and_then(|file| file.take(wanted).read_to_end(&mut body))
    };
    result.map_err(|error| cannot_read(path, &error))?;
    Ok(body)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn say(text: &str) -> Result<()> {
    writeln!(io::stdout(), "backstop: {text}").context("cannot write to standard output")
}

fn complain(error: &anyhow::Error) {
    eprintln!("backstop: {}", output::harmless(&format!("{error:#}")));
}

/// The exit status: every body may be seen, or all went well, ...
const SAFE: u8 = 0;
/// ... at least one may not, ...
const UNSAFE: u8 = 1;
/// ... or something could not be read or understood. clap uses the same for wrong arguments.
const UNREADABLE: u8 = 2;

const SCAN_ABOUT: &str = "\
Says whether Backstop would let a client see these bodies.

Each body is judged as that of a response with status 500 under a rule `sanitize`: safe means that it would be released, unsafe that \
a generic response would replace it, because something was found in it or because it cannot be inspected.";

const EXPORT_ABOUT: &str = "\
Writes the pages that clients get into a folder, for a bucket or another server.

There is a file for each format (500.html, 500.json, 500.problem.json, 500.txt, 500.xml, 500.problem.xml) and each status that the \
configuration intercepts and that is in IANA's registry, or that a rule names alone (520, but not 520-527). Those of the default language stand in the folder itself, all others in a folder of their tag (de/500.html). The pages have no \
request ID and no time, which nobody knows beforehand. A page that is a redirect has no file.";

const TOKEN_ABOUT: &str = "\
Signs a token with which a trusted viewer sees original errors for a while.

The token is printed alone on standard output, how to use it on standard error. The secret is that of the configuration (`reveal.secret`) and is \
read from a file: on a command line it would show in the list of processes and in the shell's history.";

const SCAN_AFTER: &str = "\
Exit status:
  0  every body is safe
  1  at least one is unsafe
  2  something could not be read, or the arguments or the configuration are wrong; this goes before 1

JSON, one object for each file; members whose value is not known are left out:
  file        as given
  verdict     safe, unsafe, or unreadable
  reason      clean, unsafe, not_generic, over_limit, unknown_coding, corrupt, aborted: `backstop.reason` of Backstop's reports
  body_bytes  bytes of the decoded body, as far as it was read
  findings    a list, ordered by place, of objects with
                detector, category   for example python.traceback, stack_trace
                offset               in the decoded body, in bytes, from 0
                line, column         in the decoded body, in characters, from 1
                snippet              the line around it, secrets masked
  error       why the file is unreadable; reason, body_bytes and findings are left out then";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }
}
