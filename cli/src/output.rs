//! Prints what core says, for people and for programs.

use crate::scan::{Found, Scanned};
use backstop_core::Reason;
use serde::Serialize;

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The client would see the body.
    Safe,
    /// It would not.
    Unsafe,
    /// There is no body to judge.
    Unreadable,
}

/// The verdict, then a line for why the body cannot be inspected, or for each finding.
pub(crate) fn text(file: &str, scanned: &Scanned) -> String {
    let word = if scanned.verdict() == Verdict::Safe { "safe" } else { "unsafe" };
    let mut out = format!("{}: {word}\n", harmless(file));
    if let Some(problem) = problem(scanned) {
        out.push_str(&format!("  {problem}\n"));
    }
    for Found { finding, place, snippet } in &scanned.findings {
        out.push_str(&format!("  {} ({}) at ", finding.detector, finding.category.as_str()));
        match place {
            Some((line, column)) => out.push_str(&format!("line {line}, column {column} (offset {})", finding.offset)),
            None => out.push_str(&format!("offset {}", finding.offset)),
        }
        out.push_str(&format!(": {}\n", harmless(snippet)));
    }
    out
}

/// One line of JSON.
pub(crate) fn json(file: &str, scanned: &Scanned) -> String {
    line(&Line {
        file,
        verdict: scanned.verdict(),
        reason: Some(scanned.reason.as_str()),
        body_bytes: Some(scanned.body_bytes),
        findings: Some(scanned.findings.iter().map(FindingLine::from).collect()),
        error: None,
    })
}

/// The same for a file that cannot be read.
pub(crate) fn json_unreadable(file: &str, error: &str) -> String {
    line(&Line { file, verdict: Verdict::Unreadable, reason: None, body_bytes: None, findings: None, error: Some(error) })
}

/// A text without what a terminal would take for a command.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Why a body is unsafe if nothing was found in it.
fn problem(scanned: &Scanned) -> Option<String> {
    match scanned.reason {
        Reason::Clean | Reason::Unsafe => None,
        Reason::OverLimit => {
            Some(format!("cannot be inspected: it has more than {} bytes (inspect.max_bytes), before or after decoding", scanned.limit))
        }
        Reason::UnknownCoding => Some("cannot be inspected: its content coding is not known".to_owned()),
        Reason::Corrupt => Some("cannot be inspected: it is not what its content coding or its first bytes promise".to_owned()),
        Reason::NotGeneric => {
            Some("is not an error for clients, as the level strict wants it: empty, one short sentence, or a small JSON object of well-known members".to_owned())
        }
        Reason::Aborted => Some("cannot be inspected: it breaks off within its content coding".to_owned()),
        other => Some(format!("reason: {}", other.as_str())),
    }
}

/// The names are documented in the help of `backstop scan`, and stay.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<FindingLine<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    detector: &'a str,
    category: &'a str,
    offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    snippet: &'a str,
}

impl<'a> From<&'a Found> for FindingLine<'a> {
    fn from(Found { finding, place, snippet }: &'a Found) -> Self {
        FindingLine {
            detector: finding.detector,
            category: finding.category.as_str(),
            offset: finding.offset,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            snippet,
        }
    }
}

fn line(line: &Line<'_>) -> String {
    // Strings and numbers always serialize.
    let mut json = serde_json::to_string(line).unwrap_or_default();
    json.push('\n');
    json
}
