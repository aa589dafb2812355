//! Runs every case on every host as a named test.
//!
//! `cargo test -p backstop-tests --test envoy -- websocket` runs the tests whose name holds "websocket"; `-- --list` lists them.
//! Names are `host::file::case`.

use crate::case::{Case, HttpVersion};
use crate::check::{LEAK, Observation, check};
use crate::file::{CaseFile, load};
use crate::upstream::ScriptedUpstream;
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};
use tokio::runtime::Runtime;

/// Every host that a gap can name.
pub const HOSTS: [&str; 9] = ["core", "envoy-1.40.0", "envoy-1.36.4", "plain-1.40.0", "workerd", "node", "node-22", "bun", "deno"];

/// How the reason of a gap begins through which the client sees what it should not.
const LEAKS: &str = "leaks: ";

/// How it begins where the host does not even start; behind it stands what the host says.
const REFUSES: &str = "refuses: ";

/// The runtime of all scripted upstreams and clients.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// Something that Backstop runs in.
pub trait Host: Send + Sync {
    /// One of [`HOSTS`].
    fn name(&self) -> &str;

    /// Starts a server with the upstream of these cases behind it.
    fn start(&self, group: &Group) -> Result<Box<dyn Server>>;
}

/// A host that runs with one configuration.
pub trait Server: Send + Sync {
    /// Runs one case; of a sequence, those before it have run.
    fn run(&self, case: &Arc<Case>) -> Result<Observation>;

    /// The end of what the server logged.
    fn log_tail(&self) -> String {
        String::new()
    }
}

/// What becomes one named test: a case, or a sequence of cases.
#[derive(Debug)]
struct Test {
    theme: String,
    name: String,
    steps: Vec<Arc<Case>>,
}

/// Cases that one server can run: one configuration, one kind of upstream.
#[derive(Debug)]
pub struct Group {
    /// Backstop's configuration.
    pub config: serde_json::Value,
    /// What the upstream speaks.
    pub http: HttpVersion,
    /// Nothing listens at the upstream's address.
    pub refuse: bool,
    /// The cases, steps of sequences as well.
    pub cases: Vec<Arc<Case>>,
    tests: Vec<Arc<Test>>,
}

impl Group {
    /// What these cases find behind the host.
    pub fn upstream(&self) -> Result<ScriptedUpstream> {
        if self.refuse { ScriptedUpstream::refusing() } else { RUNTIME.block_on(ScriptedUpstream::start(&self.cases, self.http)) }
    }

    /// The name of the correlation header.
    pub fn id_header(&self) -> String {
        self.config.pointer("/correlation/header").and_then(|name| name.as_str()).unwrap_or("x-request-id").to_ascii_lowercase()
    }
}

/// Runs the cases on these hosts, and these tests besides; ends the process.
pub fn main(hosts: Vec<Box<dyn Host>>, others: Vec<Trial>) -> ! {
    let mut arguments = Arguments::from_args();
    // Most of a case's time is waiting, so more than the processors' number pays; each thread may have a server of its own.
    arguments.test_threads.get_or_insert(4);
    match run(&arguments, hosts, others) {
        Ok(conclusion) => conclusion.exit(),
        Err(error) => {
            eprintln!("{error:#}");
            std::process::exit(101)
        }
    }
}

fn run(arguments: &Arguments, hosts: Vec<Box<dyn Host>>, others: Vec<Trial>) -> Result<Conclusion> {
    let files = load(&here().join("cases"))?;
    let gaps = Arc::new(Gaps::load(&here().join("expected_gaps.txt"))?);
    let groups: Vec<Arc<Group>> = groups(files).into_iter().map(Arc::new).collect();
    let names: HashSet<String> = groups.iter().flat_map(|group| &group.tests).map(|test| test.name.clone()).collect();
    let mut trials = others;
    trials.push({
        let gaps = Arc::clone(&gaps);
        Trial::test("expected_gaps", move || gaps.check(&names).map_err(|error| Failed::from(format!("{error:#}"))))
    });
    for host in hosts.into_iter().map(Arc::from) {
        for group in &groups {
            trials.extend(group_trials(&host, group, &gaps));
        }
    }
    Ok(libtest_mimic::run(arguments, trials))
}

/// The folder of this crate.
pub fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the project.
pub fn project() -> PathBuf {
    here().parent().map(Path::to_path_buf).unwrap_or_default()
}

/// A suite sends in a second more errors that are alike than a log should have of them.
fn many_alike(mut config: Value) -> Value {
    if config.is_null() {
        config = json!({});
    }
    if let Some(members) = config.as_object_mut()
        && let Some(report) = members.entry("report").or_insert_with(|| json!({})).as_object_mut()
    {
        report.entry("max_alike_per_second").or_insert_with(|| json!(1000));
    }
    config
}

/// Files with the same configuration share a server, but for sequences.
fn groups(files: Vec<CaseFile>) -> Vec<Group> {
    let (mut groups, mut sequences): (Vec<Group>, Vec<Group>) = Default::default();
    for file in files {
        let config = many_alike(file.config);
        for case in file.cases {
            let (http, refuse) = case.listens();
            let case = Arc::new(case);
            let test = Arc::new(Test { theme: case.theme.clone(), name: case.name.clone(), steps: vec![Arc::clone(&case)] });
            let fits = |group: &&mut Group| group.config == config && (group.http, group.refuse) == (http, refuse);
            match groups.iter_mut().find(fits) {
                Some(group) => {
                    group.cases.push(case);
                    group.tests.push(test);
                }
                None => groups.push(Group { config: config.clone(), http, refuse, cases: vec![case], tests: vec![test] }),
            }
        }
        for sequence in file.sequences {
            let steps: Vec<_> = sequence.steps.into_iter().map(Arc::new).collect();
            let Some((theme, (http, refuse))) = steps.first().map(|case| (case.theme.clone(), case.listens())) else { continue };
            let test = Arc::new(Test { theme, name: sequence.name, steps: steps.clone() });
            sequences.push(Group { config: config.clone(), http, refuse, cases: steps, tests: vec![test] });
        }
    }
    groups.extend(sequences);
    groups
}

/// The first test of a group starts its server; the server stops when the last one is done with it.
fn group_trials(host: &Arc<dyn Host>, group: &Arc<Group>, gaps: &Arc<Gaps>) -> Vec<Trial> {
    let server: Arc<OnceLock<Result<Box<dyn Server>, String>>> = Arc::default();
    let trial = |test: &Arc<Test>| {
        let (host, group, test, server) = (Arc::clone(host), Arc::clone(group), Arc::clone(test), Arc::clone(&server));
        let gap = gaps.reason(&test.name, host.name()).map(str::to_owned);
        let name = format!("{}::{}::{}", host.name(), test.theme, test.name);
        let kind = if gap.is_some() { "gap" } else { "" };
        Trial::test(name, move || {
            let started = server.get_or_init(|| host.start(&group).map_err(|error| format!("the server does not start: {error:#}")));
            let refusal = gap.as_deref().and_then(|reason| reason.strip_prefix(REFUSES));
            let server = match (started, refusal) {
                (Err(error), Some(words)) if error.contains(words) => return Ok(()),
                (Ok(_), Some(_)) => return Err(Failed::from("starts, but expected_gaps.txt says that it refuses to: remove the line")),
                (started, _) => started.as_ref().map_err(Failed::from)?,
            };
            match (run_test(server.as_ref(), &group, &test), gap) {
                (Ok(()), None) => Ok(()),
                (Err(failure), Some(reason)) if reason.starts_with(LEAKS) || !failure.contains(LEAK) => Ok(()),
                (Err(failure), _) => Err(Failed::from(failure)),
                (Ok(()), Some(reason)) => Err(Failed::from(format!("passes, but expected_gaps.txt lists it ({reason}): remove the line"))),
            }
        })
        .with_kind(kind)
    };
    group.tests.iter().map(trial).collect()
}

fn run_test(server: &dyn Server, group: &Group, test: &Test) -> Result<(), String> {
    test.steps.iter().try_for_each(|case| run_case(server, group, case))
}

fn run_case(server: &dyn Server, group: &Group, case: &Arc<Case>) -> Result<(), String> {
    let (mut message, seen) = match server.run(case) {
        Ok(seen) => (check(case, &group.id_header(), &seen).join("\n  "), Some(seen)),
        Err(error) => (format!("{error:#}"), None),
    };
    if message.is_empty() {
        return Ok(());
    }
    message.insert_str(0, &format!("case {} ({}.json)\n  ", case.name, case.theme));
    if let Some(seen) = seen {
        let _ = write!(message, "\nthe client saw: {}", show(&seen));
    }
    let tail = server.log_tail();
    if !tail.is_empty() {
        let _ = write!(message, "\nthe server's log ends with:\n{tail}");
    }
    Err(message)
}

fn show(seen: &Observation) -> String {
    let answer = &seen.answer;
    let mut text = format!("{} {}\n", answer.status, answer.reason);
    for (name, value) in answer.headers.iter().chain(&answer.trailers) {
        let value = value.get(..200).unwrap_or(value);
        let _ = writeln!(text, "  {name}: {}", String::from_utf8_lossy(value));
    }
    let body = answer.body.get(..500).unwrap_or(&answer.body);
    let _ = write!(text, "  {} bytes {:?} after {:?}", answer.body.len(), String::from_utf8_lossy(body), answer.complete_after);
    if let Some(broken) = &answer.broken {
        let _ = write!(text, ", broken: {broken}");
    }
    text
}

/// What is known not to hold: `case@host reason` per line, or `case@host,host`. The host `envoy` stands for all versions with the bundled wiring.
/// A gap excuses a visible secret only if its reason begins with [`LEAKS`], and that the host does not start only with [`REFUSES`].
#[derive(Debug)]
struct Gaps {
    lines: Vec<(String, String, String)>,
}

impl Gaps {
    fn load(path: &Path) -> Result<Gaps> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let mut lines = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (place, reason) = line.split_once(char::is_whitespace).with_context(|| format!("no reason: {line}"))?;
            let (case, hosts) = place.split_once('@').with_context(|| format!("no host: {line}"))?;
            lines.extend(hosts.split(',').map(|host| (case.to_owned(), host.to_owned(), reason.trim().to_owned())));
        }
        Ok(Gaps { lines })
    }

    fn reason(&self, case: &str, host: &str) -> Option<&str> {
        let matches = |listed: &str| listed == host || host.strip_prefix(listed).is_some_and(|rest| rest.starts_with('-'));
        self.lines.iter().find(|(name, listed, _)| name == case && matches(listed)).map(|(_, _, reason)| reason.as_str())
    }

    /// Every line must be of use: a case and a host that exist, once.
    fn check(&self, names: &HashSet<String>) -> Result<()> {
        let mut seen = HashSet::new();
        for (case, host, _) in &self.lines {
            ensure!(names.contains(case), "expected_gaps.txt: there is no case {case}");
            let family = |name: &&str| name.split('-').next() == Some(host);
            ensure!(HOSTS.contains(&host.as_str()) || HOSTS.iter().any(family), "expected_gaps.txt: there is no host {host}");
            if !seen.insert((case, host)) {
                bail!("expected_gaps.txt: {case}@{host} stands there twice");
            }
        }
        Ok(())
    }
}
