//! Bodies of real software with a label each, and how well the detectors tell them apart.
//!
//! `tests/corpus/bodies/<stack>/` has what one stack sent, and an `index.json` that says of each body whether a client may see it.

use anyhow::{Context, Result, ensure};
use backstop_core::{End, Exchange, Origin, Payload, Policy, Report, RequestHead, ResponseHead, Seed};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// One body.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The folder's name.
    pub stack: String,
    /// What the index says.
    pub entry: Entry,
    /// The body as it was received, without content codings.
    pub body: Vec<u8>,
}

/// A line of an index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The body's file.
    pub file: String,
    /// Whether a client may see it.
    pub label: Label,
    /// What it is, in a few words.
    pub kind: String,
    /// The status it came with.
    pub status: u16,
    /// The content type it came with.
    pub content_type: String,
    /// Which software sent it, in which mode, and why.
    pub source: String,
}

/// Whether a client may see a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// It tells internals.
    Unsafe,
    /// It does not.
    Safe,
}

/// Reads all bodies below a folder, ordered by stack and file.
pub fn load(folder: &Path) -> Result<Vec<Sample>> {
    let mut stacks: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    stacks.sort_by_key(std::fs::DirEntry::file_name);
    let mut samples = Vec::new();
    for stack in stacks {
        let index = stack.path().join("index.json");
        let text = std::fs::read_to_string(&index).with_context(|| index.display().to_string())?;
        let entries: Vec<Entry> = serde_json::from_str(&text).with_context(|| index.display().to_string())?;
        for entry in entries {
            let path = stack.path().join(&entry.file);
            let body = std::fs::read(&path).with_context(|| path.display().to_string())?;
            samples.push(Sample { stack: stack.file_name().to_string_lossy().into_owned(), entry, body });
        }
    }
    ensure!(!samples.is_empty(), "{} has no bodies", folder.display());
    Ok(samples)
}

/// What a host would report of a body under a policy whose default action is `sanitize`.
pub fn judge(policy: &Arc<Policy>, sample: &Sample, gzip: bool) -> Result<Report> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&sample.entry.content_type)?);
    let body = if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&sample.body)?;
        encoder.finish()?
    } else {
        sample.body.clone()
    };
    let request =
        RequestHead { method: Method::GET, host: String::new(), path: String::new(), headers: HeaderMap::new(), correlation_id: None };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [0; 16] });
    // Every body is judged as a 500: what a policy intercepts is not the question here.
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let payload = if body.is_empty() { Payload::Absent } else { Payload::AsSent };
    let _ = exchange.on_response(&ResponseHead { status, headers, body: payload, origin: Origin::Upstream, detail: None });
    let _ = exchange.on_body(&body);
    exchange.finish(End::Complete, 0).report.context("no report")
}
