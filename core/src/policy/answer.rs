//! What a rule's clients get instead of an error, compiled.

use super::compile::{in_range, refuse_long};
use crate::config::{self, ConfigError, Format, JsonShape, RetryForm};
use crate::page::PageTemplate;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// What a rule's clients get instead of an error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// The status, where it is not the upstream's.
    pub(crate) status: Option<StatusCode>,
    /// The format, where the client has no choice.
    pub(crate) format: Option<Format>,
    pub(crate) json: JsonShape,
    /// Indices of the policy's templates, at most one for each format.
    pub(crate) templates: Vec<usize>,
    pub(crate) redirect: Option<Redirect>,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) headers: HeaderChanges,
}

/// Where clients are sent.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    pub(crate) status: StatusCode,
    /// Up to the value of the parameter, and what follows it.
    before: String,
    after: String,
}

impl Redirect {
    /// The target with an ID, which is made of characters that a query may hold.
    pub(crate) fn location(&self, request_id: &str) -> String {
        [&self.before, request_id, &self.after].concat()
    }
}

/// When clients may come again.
#[derive(Debug, Clone)]
pub(crate) struct RetryAfter {
    seconds: u64,
    jitter: u64,
    form: RetryForm,
}

impl RetryAfter {
    /// The seconds to wait, and whether they are told as a date. `chance` is random.
    pub(crate) fn wait(&self, chance: u64) -> (u64, RetryForm) {
        let more = chance.checked_rem(self.jitter.saturating_add(1)).unwrap_or(0);
        (self.seconds.saturating_add(more), self.form)
    }
}

/// Changes to headers: `remove`, then `set`, then `add`.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderChanges {
    pub(crate) remove: Vec<HeaderName>,
    pub(crate) set: Vec<(HeaderName, HeaderValue)>,
    pub(crate) add: Vec<(HeaderName, HeaderValue)>,
}

impl HeaderChanges {
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        for name in &self.remove {
            headers.remove(name);
        }
        // These fail only beyond 24576 fields; what was kept and what may be configured is far from it.
        for (name, value) in &self.set {
            let _ = headers.try_insert(name.clone(), value.clone());
        }
        for (name, value) in &self.add {
            let _ = headers.try_append(name.clone(), value.clone());
        }
    }
}

/// Compiles what stands at `at` (`respond`, `headers` or the same of a rule) over what holds where it says nothing.
pub(super) fn compile(
    at: &str,
    respond: &config::Respond,
    headers: &config::Headers,
    base: &Answer,
    templates: &[PageTemplate],
    correlation: &HeaderName,
) -> Result<Answer, ConfigError> {
    let below = |name: &str| format!("{at}respond.{name}");
    let mut answer = base.clone();
    if let Some(code) = respond.status {
        let status = status_code(code).filter(|status| status.is_client_error() || status.is_server_error());
        answer.status = Some(status.ok_or_else(|| {
            ConfigError::of(below("status"), code, "is not a status of errors: write a number from 400 to 599, or use `redirect`")
        })?);
    }
    answer.format = respond.format.or(base.format);
    answer.json = respond.json.unwrap_or(base.json);
    if let Some(names) = &respond.templates {
        answer.templates = chosen(&below("templates"), names, templates)?;
    }
    if let Some(redirect) = &respond.redirect {
        answer.redirect = Some(compile_redirect(&below("redirect"), redirect)?);
    }
    if let Some(retry) = &respond.retry_after {
        let reason = "because a client that waits a day has gone";
        let seconds = in_range(&below("retry_after.seconds"), retry.seconds, 1..=MAX_WAIT, reason)?;
        let jitter = in_range(&below("retry_after.jitter"), retry.jitter, 0..=MAX_WAIT, reason)?;
        answer.retry_after = Some(RetryAfter { seconds, jitter, form: retry.form });
    }
    add_headers(&format!("{at}headers"), headers, correlation, &mut answer.headers)?;
    Ok(answer)
}

fn chosen(at: &str, names: &[String], templates: &[PageTemplate]) -> Result<Vec<usize>, ConfigError> {
    let mut indices: Vec<usize> = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let at = format!("{at}[{place}]");
        let Some(index) = templates.iter().position(|template| template.name() == name) else {
            let known: Vec<&str> = templates.iter().map(PageTemplate::name).collect();
            let hint = config::did_you_mean(name, &known);
            return Err(ConfigError::of(at, name.as_str(), format!("is not the name of a template: write a name of `templates`{hint}")));
        };
        let format = |index: &usize| templates.get(*index).map(PageTemplate::format);
        if indices.iter().any(|earlier| format(earlier) == format(&index)) {
            return Err(ConfigError::of(at, name.as_str(), "has the format of an earlier one: keep one of the two"));
        }
        indices.push(index);
    }
    Ok(indices)
}

fn compile_redirect(at: &str, redirect: &config::Redirect) -> Result<Redirect, ConfigError> {
    let target = target(&redirect.to).map_err(|problem| ConfigError::of(format!("{at}.to"), redirect.to.as_str(), problem))?;
    let code = redirect.status.unwrap_or(302);
    let status = status_code(code).filter(|_| matches!(code, 302 | 303 | 307 | 308)).ok_or_else(|| {
        ConfigError::of(format!("{at}.status"), code, "is not the status of a redirect that keeps the ID: write 302, 303, 307 or 308")
    })?;
    let parameter = redirect.parameter.as_deref().unwrap_or("request_id");
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !(1..=32).contains(&parameter.len()) || !is_name(parameter) {
        let problem = "is not the name of a parameter: write 1 to 32 letters, digits, - or _";
        return Err(ConfigError::of(format!("{at}.parameter"), parameter, problem));
    }
    let (address, fragment) = match target.find('#').and_then(|place| target.split_at_checked(place)) {
        Some((address, fragment)) => (address, fragment),
        None => (target, ""),
    };
    let separator = match address.contains('?') {
        false => "?",
        true if address.ends_with(['?', '&']) => "",
        true => "&",
    };
    Ok(Redirect { status, before: format!("{address}{separator}{parameter}="), after: fragment.to_owned() })
}

fn status_code(code: u64) -> Option<StatusCode> {
    StatusCode::from_u16(u16::try_from(code).ok()?).ok()
}

/// A target that a browser can only take for a page.
fn target(to: &str) -> Result<&str, &'static str> {
    const FIX: &str = "is not a target: write an absolute https: or http: URL (https://status.acme.example/), or a path (/sorry)";
    if to.starts_with('/') {
        // A browser takes `//host` and `/\host` for another host.
        return match super::brand::characters(to) {
            Err(problem) => Err(problem),
            Ok(()) if to.starts_with("//") => {
                Err("has two slashes at its beginning, which is another host: write its scheme, or one slash")
            }
            Ok(()) => Ok(to),
        };
    }
    if !(to.starts_with("https://") || to.starts_with("http://")) {
        return Err(FIX);
    }
    super::brand::absolute(to).map(|()| to)
}

fn add_headers(at: &str, headers: &config::Headers, correlation: &HeaderName, changes: &mut HeaderChanges) -> Result<(), ConfigError> {
    let name = |at: &str, text: &str| header_name(text, correlation).map_err(|problem| ConfigError::of(at, text, problem));
    let place = format!("{at}.remove");
    refuse_long(&place, headers.remove.len(), MAX_HEADERS)?;
    for (index, text) in headers.remove.iter().enumerate() {
        changes.remove.push(name(&format!("{place}[{index}]"), text)?);
    }
    for (kind, fields, list) in [("set", &headers.set.0, &mut changes.set), ("add", &headers.add.0, &mut changes.add)] {
        let place = format!("{at}.{kind}");
        refuse_long(&place, fields.len(), MAX_HEADERS)?;
        for (text, value) in fields {
            let name = name(&place, text)?;
            let written = HeaderValue::from_str(value).ok().filter(|_| value.len() <= MAX_VALUE && value.trim() == value);
            let written = written.ok_or_else(|| {
                let problem = "is not a header value: write at most 1024 visible characters and spaces between them, without line breaks";
                ConfigError::of(format!("{place}.{text}"), value.as_str(), problem)
            })?;
            list.push((name, written));
        }
    }
    Ok(())
}

fn header_name(text: &str, correlation: &HeaderName) -> Result<HeaderName, String> {
    let name = HeaderName::from_bytes(text.as_bytes()).ok().filter(|_| text.len() <= MAX_NAME);
    let name = name.ok_or_else(|| "is not a header name: write letters, digits and dashes, at most 64".to_owned())?;
    if name == *correlation {
        return Err("is the correlation header, which always has the ID: leave it out".to_owned());
    }
    let fixed = FRAMING.contains(&name.as_str()) || name.as_str().starts_with("grpc-");
    if fixed {
        return Err("describes the message itself, which Backstop writes: leave it out".to_owned());
    }
    Ok(name)
}

/// What HTTP needs to find the end of a message, and what tells how to read its body.
const FRAMING: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

const MAX_HEADERS: usize = 32;
const MAX_NAME: usize = 64;
const MAX_VALUE: usize = 1024;
const MAX_WAIT: u64 = 86_400;
