//! The files of `tests/cases/`: each holds cases that share one configuration.

use crate::case::{Case, ExpectedOutcome, HeadEnd, HttpVersion, contains};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;

/// One file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// What its cases prove, for the reader.
    pub about: String,
    /// Backstop's configuration, as the operator writes it.
    #[serde(default = "empty_object")]
    pub config: Value,
    /// The cases, with names that are unique over all files.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// Names as of cases.
    #[serde(default)]
    pub sequences: Vec<Sequence>,
}

/// Cases that come one after the other, on a server that serves nobody else: what it remembers of one, the next shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Tells what is proven, in words with hyphens.
    pub name: String,
    /// Once they are loaded, their names begin with that of the sequence and a dot.
    pub steps: Vec<Case>,
}

/// Reads every file of the folder, in order of name, and checks what can be checked without running a case.
pub fn load(folder: &Path) -> Result<Vec<CaseFile>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut names = HashSet::new();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        let mut file: CaseFile = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        let theme = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        ensure!(!file.cases.is_empty() || !file.sequences.is_empty(), "{}: no case", path.display());
        for sequence in &mut file.sequences {
            ensure!(is_name(&sequence.name) && !sequence.steps.is_empty(), "{}: sequence {:?}", path.display(), sequence.name);
            ensure!(names.insert(sequence.name.clone()), "{}: the name {} is taken", path.display(), sequence.name);
            let same = sequence.steps.windows(2).all(|pair| pair.first().map(Case::listens) == pair.last().map(Case::listens));
            ensure!(same, "{}: sequence {}: the steps have one upstream", path.display(), sequence.name);
        }
        for case in &mut file.cases {
            ensure!(case.wait_ms == 0, "{}: case {} waits, which is for sequences", path.display(), case.name);
        }
        let steps = file.sequences.iter_mut().flat_map(|Sequence { name, steps }| steps.iter_mut().map(|case| (Some(&*name), case)));
        for (sequence, case) in file.cases.iter_mut().map(|case| (None, case)).chain(steps) {
            case.theme.clone_from(&theme);
            check(case).with_context(|| format!("{}: case {}", path.display(), case.name))?;
            if let Some(sequence) = sequence {
                case.name = format!("{sequence}.{}", case.name);
            }
            ensure!(names.insert(case.name.clone()), "{}: the name {} is taken", path.display(), case.name);
        }
        files.push(file);
    }
    ensure!(!files.is_empty(), "no case file in {}", folder.display());
    Ok(files)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// A case whose secrets are not in what the upstream sends proves nothing; nor does one that compares with an answer that nobody gave.
fn check(case: &Case) -> Result<()> {
    ensure!(is_name(&case.name), "names are words with hyphens");
    case.request_headers()?;
    let needs_answer = matches!(case.expect.outcome, ExpectedOutcome::Untouched | ExpectedOutcome::Released);
    let answer = case.answered().filter(|upstream| upstream.head == HeadEnd::Complete);
    ensure!(answer.is_some() || !needs_answer, "{:?} is an answer of the upstream, which gives none", case.expect.outcome);
    let mut sent = Vec::new();
    for upstream in &case.upstream {
        ensure!((upstream.http, upstream.refuse) == case.listens(), "an upstream speaks one protocol, and listens or does not");
        ensure!(upstream.head == HeadEnd::Complete || upstream.http == HttpVersion::One, "`head` is for HTTP/1.1");
        sent.extend(b"\n");
        sent.extend(upstream.readable()?);
    }
    for secret in case.secrets.iter().chain(&case.credentials) {
        ensure!(!secret.is_empty() && contains(&sent, secret.as_bytes()), "the upstream does not send the secret {secret:?}");
    }
    Ok(())
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a case with these members.
    fn wrong(upstream: &str, outcome: &str, more: &str) -> Option<String> {
        let json = format!(
            r#"{{"name": "a", "upstream": {upstream}, "expect": {{"outcome": "{outcome}", "status": 500, "report": null}}{more}}}"#
        );
        check(&serde_json::from_str(&json).unwrap()).err().map(|error| error.to_string())
    }

    #[test]
    fn what_proves_nothing_is_refused() {
        let secret = r#", "secrets": ["/srv/app"]"#;
        let rows = [
            ("{}", "untouched", "", None),
            ("{}", "untouched", secret, Some("does not send the secret")),
            (r#"[{"body": ["/srv/app"]}, {"status": 200}]"#, "untouched", secret, None),
            ("[]", "untouched", "", Some("gives none")),
            ("[]", "released", "", Some("gives none")),
            ("[]", "replaced", "", None),
            (r#"{"head": "stall"}"#, "released", "", Some("gives none")),
            (r#"[{"head": "close"}, {}]"#, "released", "", None),
            (r#"[{"http": 2}, {}]"#, "released", "", Some("one protocol")),
            (r#"{"http": 2, "head": "close"}"#, "replaced", "", Some("HTTP/1.1")),
        ];
        for (upstream, outcome, more, expected) in rows {
            let wrong = wrong(upstream, outcome, more);
            let is_expected = match (&wrong, expected) {
                (Some(wrong), Some(expected)) => wrong.contains(expected),
                (wrong, expected) => wrong.is_none() && expected.is_none(),
            };
            assert!(is_expected, "{upstream} {outcome} {more}: {wrong:?}");
        }
    }

    #[test]
    fn names_are_unique_and_only_sequences_wait() {
        const EXPECT: &str = r#""upstream": {}, "expect": {"outcome": "released", "status": 500, "report": null}"#;
        let case = |name: &str| format!(r#"{{"name": "{name}", {EXPECT}}}"#);
        let sequence = |name: &str, steps: &str| format!(r#"{{"name": "{name}", "steps": [{steps}]}}"#);
        let waiting = format!(r#"{{"name": "late", "wait_ms": 1, {EXPECT}}}"#);
        let refusing = case("b").replace(r#""upstream": {}"#, r#""upstream": {"refuse": true}"#);
        let rows = [
            (case("a"), sequence("b", &format!("{}, {waiting}", case("a"))), None),
            (waiting.clone(), sequence("b", &case("a")), Some("waits")),
            (case("a"), sequence("a", &case("b")), Some("taken")),
            (case("a"), sequence("b", &[case("c"), case("c")].join(",")), Some("b.c is taken")),
            (case("a.b"), sequence("b", &case("c")), Some("a.b")),
            (case("a"), sequence("b", ""), Some("sequence")),
            (case("a"), sequence("b", &[case("a"), refusing].join(",")), Some("one upstream")),
            (case("a"), sequence("b", &case("c")).replace("steps", "step"), Some("step")),
        ];
        for (case, sequence, expected) in rows {
            let folder = tempfile::tempdir().unwrap();
            let text = format!(r#"{{"about": "a test", "cases": [{case}], "sequences": [{sequence}]}}"#);
            std::fs::write(folder.path().join("some.json"), &text).unwrap();
            let loaded = load(folder.path());
            match expected {
                None => assert_eq!(loaded.unwrap()[0].sequences[0].steps[1].name, "b.late"),
                Some(expected) => {
                    let error = format!("{:#}", loaded.unwrap_err());
                    assert!(error.contains(expected), "{text}: {error}");
                }
            }
        }
    }
}
