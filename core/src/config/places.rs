//! Every place of the configuration: what may stand there, and what to write instead of anything else.

use super::ConfigError;
use crate::json::Json;

/// Refuses the first value that is unknown, of the wrong type, missing or there twice.
///
/// `at` is the place as it is shown, `path` the same in the table.
pub(super) fn check(at: &str, path: &str, value: &Json) -> Result<(), ConfigError> {
    let Some(place) = find(path) else { return Ok(()) };
    match (place.kind, value) {
        (Kind::Object | Kind::Map, Json::Object(members)) => check_members(at, place, members),
        (Kind::List, Json::List(items)) => {
            let path = format!("{path}[]");
            items.iter().enumerate().try_for_each(|(index, item)| check(&format!("{at}[{index}]"), &path, item))
        }
        (Kind::Choice(words), Json::Text(word)) if !words.contains(&word.as_str()) => {
            let problem = format!("is not {}: write {}{}", place.noun, one_of(words), did_you_mean(word, words));
            Err(ConfigError::of(at, word.as_str(), problem))
        }
        (Kind::Text | Kind::Choice(_), Json::Text(_)) | (Kind::Number, Json::Number(_)) | (Kind::Switch, Json::Bool(_)) => Ok(()),
        (Kind::Within(least, most), Json::Number(number)) if (u64::from(least)..=most.into()).contains(number) => Ok(()),
        _ => Err(place.refuse(at, value)),
    }
}

/// A hint where a known name is near: at most one edit for every three characters, two at most. Of those that are equally near, the first
/// that begins so: behind `uuid` a digit is missing.
pub(crate) fn did_you_mean(name: &str, known: &[&str]) -> String {
    if name.len() > MAX_NAME {
        return String::new();
    }
    let name = name.to_ascii_lowercase();
    let near = known.iter().map(|known| (strsim::osa_distance(&name, known), known));
    match near.min_by_key(|(distance, known)| (*distance, !known.starts_with(&name))) {
        Some((distance, known)) if distance <= (known.len() / 3).clamp(1, 2) => format!(" (did you mean `{known}`?)"),
        _ => String::new(),
    }
}

/// What stands at a place of the document.
struct Place {
    /// The path, list indices left out.
    path: &'static str,
    kind: Kind,
    is_needed: bool,
    /// Reads after "is not".
    noun: &'static str,
    /// Reads after "write".
    fix: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    /// Its members have names of the operator's own; what they are stands at the path with `{}`.
    Map,
    List,
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole one, not below 0.
    Number,
    /// A whole one within these bounds.
    Within(u32, u32),
    Switch,
}

const fn place(path: &'static str, kind: Kind, noun: &'static str, fix: &'static str) -> Place {
    Place { path, kind, is_needed: false, noun, fix }
}

const fn within(path: &'static str, least: u32, most: u32, noun: &'static str) -> Place {
    place(path, Kind::Within(least, most), noun, "")
}

const fn needed(path: &'static str, kind: Kind, noun: &'static str, fix: &'static str) -> Place {
    Place { is_needed: true, ..place(path, kind, noun, fix) }
}

fn find(path: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.path == path)
}

/// Whether what stands at a path is not shown.
fn is_secret(path: &str) -> bool {
    path.starts_with("reveal") || path.starts_with("report.otlp.headers") || path.starts_with("maintenance.except")
}

/// Whether a list or an object has more in it than short words.
fn has_long_text(value: &Json) -> bool {
    let is_long = |inner: &Json| matches!(inner, Json::Text(text) if text.len() > MAX_WORD) || has_long_text(inner);
    match value {
        Json::List(items) => items.iter().any(is_long),
        Json::Object(members) => members.iter().any(|(name, value)| name.len() > MAX_NAME || is_long(value)),
        _ => false,
    }
}

/// The longest word of the configuration's own; every secret is longer.
const MAX_WORD: usize = 15;

impl Place {
    fn refuse(&self, at: &str, value: &Json) -> ConfigError {
        let optional = !self.is_needed && !self.path.is_empty() && !self.path.ends_with("[]");
        let within;
        let fix = match self.kind {
            Kind::Within(least, most) => {
                within = format!("a whole number from {least} to {most}");
                &within
            }
            _ => self.fix,
        };
        let problem = match (self.kind, value) {
            (_, Json::Null) if optional => format!("is not {}: leave it out, or write {fix}", self.noun),
            (Kind::Text | Kind::Choice(_), Json::Text(_) | Json::Null) => format!("is not {}: write {fix}", self.noun),
            (Kind::Text | Kind::Choice(_), _) => format!("is not a text: write {fix}, in double quotes"),
            _ => format!("is not {}: write {fix}", self.noun),
        };
        // A secret may be in it; in what stands at the wrong place as well.
        if is_secret(self.path) || has_long_text(value) {
            ConfigError::at(at, problem)
        } else {
            ConfigError::of(at, value.clone(), problem)
        }
    }

    /// The path that its members begin with: some parts of the document stand at two places.
    fn inner(&self) -> &'static str {
        match self.path {
            "rules[].match" => "match",
            "rules[].respond" => "respond",
            "rules[].headers" => "headers",
            "brands[].brand" => "brand",
            "tenants[].config" => "",
            path => path,
        }
    }

    /// The places of an object's members.
    fn members(&self) -> impl Iterator<Item = (&'static str, &'static Place)> {
        let parent = self.inner();
        PLACES.iter().filter_map(move |place| {
            let rest = place.path.strip_prefix(parent)?;
            let name = if parent.is_empty() { rest } else { rest.strip_prefix('.')? };
            (!name.is_empty() && !name.contains(['.', '[', '{'])).then_some((name, place))
        })
    }
}

fn check_members(at: &str, place: &Place, members: &[(String, Json)]) -> Result<(), ConfigError> {
    let names: Vec<&str> = place.members().map(|(name, _)| name).collect();
    for (index, (name, value)) in members.iter().enumerate() {
        // What has more members is refused for their number: nobody has to wait for the comparison of all with all.
        if members.iter().take(index.min(MAX_COMPARED)).any(|(earlier, _)| earlier == name) {
            return Err(ConfigError::of(at, name.as_str(), "stands here twice: keep one of the two"));
        }
        if place.kind == Kind::Map {
            check(&below(at, shown(name)), &format!("{}{{}}", place.path), value)?;
        } else if names.contains(&name.as_str()) {
            check(&below(at, name), &below(place.inner(), name), value)?;
        } else {
            let problem = format!("is not known here: write {}{}", one_of(&names), did_you_mean(name, &names));
            return Err(ConfigError::of(at, name.as_str(), problem));
        }
    }
    for (name, missing) in place.members().filter(|(_, member)| member.is_needed) {
        if members.iter().all(|(known, _)| known != name) {
            return Err(ConfigError::at(at, format!("`{name}` is missing: write {}", missing.fix)));
        }
    }
    Ok(())
}

/// A name that only its operator knows may hold anything: it is not shown as it stands.
fn shown(name: &str) -> &str {
    let plain = name.len() <= MAX_NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if plain { name } else { "*" }
}

fn below(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { [parent, ".", name].concat() }
}

/// `a`, `b` or `c`
pub(crate) fn one_of(names: &[&str]) -> String {
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => format!("`{only}`"),
        Some((last, others)) => format!("`{}` or `{last}`", others.join("`, `")),
    }
}

/// A name longer than this is not a misspelt one.
const MAX_NAME: usize = 64;
/// So many members are compared with each other.
const MAX_COMPARED: usize = 256;

const FORMATS: &[&str] = &["json", "problem_json", "html", "text", "xml", "problem_xml"];

/// The members of an object stand in the order in which a refusal names them.
#[rustfmt::skip]
const PLACES: &[Place] = &[
    place("", Kind::Object, "an object", "{} for the defaults, or an object with `rules`"),
    place("rules", Kind::List, "a list of rules", r#"[{"match": {"status": ["5xx"]}, "action": "sanitize"}]"#),
    place("rules[]", Kind::Object, "a rule", r#"an object with `match` and `action`"#),
    place("rules[].name", Kind::Text, "a rule name", "1 to 64 printable ASCII characters"),
    needed("rules[].match", Kind::Object, "an object of conditions", r#"for example {"status": ["5xx"]}, or {} to match every error response"#),
    place("match.status", Kind::List, "a list of statuses", r#"for example ["500", "502-504", "5xx"]"#),
    place("match.status[]", Kind::Text, "a status", "a code (500), a range (502-504) or a class (4xx, 5xx)"),
    place("match.host", Kind::List, "a list of hosts", r#"for example ["api.example.com", "*.example.com"]"#),
    place("match.host[]", Kind::Text, "a host", "a host (api.example.com) or a suffix (*.example.com)"),
    place("match.path", Kind::Object, "a path condition", r#"{"exact": "/health"} or {"prefix": "/api/"}"#),
    place("match.path.exact", Kind::Text, "a path", "a path that starts with /"),
    place("match.path.prefix", Kind::Text, "a path", "a path that starts with /"),
    place("match.method", Kind::List, "a list of methods", r#"for example ["GET", "POST"]"#),
    place("match.method[]", Kind::Text, "a method", "for example GET"),
    place("match.origin", Kind::Choice(&["upstream", "proxy"]), "an origin", "upstream or proxy"),
    needed("rules[].action", Kind::Choice(&["pass", "observe", "sanitize", "replace"]), "an action", "pass, observe, sanitize or replace"),
    place("inspect", Kind::Object, "an object", r#"for example {"max_bytes": 262144, "timeout_ms": 2000}"#),
    place("inspect.max_bytes", Kind::Number, "a number of bytes", "a whole number from 1 to 1048576"),
    place("inspect.timeout_ms", Kind::Number, "a number of milliseconds", "a whole number from 1 to 60000"),
    place("inspect.level", Kind::Choice(&["relaxed", "standard", "strict"]), "a level", "relaxed, standard or strict"),
    place("inspect.allow", Kind::Object, "an object", r#"for example {"detectors": ["address.localhost"]}"#),
    place("inspect.allow.detectors", Kind::List, "a list of detectors", r#"for example ["address.localhost", "server.*"]"#),
    place("inspect.allow.detectors[]", Kind::Text, "a detector", "an ID as reports name it (address.localhost) or a family (address.*)"),
    place("inspect.allow.texts", Kind::List, "a list of texts", r#"for example ["https://status.internal/"]"#),
    place("inspect.allow.texts[]", Kind::Text, "a text", "4 to 256 bytes"),
    place("inspect.allow.patterns", Kind::List, "a list of patterns", r#"for example ["status-[a-z]+\\.internal"]"#),
    place("inspect.allow.patterns[]", Kind::Text, "a pattern", "a regular expression"),
    place("inspect.deny", Kind::Object, "an object", r#"for example {"texts": ["ACME-INTERNAL"]}"#),
    place("inspect.deny.detectors", Kind::List, "a list of detectors", r#"for example ["path.*"]"#),
    place("inspect.deny.detectors[]", Kind::Text, "a detector", "an ID as reports name it (address.localhost) or a family (address.*)"),
    place("inspect.deny.texts", Kind::List, "a list of texts", r#"for example ["ACME-INTERNAL"]"#),
    place("inspect.deny.texts[]", Kind::Text, "a text", "4 to 256 bytes"),
    place("inspect.deny.patterns", Kind::List, "a list of patterns", r#"for example ["ACME-[0-9]{4}"]"#),
    place("inspect.deny.patterns[]", Kind::Text, "a pattern", "a regular expression"),
    place("upstream", Kind::Object, "an object", r#"for example {"timeout_ms": 30000}"#),
    place("upstream.timeout_ms", Kind::Number, "a number of milliseconds", "a whole number from 1 to 600000"),
    place("correlation", Kind::Object, "an object", r#"for example {"header": "x-request-id", "trust": true}"#),
    place("correlation.header", Kind::Text, "a header name", "for example x-request-id"),
    place("correlation.trust", Kind::Switch, "a switch", "true or false, without quotes"),
    place("correlation.sources", Kind::List, "a list of header names", r#"for example ["x-correlation-id", "traceparent"]"#),
    place("correlation.sources[]", Kind::Text, "a header name", "for example x-correlation-id"),
    place("correlation.format", Kind::Choice(&["uuid7", "uuid4", "ulid", "trace"]), "a format of IDs", "uuid7, uuid4, ulid or trace"),
    place("correlation.new_trace", Kind::Choice(&["sampled", "not_sampled"]), "what a new trace says", "sampled or not_sampled"),
    place("correlation.echo", Kind::Choice(&["errors", "all"]), "what carries the ID", "errors or all"),
    place("respond", Kind::Object, "an object", r#"for example {"json": "flat"}"#),
    place("rules[].respond", Kind::Object, "an object", r#"for example {"status": 503}"#),
    place("respond.status", Kind::Number, "a status", "a number from 400 to 599"),
    place("respond.format", Kind::Choice(FORMATS), "a format", "json, problem_json, html, text, xml or problem_xml"),
    place("respond.json", Kind::Choice(&["flat", "nested"]), "a JSON shape", "flat or nested"),
    place("respond.templates", Kind::List, "a list of templates", r#"names of `templates`, for example ["maintenance"]"#),
    place("respond.templates[]", Kind::Text, "a template", "a name of `templates`"),
    place("respond.redirect", Kind::Object, "a redirect", r#"for example {"to": "https://status.acme.example/"}"#),
    needed("respond.redirect.to", Kind::Text, "a target", "an absolute https: or http: URL, or a path that starts with /"),
    place("respond.redirect.status", Kind::Number, "a redirect's status", "302, 303, 307 or 308"),
    place("respond.redirect.parameter", Kind::Text, "a parameter", "a name, for example request_id"),
    place("respond.retry_after", Kind::Object, "an object", r#"for example {"seconds": 120}"#),
    needed("respond.retry_after.seconds", Kind::Number, "a number of seconds", "a whole number from 1 to 86400"),
    place("respond.retry_after.jitter", Kind::Number, "a number of seconds", "a whole number from 0 to 86400"),
    place("respond.retry_after.form", Kind::Choice(&["seconds", "date"]), "a form", "seconds or date"),
    place("respond.proxy_status", Kind::Text, "a proxy's name", "1 to 64 letters, digits, -, _ or dots, beginning with a letter"),
    place("headers", Kind::Object, "an object", r#"for example {"set": {"x-robots-tag": "noindex"}}"#),
    place("rules[].headers", Kind::Object, "an object", r#"for example {"set": {"x-robots-tag": "noindex"}}"#),
    place("headers.set", Kind::Map, "an object of headers", r#"for example {"x-robots-tag": "noindex"}"#),
    place("headers.set{}", Kind::Text, "a header value", "visible characters and spaces"),
    place("headers.add", Kind::Map, "an object of headers", r#"for example {"link": "</style.css>; rel=preload"}"#),
    place("headers.add{}", Kind::Text, "a header value", "visible characters and spaces"),
    place("headers.remove", Kind::List, "a list of header names", r#"for example ["x-internal"]"#),
    place("headers.remove[]", Kind::Text, "a header name", "for example x-internal"),
    place("templates", Kind::Map, "an object of templates", r#"for example {"maintenance": {"format": "html", "text": "<h1>{{ title }}</h1>"}}"#),
    place("templates{}", Kind::Object, "a template", r#"for example {"format": "html", "text": "<h1>{{ title }}</h1>"}"#),
    needed("templates{}.format", Kind::Choice(FORMATS), "a format", "json, problem_json, html, text, xml or problem_xml"),
    needed("templates{}.text", Kind::Text, "a template's text", "text with variables, for example <h1>{{ title }}</h1>"),
    place("brand", Kind::Object, "an object", r#"for example {"name": "Acme", "support_url": "https://status.acme.example"}"#),
    place("brand.name", Kind::Text, "a brand name", "1 to 80 characters"),
    place("brand.theme", Kind::Text, "a theme", "for example card"),
    place("brand.logo", Kind::Text, "a logo", "an SVG document or a data: URI of an image"),
    place("brand.colors", Kind::Object, "an object of colours", r##"for example {"accent": "#a3341c"}"##),
    needed("brand.colors.accent", Kind::Text, "a colour", "#rrggbb"),
    place("brand.colors.accent_dark", Kind::Text, "a colour", "#rrggbb"),
    place("brand.links", Kind::List, "a list of links", r#"for example [{"label": "Status", "url": "https://status.acme.example"}]"#),
    place("brand.links[]", Kind::Object, "a link", r#"for example {"label": "Status", "url": "https://status.acme.example"}"#),
    needed("brand.links[].label", Kind::Text, "a label", "1 to 80 characters"),
    needed("brand.links[].url", Kind::Text, "a URL", "an absolute https:, http: or mailto: URL, or a path that starts with /"),
    place("brand.support_url", Kind::Text, "a URL", "an absolute https:, http: or mailto: URL"),
    place("brand.footer", Kind::Text, "a footer", "1 to 200 characters"),
    place("brands", Kind::List, "a list of brands", r#"for example [{"match": {"host": ["shop.example"]}, "brand": {"name": "Shop"}}]"#),
    place("brands[]", Kind::Object, "a brand for some hosts", r#"an object with `match` and `brand`"#),
    needed("brands[].match", Kind::Object, "an object of conditions", r#"for example {"host": ["shop.example"]}"#),
    place("brands[].match.host", Kind::List, "a list of hosts", r#"for example ["api.example.com", "*.example.com"]"#),
    place("brands[].match.host[]", Kind::Text, "a host", "a host (api.example.com) or a suffix (*.example.com)"),
    place("brands[].match.path", Kind::Object, "a path condition", r#"{"exact": "/health"} or {"prefix": "/api/"}"#),
    place("brands[].match.path.exact", Kind::Text, "a path", "a path that starts with /"),
    place("brands[].match.path.prefix", Kind::Text, "a path", "a path that starts with /"),
    needed("brands[].brand", Kind::Object, "an object", r#"for example {"name": "Shop"}"#),
    place("languages", Kind::Object, "an object", r#"for example {"default": "en", "offer": ["en", "de"]}"#),
    place("languages.default", Kind::Text, "a language", "for example en"),
    place("languages.offer", Kind::List, "a list of languages", r#"for example ["en", "de"]"#),
    place("languages.offer[]", Kind::Text, "a language", "for example de"),
    place("languages.texts", Kind::Map, "an object of languages", r#"for example {"de": {"try_again": "Neu laden"}}"#),
    place("languages.texts{}", Kind::Map, "an object of texts", r#"for example {"try_again": "Neu laden"}"#),
    place("languages.texts{}{}", Kind::Text, "a text", "1 to 300 characters"),
    place("report", Kind::Object, "an object", r#"for example {"max_per_second": 100}"#),
    place("report.max_per_second", Kind::Number, "a number of reports", "a whole number from 1 to 100000"),
    place("report.max_alike_per_second", Kind::Number, "a number of reports", "a whole number from 1 to 100000"),
    place("report.redact", Kind::Object, "an object", r#"for example {"addresses": true}"#),
    place("report.redact.addresses", Kind::Switch, "a switch", "true or false, without quotes"),
    place("report.redact.patterns", Kind::List, "a list of patterns", r#"for example ["CUST-[0-9]{6}"]"#),
    place("report.redact.patterns[]", Kind::Text, "a pattern", "a regular expression"),
    place("report.deployment", Kind::Object, "an object", r#"for example {"version": "2026.11.21-3"}"#),
    place("report.deployment.version", Kind::Text, "a version", "1 to 64 printable ASCII characters"),
    place("report.deployment.header", Kind::Text, "a header name", "for example x-app-version"),
    place("report.log", Kind::Switch, "a switch", "true or false, without quotes"),
    place("report.otlp", Kind::Object, "a collector", r#"for example {"endpoint": "http://127.0.0.1:4318/v1/logs"}"#),
    needed("report.otlp.endpoint", Kind::Text, "a URL", "the URL of a collector"),
    place("report.otlp.cluster", Kind::Text, "a cluster", "the name of an Envoy cluster, for example otel_collector"),
    place("report.otlp.headers", Kind::Map, "an object of headers", r#"for example {"x-api-key": "…"}"#),
    place("report.otlp.headers{}", Kind::Text, "a header value", "visible characters and spaces"),
    place("report.otlp.service_name", Kind::Text, "a name", "for example shop"),
    place("report.otlp.timeout_ms", Kind::Number, "a number of milliseconds", "a whole number from 1 to 60000"),
    place("report.otlp.flush_ms", Kind::Number, "a number of milliseconds", "a whole number from 100 to 60000"),
    place("report.otlp.queue", Kind::Number, "a number of reports", "a whole number from 1 to 4096"),
    place("resilience", Kind::Object, "an object", r#"for example {"retry": {}}"#),
    place("resilience.retry", Kind::Object, "an object", "{} for the defaults, or an object"),
    within("resilience.retry.attempts", 2, 5, "a number of attempts, the first included"),
    place("resilience.retry.statuses", Kind::List, "a list of statuses", r#"for example ["500", "502-504", "5xx"]"#),
    place("resilience.retry.statuses[]", Kind::Text, "a status", "a code (500), a range (502-504) or a class (4xx, 5xx)"),
    within("resilience.retry.backoff_ms", 1, 10000, "a time in milliseconds to let clients wait"),
    within("resilience.retry.max_wait_ms", 1, 10000, "a time in milliseconds to let clients wait"),
    within("resilience.retry.total_ms", 100, 300000, "a time in milliseconds to wait for an upstream"),
    within("resilience.retry.budget_percent", 1, 100, "a percentage"),
    place("resilience.stale_if_error", Kind::Object, "an object", "{} for the defaults, or an object"),
    within("resilience.stale_if_error.max_stale_seconds", 1, 604800, "a number of seconds, a week at most"),
    within("resilience.stale_if_error.max_bytes", 1, 4194304, "a number of bytes to keep"),
    place("resilience.stale_if_error.statuses", Kind::List, "a list of statuses", r#"for example ["500", "502-504", "5xx"]"#),
    place("resilience.stale_if_error.statuses[]", Kind::Text, "a status", "a code (500), a range (502-504) or a class (4xx, 5xx)"),
    place("resilience.breaker", Kind::Object, "an object", "{} for the defaults, or an object"),
    within("resilience.breaker.error_percent", 1, 100, "a percentage"),
    within("resilience.breaker.min_requests", 1, 10000, "a number of requests"),
    within("resilience.breaker.window_ms", 1000, 300000, "a time in milliseconds to look back on"),
    within("resilience.breaker.open_ms", 100, 300000, "a time in milliseconds to leave an upstream alone"),
    within("resilience.breaker.max_open_ms", 100, 3600000, "a time in milliseconds to leave an upstream alone"),
    within("resilience.breaker.probes", 1, 10, "a number of requests"),
    place("resilience.breaker.statuses", Kind::List, "a list of statuses", r#"for example ["500", "502-504", "5xx"]"#),
    place("resilience.breaker.statuses[]", Kind::Text, "a status", "a code (500), a range (502-504) or a class (4xx, 5xx)"),
    place("maintenance", Kind::Object, "an object", r#"for example {"enabled": true}"#),
    needed("maintenance.enabled", Kind::Switch, "a switch", "true or false, without quotes"),
    place("maintenance.match", Kind::Object, "an object of conditions", r#"for example {"host": ["shop.example"]}"#),
    place("maintenance.match.host", Kind::List, "a list of hosts", r#"for example ["api.example.com", "*.example.com"]"#),
    place("maintenance.match.host[]", Kind::Text, "a host", "a host (api.example.com) or a suffix (*.example.com)"),
    place("maintenance.match.path", Kind::Object, "a path condition", r#"{"exact": "/health"} or {"prefix": "/api/"}"#),
    place("maintenance.match.path.exact", Kind::Text, "a path", "a path that starts with /"),
    place("maintenance.match.path.prefix", Kind::Text, "a path", "a path that starts with /"),
    within("maintenance.retry_after", 1, 86400, "a number of seconds, a day at most"),
    place("maintenance.except", Kind::Object, "an object", r#"for example {"paths": ["/healthz"]}"#),
    place("maintenance.except.paths", Kind::List, "a list of paths", r#"for example ["/healthz", "/.well-known/*"]"#),
    place("maintenance.except.paths[]", Kind::Text, "a path", "a path that starts with /"),
    place("maintenance.except.header", Kind::Text, "a header name", "for example x-preview"),
    place("maintenance.except.value", Kind::Text, "a value", "16 to 256 visible characters"),
    place("reveal", Kind::Object, "an object", r#"{"secret": "..."} with a secret of 32 to 512 characters"#),
    needed("reveal.secret", Kind::Text, "a secret", "32 to 512 characters"),
    place("reveal.previous_secret", Kind::Text, "a secret", "32 to 512 characters"),
    place("environment", Kind::Choice(&["production", "development"]), "an environment", "production or development"),
    place("capture", Kind::Choice(&["request_headers", "filter_state"]), "a capture", "request_headers or filter_state"),
    place("tenants", Kind::List, "a list of tenants", r#"[{"host": ["shop.example.com"], "config": {"brand": {"name": "Shop"}}}]"#),
    place("tenants[]", Kind::Object, "a tenant", "an object with `host` and `config`"),
    place("tenants[].name", Kind::Text, "a tenant's name", "1 to 64 printable ASCII characters"),
    needed("tenants[].host", Kind::List, "a list of hosts", r#"for example ["shop.example.com", "*.example.org"]"#),
    place("tenants[].host[]", Kind::Text, "a host", "a host (api.example.com) or a suffix (*.example.com)"),
    needed("tenants[].config", Kind::Object, "an object", "{} for a tenant without settings of its own, or an object as the document itself"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::super::{document, parse, parse_upkeep};
    use super::*;
    use serde_json::{Value, json};

    /// A document with `value` at `path`, valid everywhere else.
    fn document_with(path: &str, value: &Value) -> Value {
        let Some((parent, name)) = path.rsplit_once('.').or_else(|| (!path.is_empty()).then_some(("", path))) else { return value.clone() };
        let (mut name, mut value) = (name, value.clone());
        loop {
            if let Some(rest) = name.strip_suffix("[]") {
                (name, value) = (rest, json!([value]));
            } else if let Some(rest) = name.strip_suffix("{}") {
                (name, value) = (rest, json!({ "x": value }));
            } else {
                break;
            }
        }
        let object = serde_json::Map::from_iter([(name.to_owned(), value)]);
        document_with(parent, &with_required(parent, Value::Object(object)))
    }

    /// The members that an object at a path needs beside those that it has.
    fn with_required(path: &str, mut object: Value) -> Value {
        let needed = match path {
            "rules[]" => json!({"match": {}, "action": "pass"}),
            "brands[]" => json!({"match": {}, "brand": {}}),
            "tenants[]" => json!({"host": [], "config": {}}),
            "brand.links[]" => json!({"label": "x", "url": "x"}),
            "brand.colors" => json!({"accent": "x"}),
            "respond.redirect" => json!({"to": "x"}),
            "respond.retry_after" => json!({"seconds": 1}),
            "reveal" => json!({"secret": "x"}),
            "templates{}" => json!({"format": "json", "text": "x"}),
            "report.otlp" => json!({"endpoint": "x"}),
            "maintenance" => json!({"enabled": false}),
            _ => json!({}),
        };
        if let (Some(members), Value::Object(needed)) = (object.as_object_mut(), needed) {
            for (name, value) in needed {
                members.entry(name).or_insert(value);
            }
        }
        object
    }

    #[test]
    fn every_value_of_the_table_is_read() {
        let read = |json: &str| (parse(json).unwrap(), parse_upkeep(json).unwrap());
        let default = read("{}");
        // `Tenants` reads the list of tenants.
        let is_read = |path: &str| !path.is_empty() && !path.ends_with(['}', ']']) && !path.starts_with("tenants");
        for place in PLACES.iter().filter(|place| is_read(place.path)) {
            let path = if place.path.starts_with("match") { format!("rules[].{}", place.path) } else { place.path.to_owned() };
            let mut seen = Vec::new();
            let values: Vec<Value> = match place.kind {
                Kind::Text => vec![json!("one"), json!("two")],
                Kind::Choice(words) => words.iter().map(|word| json!(word)).collect(),
                Kind::Number => vec![json!(301), json!(302)],
                Kind::Within(least, most) => vec![json!(least), json!(most)],
                Kind::Switch => vec![json!(true), json!(false)],
                Kind::List if PLACES.iter().any(|item| item.path == format!("{}[]", place.path) && item.kind == Kind::Text) => {
                    vec![json!(["one"]), json!(["two"])]
                }
                Kind::List | Kind::Object | Kind::Map => continue,
            };
            for value in values {
                let config = read(&document_with(&path, &value).to_string());
                assert!(!seen.contains(&config), "{path}: {value} is read like another value");
                seen.push(config);
            }
            assert!(seen.iter().any(|config| *config != default), "{path} is not read");
        }
    }

    #[test]
    fn the_table_of_places_is_the_configuration() {
        for place in PLACES {
            // What stands in rules and in brands alike has one row.
            let path = if place.path.starts_with("match") { format!("rules[].{}", place.path) } else { place.path.to_owned() };
            let path = path.as_str();
            let (right, wrong) = match place.kind {
                Kind::Object => (with_required(path, json!({})), json!([])),
                Kind::Map => (json!({}), json!([])),
                Kind::List => (json!([]), json!({})),
                Kind::Number => (json!(1), json!("1")),
                Kind::Within(least, most) => (json!(least), json!(u64::from(most) + 1)),
                Kind::Switch => (json!(true), json!("true")),
                Kind::Text => (json!("text"), json!(1)),
                Kind::Choice(words) => (json!(words[0]), json!(1)),
            };
            let right = document(&document_with(path, &right).to_string());
            assert!(right.is_ok(), "{path}: {right:?}");
            let at = path.replace("[]", "[0]").replace("{}", ".x");
            for wrong in [wrong, Value::Null] {
                let error = document(&document_with(path, &wrong).to_string()).unwrap_err();
                let text = if is_secret(path) { String::new() } else { wrong.to_string() };
                assert_eq!((error.at, error.text), (at.clone(), text), "{path}");
            }
            if let Kind::Choice(words) = place.kind {
                for word in words {
                    assert!(place.fix.contains(word), "{path}: {word}");
                    document(&document_with(path, &json!(word)).to_string()).unwrap();
                }
            }
        }
    }
}
