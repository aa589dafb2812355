//! What the configuration says about a collector, checked.

use super::answer::{any_name, plain_value};
use super::brand;
use super::compile::{in_range, refuse_long};
use crate::config::{ConfigError, Otlp};
use crate::otlp::{self, Collector};

pub(super) fn compile(otlp: &Otlp) -> Result<Collector, ConfigError> {
    let (endpoint, parts) =
        endpoint(&otlp.endpoint).map_err(|problem| ConfigError::of("report.otlp.endpoint", endpoint_shown(&otlp.endpoint), problem))?;
    for (at, text) in [("report.otlp.cluster", &otlp.cluster), ("report.otlp.service_name", &otlp.service_name)] {
        if !(1..=MAX_NAME).contains(&text.len()) || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(ConfigError::of(at, text.as_str(), "is not a name: write 1 to 128 printable ASCII characters"));
        }
    }
    const REASON: &str = "because reports wait meanwhile, and take memory";
    in_range("report.otlp.timeout_ms", otlp.timeout_ms, 1..=60_000, REASON)?;
    in_range("report.otlp.flush_ms", otlp.flush_ms, 100..=60_000, REASON)?;
    in_range("report.otlp.queue", otlp.queue, 1..=4096, REASON)?;
    let (resource, scope) = otlp::origin(&otlp.service_name);
    Ok(Collector {
        cluster: otlp.cluster.clone(),
        endpoint,
        parts,
        headers: headers(&otlp.headers.0)?,
        timeout_millis: otlp.timeout_ms,
        flush_millis: otlp.flush_ms,
        queue: otlp.queue,
        resource,
        scope,
    })
}

/// A URL with its path, and where its authority and its path begin.
fn endpoint(text: &str) -> Result<(String, (usize, usize)), &'static str> {
    const FIX: &str = "is not the URL of a collector: write for example http://127.0.0.1:4318/v1/logs";
    let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")).ok_or(FIX)?;
    if rest.contains('@') {
        return Err(
            "has a user name or a password: leave it out, and write for example {\"authorization\": \"Basic …\"} as `headers`, whose \
                    values are never shown",
        );
    }
    if text.len() > MAX_URL || text.contains('#') || brand::absolute(text).is_err() {
        return Err(FIX);
    }
    let authority = scheme.len().saturating_add(3);
    Ok(match rest.find(['/', '?']) {
        Some(at) if rest.get(at..).is_some_and(|path| path.starts_with('/')) => {
            (text.to_owned(), (authority, authority.saturating_add(at)))
        }
        Some(_) => return Err(FIX),
        None => ([text, "/v1/logs"].concat(), (authority, text.len())),
    })
}

/// A password or a key that was written into a URL stays out of logs.
fn endpoint_shown(text: &str) -> String {
    let (text, query) = text.split_once('?').map_or((text, ""), |(text, _)| (text, "?…"));
    let Some((before, host)) = text.rsplit_once('@') else { return [text, query].concat() };
    let scheme = ["http://", "https://"].into_iter().find(|scheme| before.starts_with(scheme)).unwrap_or_default();
    [scheme, "…@", host, query].concat()
}

/// The name of a field, without a value that was written behind it.
fn name_shown(text: &str) -> String {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    end.and_then(|end| text.get(..end)).map_or_else(|| text.to_owned(), |name| [name, "…"].concat())
}

fn headers(fields: &[(String, String)]) -> Result<Vec<(String, String)>, ConfigError> {
    const AT: &str = "report.otlp.headers";
    refuse_long(AT, fields.len(), MAX_HEADERS)?;
    let mut headers = vec![("content-type".to_owned(), "application/x-protobuf".to_owned())];
    for (text, value) in fields {
        let name = any_name(text).map_err(|problem| ConfigError::of(AT, name_shown(text), problem))?;
        if OWN.contains(&name.as_str()) {
            return Err(ConfigError::of(AT, text.as_str(), "describes the request itself, which Backstop writes: leave it out"));
        }
        if plain_value(value).is_none() {
            // The value may be a key: the refusal does not show it.
            let problem = "is not a header value: write at most 1024 visible ASCII characters and spaces between them";
            return Err(ConfigError::at([AT, ".", name.as_str()].concat(), problem));
        }
        if headers.iter().any(|(earlier, _)| earlier == name.as_str()) {
            return Err(ConfigError::of(AT, name_shown(text), "stands here twice, case aside: keep one of the two"));
        }
        headers.push((name.as_str().to_owned(), value.clone()));
    }
    Ok(headers)
}

const MAX_NAME: usize = 128;
const MAX_URL: usize = 1024;
const MAX_HEADERS: usize = 16;

/// What describes a request's body or connection.
const OWN: [&str; 9] =
    ["connection", "content-encoding", "content-length", "content-type", "expect", "host", "te", "transfer-encoding", "upgrade"];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::refusal;
    use crate::Policy;

    #[test]
    fn refusals() {
        const URL: &str = "is not the URL of a collector: write for example http://127.0.0.1:4318/v1/logs";
        const PASSWORD: &str = "has a user name or a password: leave it out, and write for example {\"authorization\": \"Basic …\"} as `headers`, whose values are never shown";
        let with = |more: &str| format!(r#"{{"report":{{"otlp":{{"endpoint":"http://a.example"{more}}}}}}}"#);
        let url = |url: &str| format!(r#"{{"report":{{"otlp":{{"endpoint":"{url}"}}}}}}"#);
        #[rustfmt::skip]
        let rows = [
            (r#"{"report":{"otlp":{}}}"#.to_owned(), "report.otlp: `endpoint` is missing: write the URL of a collector".to_owned()),
            (r#"{"report":{"log":false}}"#.to_owned(), "report.log: false would leave reports without a reader: name a collector in `report.otlp`, or leave it out".to_owned()),
            (url(""), format!("report.otlp.endpoint: \"\" {URL}")),
            (url("collector:4317"), format!("report.otlp.endpoint: \"collector:4317\" {URL}")),
            (url("grpc://collector:4317"), format!("report.otlp.endpoint: \"grpc://collector:4317\" {URL}")),
            (url("http://a.example?x=1"), format!("report.otlp.endpoint: \"http://a.example?…\" {URL}")),
            (url("http://a b/"), format!("report.otlp.endpoint: \"http://a b/\" {URL}")),
            (url("http://a.example/#x"), format!("report.otlp.endpoint: \"http://a.example/#x\" {URL}")),
            (url("http://me:s3cret@a.example/"), format!("report.otlp.endpoint: \"http://…@a.example/\" {PASSWORD}")),
            (url("https://me:s3c@ret@a.example?key=s3cret"), format!("report.otlp.endpoint: \"https://…@a.example?…\" {PASSWORD}")),
            (url("me:s3cret@a.example"), format!("report.otlp.endpoint: \"…@a.example\" {URL}")),
            (with(r#","cluster":"""#), "report.otlp.cluster: \"\" is not a name: write 1 to 128 printable ASCII characters".to_owned()),
            (with(r#","service_name":"sh\u00f6p""#), "report.otlp.service_name: \"shöp\" is not a name: write 1 to 128 printable ASCII characters".to_owned()),
            (with(r#","timeout_ms":0"#), "report.otlp.timeout_ms: 0 is out of range: write a whole number from 1 to 60000, because reports wait meanwhile, and take memory".to_owned()),
            (with(r#","flush_ms":99"#), "report.otlp.flush_ms: 99 is out of range: write a whole number from 100 to 60000, because reports wait meanwhile, and take memory".to_owned()),
            (with(r#","queue":4097"#), "report.otlp.queue: 4097 is out of range: write a whole number from 1 to 4096, because reports wait meanwhile, and take memory".to_owned()),
            (with(r#","headers":{"x y":"1"}"#), "report.otlp.headers: \"x…\" is not a header name: write letters, digits and dashes, at most 64".to_owned()),
            (with(r#","headers":{"Host":"1"}"#), "report.otlp.headers: \"Host\" describes the request itself, which Backstop writes: leave it out".to_owned()),
            (with(r#","headers":{"x-key":"s3cret\r\n"}"#), "report.otlp.headers.x-key: is not a header value: write at most 1024 visible ASCII characters and spaces between them".to_owned()),
            (with(r#","headers":{"x-key":["s3cret"]}"#), "report.otlp.headers.x-key: is not a text: write visible characters and spaces, in double quotes".to_owned()),
            (with(r#","headers":"x-key=s3cret""#), "report.otlp.headers: is not an object of headers: write for example {\"x-api-key\": \"…\"}".to_owned()),
            (with(r#","headers":{"x-key":" s3cret"}"#), "report.otlp.headers.x-key: is not a header value: write at most 1024 visible ASCII characters and spaces between them".to_owned()),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(&json), expected, "{json}");
        }
        let many = |count: usize| (0..count).map(|number| format!("\"x-{number}\":\"1\"")).collect::<Vec<_>>().join(",");
        assert_eq!(refusal(&with(&format!(r#","headers":{{{}}}"#, many(16)))), "accepted");
        assert_eq!(
            refusal(&with(&format!(r#","headers":{{{}}}"#, many(17)))),
            "report.otlp.headers: has 17 entries: at most 16 are allowed"
        );
    }

    #[test]
    fn an_endpoint_has_parts() {
        for (url, endpoint, scheme, authority, path) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/logs", "http", "127.0.0.1:4318", "/v1/logs"),
            ("https://otel.example/x?y=/z", "https://otel.example/x?y=/z", "https", "otel.example", "/x?y=/z"),
            ("http://[::1]:4318/", "http://[::1]:4318/", "http", "[::1]:4318", "/"),
        ] {
            let json = format!(r#"{{"report":{{"log":false,"otlp":{{"endpoint":"{url}","headers":{{"x-key":"s3cret"}}}}}}}}"#);
            let policy = Policy::from_json(&json).unwrap();
            let collector = policy.collector().unwrap();
            assert_eq!(collector.endpoint(), endpoint);
            assert_eq!((collector.scheme(), collector.authority(), collector.path()), (scheme, authority, path), "{url}");
            assert!(!format!("{policy:?}{:?}", crate::config::parse(&json)).contains("s3cret"));
        }
    }
}
