//! What a rule's clients get instead of an error, compiled.

use super::compile::{in_range, refuse_long};
use crate::config::{self, ConfigError, Format, JsonShape, RetryForm};
use crate::page::PageTemplate;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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
    /// The name under which it tells what went wrong.
    pub(crate) proxy_status: Option<String>,
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
    /// The target with an ID. One that a client chose may have a `+`, which a query takes for a blank.
    pub(crate) fn location(&self, request_id: &str) -> String {
        const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
        let id = utf8_percent_encode(request_id, QUERY).to_string();
        [&self.before, id.as_str(), &self.after].concat()
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

/// Changes to headers: `remove`, then `set`, then `add`. What a later part of the configuration says undoes what an earlier one said of
/// the same field.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderChanges {
    pub(crate) remove: Vec<HeaderName>,
    pub(crate) set: Vec<(HeaderName, HeaderValue)>,
    pub(crate) add: Vec<(HeaderName, HeaderValue)>,
}

impl HeaderChanges {
    fn forget(&mut self, name: &HeaderName) {
        self.set.retain(|(known, _)| known != name);
        self.add.retain(|(known, _)| known != name);
    }

    fn remove(&mut self, name: HeaderName) {
        self.forget(&name);
        self.remove.push(name);
    }

    fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.forget(&name);
        self.set.push((name, value));
    }

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
    if let Some(name) = &respond.proxy_status {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_name || name.len() > 64 || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let problem = "is not a name to tell others: write 1 to 64 letters, digits, -, _ or dots, beginning with a letter";
            return Err(ConfigError::of(below("proxy_status"), name.as_str(), problem));
        }
        answer.proxy_status = Some(name.clone());
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
        changes.remove(name(&format!("{place}[{index}]"), text)?);
    }
    for (kind, fields) in [("set", &headers.set.0), ("add", &headers.add.0)] {
        let place = format!("{at}.{kind}");
        refuse_long(&place, fields.len(), MAX_HEADERS)?;
        for (text, value) in fields {
            let name = name(&place, text)?;
            let written = plain_value(value).ok_or_else(|| {
                let problem = "is not a header value: write at most 1024 visible ASCII characters and spaces between them";
                ConfigError::of(format!("{place}.{text}"), value.as_str(), problem)
            })?;
            match kind {
                "set" => changes.set(name, written),
                _ => changes.add.push((name, written)),
            }
        }
    }
    Ok(())
}

/// Visible ASCII and spaces: runtimes differ in how they write anything else, or refuse it for every answer.
pub(crate) fn plain_value(value: &str) -> Option<HeaderValue> {
    let is_plain = value.len() <= MAX_VALUE && value.trim() == value && value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    HeaderValue::from_str(value).ok().filter(|_| is_plain)
}

/// The name of a header, not too long.
pub(crate) fn any_name(text: &str) -> Result<HeaderName, String> {
    let name = HeaderName::from_bytes(text.as_bytes()).ok().filter(|_| text.len() <= MAX_NAME);
    name.ok_or_else(|| "is not a header name: write letters, digits and dashes, at most 64".to_owned())
}

fn header_name(text: &str, correlation: &HeaderName) -> Result<HeaderName, String> {
    let name = any_name(text)?;
    if name == *correlation {
        return Err("is the correlation header, which always has the ID: leave it out".to_owned());
    }
    if name == http::header::LOCATION {
        return Err("says where a redirect leads: write `respond.redirect`".to_owned());
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::policy::{Policy, refusal};

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        const TARGET: &str = "is not a target: write an absolute https: or http: URL (https://status.acme.example/), or a path (/sorry)";
        const CHARACTERS: &str = "has spaces, quotes or characters that are not ASCII: percent-encode them";
        const FRAMING: &str = "describes the message itself, which Backstop writes: leave it out";
        const VALUE: &str = "is not a header value: write at most 1024 visible ASCII characters and spaces between them";
        #[rustfmt::skip]
        let rows: &[(&str, &str)] = &[
            (r#"{"respond":{"status":200}}"#, "respond.status: 200 is not a status of errors: write a number from 400 to 599, or use `redirect`"),
            (r#"{"respond":{"status":99999}}"#, "respond.status: 99999 is not a status of errors: write a number from 400 to 599, or use `redirect`"),
            (r#"{"respond":{"status":-1}}"#, "respond.status: -1 is not a status: write a number from 400 to 599"),
            (r#"{"respond":{"status":"503"}}"#, "respond.status: \"503\" is not a status: write a number from 400 to 599"),
            (r#"{"respond":{"format":"pdf"}}"#, "respond.format: \"pdf\" is not a format: write `json`, `problem_json`, `html`, `text`, `xml` or `problem_xml`"),
            (r#"{"respond":{"templates":["x"]}}"#, "respond.templates[0]: \"x\" is not the name of a template: write a name of `templates`"),
            (r#"{"templates":{"sorry":{"format":"text","text":"x"}},"respond":{"templates":["sorri"]}}"#, "respond.templates[0]: \"sorri\" is not the name of a template: write a name of `templates` (did you mean `sorry`?)"),
            (r#"{"templates":{"a":{"format":"text","text":"x"},"b":{"format":"text","text":"y"}},"respond":{"templates":["a","b"]}}"#, "respond.templates[1]: \"b\" has the format of an earlier one: keep one of the two"),
            (r#"{"respond":{"redirect":{"to":"javascript:alert(1)"}}}"#, &format!("respond.redirect.to: \"javascript:alert(1)\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":"JavaScript:alert(1)"}}}"#, &format!("respond.redirect.to: \"JavaScript:alert(1)\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":" https://a.example"}}}"#, &format!("respond.redirect.to: \" https://a.example\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":"data:text/html,x"}}}"#, &format!("respond.redirect.to: \"data:text/html,x\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":"sorry"}}}"#, &format!("respond.redirect.to: \"sorry\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":""}}}"#, &format!("respond.redirect.to: \"\" {TARGET}")),
            (r#"{"respond":{"redirect":{"to":"//evil.example/"}}}"#, "respond.redirect.to: \"//evil.example/\" has two slashes at its beginning, which is another host: write its scheme, or one slash"),
            (r#"{"respond":{"redirect":{"to":"/\\evil.example/"}}}"#, &format!("respond.redirect.to: \"/\\\\evil.example/\" {CHARACTERS}")),
            (r#"{"respond":{"redirect":{"to":"/a\r\nset-cookie: x"}}}"#, &format!("respond.redirect.to: \"/a\\r\\nset-cookie: x\" {CHARACTERS}")),
            (r#"{"respond":{"redirect":{"to":"https://a:b@a.example/"}}}"#, "respond.redirect.to: \"https://a:b@a.example/\" has a user name or a password, which every client would read: remove it"),
            (r#"{"respond":{"redirect":{"to":"https://a.example:99999/"}}}"#, "respond.redirect.to: \"https://a.example:99999/\" is not a URL: write for example https://status.acme.example"),
            (r#"{"respond":{"redirect":{"to":"https://a..b/"}}}"#, "respond.redirect.to: \"https://a..b/\" is not a URL: write for example https://status.acme.example"),
            (r#"{"respond":{"redirect":{"to":"/x","status":301}}}"#, "respond.redirect.status: 301 is not the status of a redirect that keeps the ID: write 302, 303, 307 or 308"),
            (r#"{"respond":{"redirect":{"to":"/x","parameter":"a b"}}}"#, "respond.redirect.parameter: \"a b\" is not the name of a parameter: write 1 to 32 letters, digits, - or _"),
            (r#"{"respond":{"redirect":{}}}"#, "respond.redirect: `to` is missing: write an absolute https: or http: URL, or a path that starts with /"),
            (r#"{"respond":{"retry_after":{"seconds":0}}}"#, "respond.retry_after.seconds: 0 is out of range: write a whole number from 1 to 86400, because a client that waits a day has gone"),
            (r#"{"respond":{"retry_after":{"seconds":1,"jitter":86401}}}"#, "respond.retry_after.jitter: 86401 is out of range: write a whole number from 0 to 86400, because a client that waits a day has gone"),
            (r#"{"respond":{"retry_after":{}}}"#, "respond.retry_after: `seconds` is missing: write a whole number from 1 to 86400"),
            (r#"{"rules":[{"match":{},"action":"replace","respond":{"status":700}}]}"#, "rules[0].respond.status: 700 is not a status of errors: write a number from 400 to 599, or use `redirect`"),
            (r#"{"headers":{"set":{"x-a":"b\r\nset-cookie: c=d"}}}"#, &format!("headers.set.x-a: \"b\\r\\nset-cookie: c=d\" {VALUE}")),
            (r#"{"headers":{"set":{"x-a":" b"}}}"#, &format!("headers.set.x-a: \" b\" {VALUE}")),
            (r#"{"headers":{"set":{"x-a":"€"}}}"#, &format!("headers.set.x-a: \"€\" {VALUE}")),
            (r#"{"headers":{"add":{"x-a":"a\tb"}}}"#, &format!("headers.add.x-a: \"a\\tb\" {VALUE}")),
            (r#"{"headers":{"remove":["location"]},"respond":{"redirect":{"to":"/x"}}}"#, "headers.remove[0]: \"location\" says where a redirect leads: write `respond.redirect`"),
            (r#"{"headers":{"set":{"x a":"b"}}}"#, "headers.set: \"x a\" is not a header name: write letters, digits and dashes, at most 64"),
            (r#"{"headers":{"set":{"x-a\r\nb":"b"}}}"#, "headers.set: \"x-a\\r\\nb\" is not a header name: write letters, digits and dashes, at most 64"),
            (r#"{"headers":{"set":{"Content-Length":"0"}}}"#, &format!("headers.set: \"Content-Length\" {FRAMING}")),
            (r#"{"headers":{"add":{"transfer-encoding":"chunked"}}}"#, &format!("headers.add: \"transfer-encoding\" {FRAMING}")),
            (r#"{"headers":{"remove":["grpc-status"]}}"#, &format!("headers.remove[0]: \"grpc-status\" {FRAMING}")),
            (r#"{"headers":{"remove":["X-Request-Id"]}}"#, "headers.remove[0]: \"X-Request-Id\" is the correlation header, which always has the ID: leave it out"),
            (r#"{"headers":{"set":{"x-a":"1","x-a":"2"}}}"#, "headers.set: \"x-a\" stands here twice: keep one of the two"),
            (r#"{"rules":[{"match":{},"action":"pass","headers":{"add":{"vary":["a"]}}}]}"#, "rules[0].headers.add.vary: [\"a\"] is not a text: write visible characters and spaces, in double quotes"),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(json), *expected, "{json}");
        }
        let many = |kind: &str, count: usize| {
            let fields: Vec<String> = (0..count).map(|number| format!("\"x-{number}\":\"1\"")).collect();
            format!("{{\"headers\":{{\"{kind}\":{{{}}}}}}}", fields.join(","))
        };
        assert_eq!(refusal(&many("set", 32)), "accepted");
        assert_eq!(refusal(&many("add", 33)), "headers.add: has 33 entries: at most 32 are allowed");
    }

    #[test]
    fn targets_with_the_id() {
        for (to, expected) in [
            ("/sorry", "/sorry?request_id=abc"),
            ("/sorry?a=1", "/sorry?a=1&request_id=abc"),
            ("/sorry?", "/sorry?request_id=abc"),
            ("/sorry#top", "/sorry?request_id=abc#top"),
            ("/sorry#top?x", "/sorry?request_id=abc#top?x"),
            ("https://a.example", "https://a.example?request_id=abc"),
            ("http://a.example:8080/?a=1&#x", "http://a.example:8080/?a=1&request_id=abc#x"),
            ("https://[::1]/", "https://[::1]/?request_id=abc"),
        ] {
            let policy = Policy::from_json(&format!("{{\"respond\":{{\"redirect\":{{\"to\":\"{to}\"}}}}}}")).unwrap();
            assert_eq!(policy.answer(None).redirect.as_ref().unwrap().location("abc"), expected, "{to}");
        }
        let policy = Policy::from_json(r#"{"respond":{"redirect":{"to":"/x"}}}"#).unwrap();
        assert_eq!(policy.answer(None).redirect.as_ref().unwrap().location("a+b/c=-_.~"), "/x?request_id=a%2Bb%2Fc%3D-_.~");
    }

    #[test]
    fn a_rule_takes_what_it_does_not_say_from_the_top() {
        let policy = Policy::from_json(
            r#"{"respond":{"json":"nested","status":503,"retry_after":{"seconds":5}},
                "headers":{"set":{"x-a":"1","x-d":"1"},"add":{"x-e":"1","x-c":"2"},"remove":["x-b"]},
                "rules":[{"match":{},"action":"replace","respond":{"status":500},
                          "headers":{"remove":["x-d"],"set":{"x-a":"2","x-e":"2"},"add":{"x-c":"3"}}}]}"#,
        )
        .unwrap();
        let answer = policy.answer(Some(0));
        assert_eq!((answer.json, answer.status.unwrap().as_u16()), (JsonShape::Nested, 500));
        assert_eq!(answer.retry_after.as_ref().unwrap().wait(7), (5, RetryForm::Seconds));
        let mut headers = HeaderMap::from_iter([(HeaderName::from_static("x-b"), HeaderValue::from_static("0"))]);
        answer.headers.apply(&mut headers);
        let mut fields: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        fields.sort_unstable();
        assert_eq!(fields, [("x-a", "2"), ("x-c", "2"), ("x-c", "3"), ("x-e", "2")]);
    }

    #[test]
    fn jitter_stays_within_its_bounds() {
        let retry = RetryAfter { seconds: 10, jitter: 3, form: RetryForm::Date };
        let mut waits: Vec<u64> = (0..100).map(|chance| retry.wait(chance * 7919).0).collect();
        waits.sort_unstable();
        waits.dedup();
        assert_eq!(waits, [10, 11, 12, 13]);
        assert_eq!(RetryAfter { seconds: 10, jitter: 0, form: RetryForm::Seconds }.wait(u64::MAX), (10, RetryForm::Seconds));
    }
}
