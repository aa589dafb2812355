//! What a client would get: the pages that `preview` shows and `export` writes.

use anyhow::{Context as _, Result, bail};
use backstop_core::{Policy, Replacement, RequestHead};
use http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};

/// A format, as the commands name it.
pub(crate) struct Format {
    /// In addresses, and on the preview.
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    /// Of files.
    pub(crate) extension: &'static str,
}

/// All formats; the first is what people look at.
pub(crate) const FORMATS: [Format; 6] = [
    Format { name: "html", media_type: "text/html", extension: "html" },
    Format { name: "json", media_type: "application/json", extension: "json" },
    Format { name: "problem_json", media_type: "application/problem+json", extension: "problem.json" },
    Format { name: "text", media_type: "text/plain", extension: "txt" },
    Format { name: "xml", media_type: "application/xml", extension: "xml" },
    Format { name: "problem_xml", media_type: "application/problem+xml", extension: "problem.xml" },
];

/// Whose answer it is.
pub(crate) struct Asking<'a> {
    pub(crate) status: u16,
    pub(crate) media_type: &'a str,
    pub(crate) language: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    /// Empty where the page is to have none.
    pub(crate) request_id: &'a str,
    /// 0 where the page is to have none.
    pub(crate) unix_millis: u64,
}

/// The answer of core.
///
/// # Errors
/// A value that no request has, by name.
pub(crate) fn sample(policy: &Policy, asking: &Asking<'_>) -> Result<Replacement> {
    let Some(status) = StatusCode::from_u16(asking.status).ok().filter(|status| (400..600).contains(&status.as_u16())) else {
        bail!("the status {} is no error: choose one from 400 to 599", asking.status);
    };
    let value = |text: &str| HeaderValue::from_str(text).with_context(|| format!("{text:?} cannot be the value of a header field"));
    let headers = HeaderMap::from_iter([(ACCEPT, value(asking.media_type)?), (ACCEPT_LANGUAGE, value(asking.language)?)]);
    let (host, path) = (asking.host.to_owned(), asking.path.to_owned());
    let request = RequestHead { method: Method::GET, host, path, headers, correlation_id: None };
    Ok(policy.sample(&request, status, asking.request_id, asking.unix_millis))
}

/// Among the statuses that the configuration touches, those of IANA's registry, and those that a rule names alone.
pub(crate) fn statuses(policy: &Policy, named: &[u16]) -> Vec<u16> {
    let known = |code: &u16| StatusCode::from_u16(*code).is_ok_and(|status| status.canonical_reason().is_some());
    policy.touched_statuses().filter(|code| known(code) || named.contains(code)).collect()
}
