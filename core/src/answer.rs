//! The answer to a client in place of an error: status, headers and body, put together from what was configured and what the client
//! accepts.

use crate::config::RetryForm;
use crate::head::{self, Origin, Replacement, RequestHead, Rpc};
use crate::language::Language;
use crate::negotiate::negotiate;
use crate::page::{self, Page, Theme};
use crate::policy::{Answer, Policy, bare_path};
use crate::reveal::Original;
use crate::time;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};

/// What an answer depends on beside the policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) request: &'a RequestHead,
    pub(crate) request_id: &'a str,
    /// When the request arrived, in milliseconds since 1970.
    pub(crate) unix_millis: u64,
    /// A random number.
    pub(crate) chance: u64,
    /// What a trusted viewer sees of the error.
    pub(crate) original: Option<&'a Original>,
}

/// An answer, and why it is not the one that was configured.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) replacement: Replacement,
    /// A template failed, and the built-in page took its place.
    pub(crate) fallback: Option<String>,
}

/// Puts the answer together. `kept` are the fields of the upstream's head that it keeps.
///
/// Facts with an original make the built-in answer with it, never a template. Redirects and gRPC have no room for one.
pub(crate) fn compose(policy: &Policy, answer: &Answer, facts: Facts<'_>, received: StatusCode, kept: HeaderMap) -> Composed {
    let request = facts.request;
    let status = answer.status.unwrap_or(received);
    let mut headers = kept;
    let correlation = (policy.correlation_header(), &correlation_value(facts.request_id));
    match head::rpc(&request.headers) {
        Some(Rpc::Plain) => {
            let grpc = page::grpc_status(status);
            answer.headers.apply(&mut headers);
            let headers = head::grpc_headers(headers, grpc, correlation);
            return whole(Replacement { status: StatusCode::OK, headers, body: Vec::new(), grpc: Some(grpc) });
        }
        Some(Rpc::Web { media_type, is_text }) => {
            let body = page::grpc_web_trailers(page::grpc_status(status), is_text);
            head::grpc_web_headers(&mut headers, media_type, body.len(), correlation);
            answer.headers.apply(&mut headers);
            return whole(Replacement { status: StatusCode::OK, headers, body, grpc: None });
        }
        None => {}
    }
    let retry_after = retry_after(answer, facts, status, &mut headers);
    if let Some(redirect) = &answer.redirect {
        let location = HeaderValue::from_str(&redirect.location(facts.request_id));
        if let Ok(location) = location {
            head::redirect_headers(&mut headers, location, correlation);
            answer.headers.apply(&mut headers);
            return whole(Replacement { status: redirect.status, headers, body: Vec::new(), grpc: None });
        }
    }
    let format = answer.format.unwrap_or_else(|| negotiate(&request.headers));
    let language = policy.languages().lookup(&request.headers);
    let page = Page {
        status,
        request_id: facts.request_id,
        unix_millis: facts.unix_millis,
        host: &request.host,
        method: request.method.as_str(),
        path: bare_path(&request.path),
        retry_after,
        format,
        json: answer.json,
        brand: policy.brand(request),
        language,
        original: facts.original,
    };
    let templates = if facts.original.is_some() { &[] } else { answer.templates.as_slice() };
    let own = templates.iter().filter_map(|index| policy.template(*index)).find(|template| template.format() == format);
    let (rendered, fallback) = match own.map(|template| page.render_with(template)) {
        Some(Ok(rendered)) => (rendered, None),
        Some(Err(problem)) => (page.render(), Some(problem)),
        None => (page.render(), None),
    };
    let described = head::Described {
        content_type: rendered.content_type,
        content_language: language.tag(),
        content_security_policy: rendered.content_security_policy,
        content_length: rendered.body.len(),
    };
    let mut headers = head::replacement_headers(headers, described, correlation);
    answer.headers.apply(&mut headers);
    if facts.original.is_some() {
        head::keep_private(&mut headers);
    }
    let body = if request.method == Method::HEAD { Vec::new() } else { rendered.body };
    Composed { replacement: Replacement { status, headers, body, grpc: None }, fallback }
}

/// The correlation ID as a header value.
pub(crate) fn correlation_value(id: &str) -> HeaderValue {
    // An ID is made of visible ASCII, so the fallback is never taken.
    HeaderValue::from_str(id).unwrap_or(HeaderValue::from_static("unknown"))
}

fn whole(replacement: Replacement) -> Composed {
    Composed { replacement, fallback: None }
}

/// The seconds that a client shall wait: what the upstream said, else what the operator says, which then becomes a header.
fn retry_after(answer: &Answer, facts: Facts<'_>, status: StatusCode, headers: &mut HeaderMap) -> Option<u64> {
    if let Some(said) = headers.get(header::RETRY_AFTER) {
        return said.to_str().ok()?.trim().parse().ok().filter(|seconds| *seconds <= MAX_WAIT);
    }
    let configured = answer.retry_after.as_ref().filter(|_| matches!(status.as_u16(), 429 | 503))?;
    let (seconds, form) = configured.wait(facts.chance);
    let value = match form {
        RetryForm::Seconds => HeaderValue::from(seconds),
        RetryForm::Date => {
            let date = time::http_date(facts.unix_millis.saturating_add(seconds.saturating_mul(1000)));
            HeaderValue::from_str(&date).ok()?
        }
    };
    let _ = headers.try_insert(header::RETRY_AFTER, value);
    Some(seconds)
}

/// A page counts down no longer than a week.
const MAX_WAIT: u64 = 7 * 86_400;

impl Policy {
    /// What a client would get in place of an error with this status, without any exchange: for previews and for pages that are kept
    /// as files. `request_id` may be empty, and `unix_millis` 0: what is not known is not shown.
    ///
    /// The first rule counts that would match, for whichever origin; where none does, the answer is that of `respond` at the top.
    pub fn sample(&self, request: &RequestHead, status: StatusCode, request_id: &str, unix_millis: u64) -> Replacement {
        let rule = [Origin::Upstream, Origin::Proxy].into_iter().find_map(|origin| self.rule(request, status.as_u16(), origin));
        let facts = Facts { request, request_id, unix_millis, chance: 0, original: None };
        compose(self, self.answer(rule.map(|rule| rule.index)), facts, status, HeaderMap::new()).replacement
    }

    /// The names of all themes, the default first.
    pub fn themes() -> impl Iterator<Item = &'static str> {
        Theme::ALL.iter().map(|theme| theme.name())
    }

    /// The tags of the languages on offer, the default first.
    pub fn language_tags(&self) -> impl Iterator<Item = &str> {
        self.languages().all().map(Language::tag)
    }
}
