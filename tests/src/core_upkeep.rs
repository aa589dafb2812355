//! What core says about asking an upstream: whether at all, again, or in vain. Nobody sends and nobody waits here, so time is a number.

use crate::case::{BodyEnd, Case, HeadEnd, Upstream};
use crate::client::{Answer, fields_of};
use crate::core_host::header_map;
use anyhow::{Context, Result, ensure};
use backstop_core::{Admission, Attempt, Breakers, Copies, Policy, Resilience, Retries};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, RETRY_AFTER};
use std::collections::HashMap;

/// What a host remembers for one tenant, and the time.
#[derive(Debug)]
pub(crate) struct Memory {
    retries: Option<Retries>,
    breakers: Option<Breakers>,
    /// By URL: what core wrote of a response, and its body.
    copies: HashMap<String, (String, Vec<u8>)>,
    /// Milliseconds since 1970.
    now: u64,
}

/// A request, and what is configured for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'c> {
    pub(crate) case: &'c Case,
    pub(crate) policy: &'c Policy,
    pub(crate) resilience: &'c Resilience,
    /// As the client sent them.
    pub(crate) headers: &'c HeaderMap,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Reached<'c> {
    /// How often the upstream was asked.
    pub(crate) asked: usize,
    /// How long all of it took, in milliseconds.
    pub(crate) took: u64,
    pub(crate) came: Came<'c>,
    /// An older answer that may take its place.
    pub(crate) copy: Option<Answer>,
}

#[derive(Debug)]
pub(crate) enum Came<'c> {
    /// An answer.
    Response(&'c Upstream),
    /// None: the status, the host's words, and what to tell of when to come again, where the upstream was not asked.
    Nothing(u16, String, Option<u64>),
    /// The site is closed, for so many seconds.
    Closed(u64),
}

/// As the breaker knows the upstream.
const UPSTREAM: &str = "upstream.example";

impl Memory {
    pub(crate) fn new(resilience: &Resilience, now: u64) -> Memory {
        Memory { retries: Retries::new(resilience), breakers: Breakers::new(resilience), copies: HashMap::new(), now }
    }

    /// Goes through maintenance, breaker, the upstream, retries and copies, in the order that the documentation promises.
    pub(crate) fn reach<'c>(&mut self, asking: Asking<'c>) -> Result<Reached<'c>> {
        let Asking { case, resilience, headers, .. } = asking;
        self.now += case.wait_ms;
        let began = self.now;
        let pass = resilience.maintenance().and_then(|maintenance| headers.get(maintenance.header()?)?.to_str().ok());
        if let Some(maintenance) = resilience.closes(&case.host()?, case.path(), pass) {
            return Ok(Reached { asked: 0, took: 0, came: Came::Closed(maintenance.retry_after()), copy: None });
        }
        let (asked, came) = self.ask(asking, began)?;
        let copy = self.copy(asking, &came, began)?;
        Ok(Reached { asked, took: self.now - began, came, copy })
    }

    fn ask<'c>(&mut self, Asking { case, policy, .. }: Asking<'c>, began: u64) -> Result<(usize, Came<'c>)> {
        let limit = policy.upstream_timeout().map(|limit| limit.as_millis()).map(u64::try_from).transpose()?;
        let has_body = case.request.body.is_some();
        let may_retry = self.retries.as_mut().is_some_and(|retries| retries.on_request(case.method(), has_body));
        let mut asked = 0;
        loop {
            let admitted = match self.breakers.as_mut().map(|breakers| breakers.admit(UPSTREAM, self.now)) {
                Some(Admission::Refuse(wait)) => {
                    let came = Came::Nothing(503, "circuit breaker open".to_owned(), Some(wait.div_ceil(1000).max(1)));
                    return Ok((asked, came));
                }
                Some(Admission::Pass(admitted)) => admitted,
                None => 0,
            };
            let upstream = case.upstream.get(asked).or(case.upstream.last()).context("the upstream was asked, expected not to be")?;
            let left = self.retries.as_ref().filter(|_| asked > 0).map(|retries| retries.time_left(self.now - began));
            asked += 1;
            let (status, came) = match upstream.head {
                HeadEnd::Complete => (Some(upstream.status), Came::Response(upstream)),
                HeadEnd::Close => (None, Came::Nothing(502, "the connection was closed".to_owned(), None)),
                HeadEnd::Stall => {
                    let limit = limit.into_iter().chain(left).min().context("nothing ends the wait for a head")?;
                    self.now += limit;
                    (None, Came::Nothing(504, format!("no answer within {limit} ms"), None))
                }
            };
            if let Some(breakers) = &mut self.breakers {
                breakers.settle(UPSTREAM, admitted, status, self.now);
            }
            if !may_retry || status.is_some_and(|status| status < 400) {
                return Ok((asked, came));
            }
            let fields = header_map(upstream.fields()?);
            let attempt = Attempt {
                sent: u64::try_from(asked)?,
                status,
                retry_after: fields.get(RETRY_AFTER).and_then(|value| value.to_str().ok()),
                elapsed: self.now - began,
                chance: 0,
            };
            match self.retries.as_mut().and_then(|retries| retries.next(attempt)) {
                Some(wait) => self.now += wait,
                None => return Ok((asked, came)),
            }
        }
    }

    /// Keeps a copy of a good answer, or finds one for a bad one.
    fn copy(&mut self, asking: Asking<'_>, came: &Came<'_>, began: u64) -> Result<Option<Answer>> {
        let Asking { case, policy, resilience, headers } = asking;
        let Some(copies) = Copies::new(resilience, policy.correlation_header()) else { return Ok(None) };
        let url = case.host()? + case.path();
        match came {
            Came::Response(upstream) if upstream.status == 200 && case.method() == "GET" && upstream.end == BodyEnd::Complete => {
                if let Some(copied) = copies.keep(headers, &header_map(upstream.fields()?), false, began) {
                    ensure!(copied.keep_seconds > 0, "a copy that is kept for no time");
                    self.copies.insert(url, (copied.record, upstream.whole_body()?));
                }
                return Ok(None);
            }
            Came::Response(upstream) if upstream.status < 400 || !copies.stands_in_for(upstream.status) => return Ok(None),
            _ => {}
        }
        let Some((record, body)) = self.copies.get(&url).filter(|_| ["GET", "HEAD"].contains(&case.method())) else { return Ok(None) };
        let Some(mut fields) = copies.show(record, headers, self.now) else { return Ok(None) };
        fields.insert(CONTENT_LENGTH, body.len().into());
        let body = if case.method() == "HEAD" { Vec::new() } else { body.clone() };
        Ok(Some(Answer { status: 200, headers: fields_of(&fields), body, ..Answer::default() }))
    }
}
