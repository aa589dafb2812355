//! Core alone, driven as a host would drive it, with the body cut at every place. [`core_upkeep`](crate::core_upkeep) has what comes before there is
//! a body.

use crate::case::{BodyEnd, Case, Framing, Upstream};
use crate::check::Observation;
use crate::client::{Answer, fields_of};
use crate::core_upkeep::{Asking, Came, Memory, Reached};
use crate::suite::{Group, Host, Server};
use crate::upstream::Received;
use anyhow::{Context, Result, anyhow, bail, ensure};
use backstop_core::{
    Correlation, End, Exchange, HeaderEdits, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Step, Tenants, Unanswered,
    Verdict,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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
        let tenants = Tenants::from_json(&group.config.to_string()).map_err(|error| anyhow!("{error}"))?;
        Ok(Box::new(Core { tenants, memories: Mutex::default() }))
    }
}

struct Core {
    tenants: Tenants,
    memories: Mutex<HashMap<Option<usize>, Memory>>,
}

impl Server for Core {
    fn run(&self, case: &Arc<Case>) -> Result<Observation> {
        let tenant = self.tenants.find(&case.host()?);
        let (policy, resilience) = (self.tenants.policy(tenant), self.tenants.resilience(tenant));
        let mut headers = header_map(case.request_headers()?);
        let Correlation { id, new_trace, .. } = policy.correlate(&headers, &SEED);
        let asking = Asking { case, policy, resilience, headers: &headers.clone() };
        let Reached { asked, took, came, copy } = {
            let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
            memories.entry(tenant).or_insert_with(|| Memory::new(resilience, SEED.unix_millis)).reach(asking)?
        };
        for (name, value) in new_trace {
            headers.insert(name, value);
        }
        let shown_id = HeaderValue::from_str(&id).context("the ID does not fit into a header")?;
        let mut sent_upstream = headers.clone();
        sent_upstream.insert(policy.correlation_header().clone(), shown_id.clone());
        let preview = resilience.maintenance().and_then(|maintenance| maintenance.header().cloned());
        for name in policy.token_header().into_iter().chain(preview) {
            sent_upstream.remove(name);
        }
        let received = Received { path: case.path().to_owned(), headers: fields_of(&sent_upstream), connection: 1, closed_after: None };
        let is_refused = case.listens().1;
        let requests = vec![received; if is_refused { 0 } else { asked }];
        let copy = copy.map(|mut copy| {
            copy.headers.push((policy.correlation_header().to_string(), shown_id.as_bytes().to_vec()));
            copy
        });

        let request = RequestHead {
            method: Method::from_bytes(case.method().as_bytes())?,
            host: case.host()?,
            path: case.path().to_owned(),
            headers,
            correlation_id: Some(id),
        };
        let way = Way { case, policy, request, resends: u64::try_from(asked.saturating_sub(1))?, copy };
        let (mut answer, report) = match came {
            Came::Response(upstream) => way.every_split(&Script::new(case, upstream)?)?,
            Came::Nothing(status, detail, retry_after) => way.unanswered(status, &detail, retry_after)?,
            // Nothing failed, so there is no report.
            Came::Closed(seconds) => (way.unanswered(503, "maintenance", Some(seconds))?.0, None),
        };
        answer.head_after = Duration::from_millis(took);
        Ok(Observation { answer, requests, report, timed: false })
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

/// What is known once the upstream was asked.
struct Way<'c> {
    case: &'c Case,
    policy: &'c Arc<Policy>,
    request: RequestHead,
    resends: u64,
    copy: Option<Answer>,
}

/// What the client sees, and the report.
type Played = (Answer, Option<serde_json::Value>);

impl Way<'_> {
    fn exchange(&self) -> Result<Exchange> {
        let mut exchange = Exchange::new(Arc::clone(self.policy), self.request.clone(), SEED);
        let sent = self.request.correlation_id.as_deref();
        ensure!(
            Some(exchange.correlation_id()) == sent,
            "the exchange has the ID {:?}, the upstream got {sent:?}",
            exchange.correlation_id()
        );
        exchange.set_resends(self.resends);
        Ok(exchange)
    }

    fn unanswered(&self, status: u16, detail: &str, retry_after: Option<u64>) -> Result<Played> {
        let status = StatusCode::from_u16(status)?;
        let copy = self.copy.as_ref().map(|_| StatusCode::OK);
        let unanswered = Unanswered { status, detail, is_unasked: retry_after.is_some(), retry_after, copy };
        let outcome = self.exchange()?.finish_unanswered(unanswered, SEED.unix_millis + 5);
        let mut answer = match (outcome.verdict, &self.copy) {
            (Verdict::Replace(replacement), _) => replaced(replacement),
            (Verdict::Served, Some(copy)) => copy.clone(),
            (verdict, copy) => bail!("the verdict {verdict:?} where nothing came, with {copy:?}"),
        };
        if self.case.method() == "HEAD" {
            answer.body.clear();
        }
        Ok((answer, outcome.report.map(|report| serde_json::from_str(&report.to_json())).transpose()?))
    }

    /// The exchange with the body as it is, and cut in many ways, which must change nothing.
    fn every_split(&self, script: &Script) -> Result<Played> {
        let whole = self.play(script, &[&script.body])?;
        let same = |how: String, chunks: Vec<&[u8]>| {
            let split = self.play(script, &chunks)?;
            if split.0 != whole.0 {
                bail!("the answer depends on the chunks: {how}\nwhole: {:?}\nsplit: {:?}", whole.0, split.0);
            }
            let show = |report: &Option<serde_json::Value>| report.as_ref().map(ToString::to_string);
            if split.1 != whole.1 {
                bail!("the report depends on the chunks: {how}\nwhole: {:?}\nsplit: {:?}", show(&whole.1), show(&split.1));
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

    /// The exchange, as a host drives it that has the body in these chunks.
    fn play(&self, script: &Script, chunks: &[&[u8]]) -> Result<Played> {
        let original = Answer {
            status: script.head.status.as_u16(),
            headers: fields_of(&script.head.headers),
            body: script.body.clone(),
            trailers: fields_of(&script.trailers),
            broken: (script.end != End::Complete).then(|| "the upstream broke off".to_owned()),
            ..Answer::default()
        };
        let is_grpc = self.request.headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
        let may_match = self.policy.touches(original.status) || (original.status == 200 && is_grpc);
        if !may_match {
            return Ok((original, None));
        }
        let mut exchange = self.exchange()?;
        let mut end = script.end;
        let mut answer = None;
        let mut trailers = script.trailers.clone();
        let mut on_trailers = |exchange: &mut Exchange| {
            if !script.trailers.is_empty() {
                trailers = apply(&script.trailers, &exchange.on_trailers(&script.trailers));
            }
        };
        let plan = exchange.on_response(&script.head);
        let copy = self.copy.clone().filter(|_| exchange.replace_by_copy(StatusCode::OK));
        match plan {
            _ if copy.is_some() => {
                answer = copy;
                feed(&mut exchange, chunks, &mut end);
            }
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
        Ok((answer, report))
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
pub(crate) fn header_map(fields: Vec<(String, Vec<u8>)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&value)) {
            headers.append(name, value);
        }
    }
    headers
}
