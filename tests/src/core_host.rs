//! Core alone, driven as a host would drive it, with the body cut at every place.

use crate::case::{BodyEnd, Case, Framing, Upstream};
use crate::check::Observation;
use crate::client::{Answer, fields_of};
use crate::suite::{Group, Host, Server};
use crate::upstream::Received;
use anyhow::{Context, Result, anyhow, bail, ensure};
use backstop_core::{
    Correlation, End, Exchange, HeaderEdits, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Verdict,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// Core without any host.
#[derive(Debug)]
pub struct CoreHost;

/// Bodies up to this length are cut at every single place.
const CUT_EVERYWHERE: usize = 2048;

/// How longer ones (and these) are cut.
const CHUNK_SIZES: [usize; 6] = [1, 2, 3, 7, 64, 1000];

/// How much of an endless body the driver delivers: far more than any policy of the cases allows.
const ENDLESS: usize = 1 << 20;

/// What Envoy says when nothing listens at the upstream's address.
const REFUSED: &[u8] =
    b"upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused";

const SEED: Seed = Seed { unix_millis: 1_790_000_000_000, random: [0x5a; 16] };

impl Host for CoreHost {
    fn name(&self) -> &str {
        "core"
    }

    fn start(&self, group: &Group) -> Result<Box<dyn Server>> {
        let policy = Policy::from_json(&group.config.to_string()).map_err(|error| anyhow!("{error}"))?;
        Ok(Box::new(Core { policy: Arc::new(policy), id_header: group.id_header().parse()? }))
    }
}

struct Core {
    policy: Arc<Policy>,
    id_header: HeaderName,
}

impl Server for Core {
    fn run(&self, case: &Arc<Case>) -> Result<Observation> {
        let [upstream] = case.upstream.as_slice() else { bail!("core alone sends nothing again, and nothing not at all") };
        let script = Script::new(case, upstream)?;
        let whole = self.play(case, &script, &[&script.body])?;
        let same = |how: String, chunks: Vec<&[u8]>| {
            let split = self.play(case, &script, &chunks)?;
            if split.answer != whole.answer {
                bail!("the answer depends on the chunks: {how}\nwhole: {:?}\nsplit: {:?}", whole.answer, split.answer);
            }
            let show = |report: &Option<serde_json::Value>| report.as_ref().map(ToString::to_string);
            if split.report != whole.report {
                bail!("the report depends on the chunks: {how}\nwhole: {:?}\nsplit: {:?}", show(&whole.report), show(&split.report));
            }
            Ok(())
        };
        if script.body.len() <= CUT_EVERYWHERE {
            for place in 1..script.body.len() {
                let (first, second) = script.body.split_at(place);
                same(format!("cut at byte {place}"), vec![first, second])?;
            }
        }
        for size in CHUNK_SIZES {
            same(format!("chunks of {size} bytes"), script.body.chunks(size).collect())?;
        }
        Ok(whole)
    }
}

/// The response that a host would have.
struct Script {
    head: ResponseHead,
    body: Vec<u8>,
    end: End,
    trailers: HeaderMap,
}

impl Script {
    fn new(case: &Case, upstream: &Upstream) -> Result<Script> {
        if upstream.refuse {
            let headers = HeaderMap::from_iter([
                (http::header::CONTENT_LENGTH, HeaderValue::from(REFUSED.len())),
                (http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain")),
            ]);
            let head = ResponseHead {
                status: StatusCode::SERVICE_UNAVAILABLE,
                headers,
                body: Payload::AsSent,
                origin: Origin::Proxy,
                detail: Some("upstream_reset_before_response_started{remote_connection_failure}".to_owned()),
            };
            return Ok(Script { head, body: REFUSED.to_vec(), end: End::Complete, trailers: HeaderMap::new() });
        }
        let mut headers = header_map(upstream.fields()?);
        if let Some(length) = upstream.declared_length()? {
            headers.insert(http::header::CONTENT_LENGTH, length.into());
        }
        let mut body = upstream.whole_body()?;
        if upstream.end == BodyEnd::Endless {
            let last = upstream.body.last().context("an endless body needs a part to repeat")?.bytes()?;
            body.extend(last.repeat(ENDLESS / last.len().max(1)));
        }
        let no_body = case.method() == "HEAD" || upstream.status < 200 || [204, 304].contains(&upstream.status);
        let empty =
            body.is_empty() && upstream.trailers.is_empty() && upstream.end == BodyEnd::Complete && upstream.framing != Framing::Chunked;
        let payload = if no_body || empty { Payload::Absent } else { Payload::AsSent };
        if payload == Payload::Absent {
            body.clear();
        }
        let end = match upstream.end {
            BodyEnd::Complete => End::Complete,
            BodyEnd::Stall => End::TimedOut,
            BodyEnd::Reset | BodyEnd::Close | BodyEnd::Endless => End::Aborted,
        };
        let status = StatusCode::from_u16(upstream.status)?;
        let head = ResponseHead { status, headers, body: payload, origin: Origin::Upstream, detail: None };
        Ok(Script { head, body, end, trailers: header_map(upstream.trailer_fields()?) })
    }
}

impl Core {
    /// The exchange, as a host drives it that has the body in these chunks.
    fn play(&self, case: &Case, script: &Script, chunks: &[&[u8]]) -> Result<Observation> {
        let mut headers = header_map(case.request_headers()?);
        let Correlation { id, new_trace, .. } = self.policy.correlate(&headers, &SEED);
        for (name, value) in new_trace {
            headers.insert(name, value);
        }
        let mut sent_upstream = headers.clone();
        sent_upstream.insert(self.id_header.clone(), HeaderValue::from_str(&id).context("the ID does not fit into a header")?);
        if let Some(name) = self.policy.token_header() {
            sent_upstream.remove(name);
        }
        let received = Received { path: case.path().to_owned(), headers: fields_of(&sent_upstream), connection: 1, closed_after: None };
        let requests = vec![received; case.requests()];
        let original = Answer {
            status: script.head.status.as_u16(),
            headers: fields_of(&script.head.headers),
            body: script.body.clone(),
            trailers: fields_of(&script.trailers),
            broken: (script.end != End::Complete).then(|| "the upstream broke off".to_owned()),
            ..Answer::default()
        };
        let is_grpc = headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
        let may_match = self.policy.touches(original.status) || (original.status == 200 && is_grpc);
        if !may_match {
            return Ok(Observation { answer: original, requests, report: None, timed: false });
        }

        let request = RequestHead {
            method: Method::from_bytes(case.method().as_bytes())?,
            host: case.host()?,
            path: case.path().to_owned(),
            headers,
            correlation_id: Some(id.clone()),
        };
        let mut exchange = Exchange::new(Arc::clone(&self.policy), request, SEED);
        ensure!(exchange.correlation_id() == id, "the exchange has the ID {:?}, the upstream got {id:?}", exchange.correlation_id());
        let mut end = script.end;
        let mut answer = None;
        let mut trailers = script.trailers.clone();
        let mut on_trailers = |exchange: &mut Exchange| {
            if !script.trailers.is_empty() {
                trailers = apply(&script.trailers, &exchange.on_trailers(&script.trailers));
            }
        };
        match exchange.on_response(&script.head) {
            Plan::Finish => end = End::Complete,
            Plan::Observe(edits) => {
                answer = Some(edited(&original, &edits));
                feed(&mut exchange, chunks, &mut end);
                on_trailers(&mut exchange);
            }
            Plan::Replace(replacement) => {
                answer = Some(replaced(replacement));
                feed(&mut exchange, chunks, &mut end);
                on_trailers(&mut exchange);
            }
            Plan::Hold => {
                answer = feed(&mut exchange, chunks, &mut end);
                on_trailers(&mut exchange);
            }
            Plan::AwaitTrailers => {
                answer = Some(original.clone());
                on_trailers(&mut exchange);
            }
        }
        let outcome = exchange.finish(end, SEED.unix_millis + 5);
        let replaced_at_the_end = matches!(outcome.verdict, Verdict::Replace(_));
        let mut answer = match (outcome.verdict, answer) {
            (Verdict::Served, Some(answer)) => answer,
            // The edits of a gRPC stream were those of its trailers.
            (Verdict::Release(_), Some(answer)) if is_grpc => answer,
            (Verdict::Release(edits), None) => edited(&original, &edits),
            (Verdict::Amend(edits, body), None) => Answer { body, ..edited(&original, &edits) },
            (Verdict::Replace(replacement), None) => replaced(replacement),
            (verdict, answer) => bail!("the verdict {verdict:?} does not fit to what was answered before: {answer:?}"),
        };
        // A replacement that comes after the trailers is complete without them; one that came before says what to do with them.
        answer.trailers = if replaced_at_the_end { Vec::new() } else { fields_of(&trailers) };
        let report = outcome.report.map(|report| serde_json::from_str(&report.to_json())).transpose().context("the report is not JSON")?;
        Ok(Observation { answer, requests, report, timed: false })
    }
}

/// Feeds the body; the answer that core gives on the way, if it does.
fn feed(exchange: &mut Exchange, chunks: &[&[u8]], end: &mut End) -> Option<Answer> {
    let mut answer = None;
    for chunk in chunks {
        match exchange.on_body(chunk) {
            Step::Continue => {}
            Step::Replace(replacement) => answer = Some(replaced(replacement)),
            Step::Finish => {
                *end = End::Complete;
                break;
            }
        }
    }
    answer
}

fn replaced(replacement: backstop_core::Replacement) -> Answer {
    Answer { status: replacement.status.as_u16(), headers: fields_of(&replacement.headers), body: replacement.body, ..Answer::default() }
}

fn edited(original: &Answer, edits: &HeaderEdits) -> Answer {
    let headers = header_map(original.headers.clone());
    Answer { headers: fields_of(&apply(&headers, edits)), ..original.clone() }
}

fn apply(headers: &HeaderMap, edits: &HeaderEdits) -> HeaderMap {
    let mut headers = headers.clone();
    for name in &edits.remove {
        headers.remove(name);
    }
    for (name, value) in &edits.set {
        headers.insert(name, value.clone());
    }
    for (name, value) in &edits.add {
        headers.append(name.clone(), value.clone());
    }
    headers
}

/// As a host does it: what the `http` crate cannot represent is left out.
fn header_map(fields: Vec<(String, Vec<u8>)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&value)) {
            headers.append(name, value);
        }
    }
    headers
}
