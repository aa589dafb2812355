//! JSON text → [`Config`], with a place and a fix for everything that is refused.

use super::{Config, ConfigError, shortened};
use serde_json::Value;

/// Parses a document; an empty one means `{}`.
pub(crate) fn parse(json: &str) -> Result<Config, ConfigError> {
    if json.len() > MAX_DOCUMENT {
        let problem = format!("has {} bytes: at most {MAX_DOCUMENT} are read, make it shorter", json.len());
        return Err(ConfigError::at("", problem));
    }
    // Editors on Windows begin a file with this mark.
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    if json.trim().is_empty() {
        return Ok(Config::default());
    }
    let document: Value = serde_json::from_str(json).map_err(|error| not_json(json, &error))?;
    // serde would also take a list for a struct, an object for an enum, and null for an absent field.
    check_types(String::new(), "", &document)?;
    // From the text and not from `document`, which has forgotten that a key stood twice.
    serde_json::from_str(json).map_err(|error| not_understood(json, &document, &error))
}

/// What stands at a place of the document.
struct Place {
    /// The path, list indices left out.
    path: &'static str,
    kind: Kind,
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
    Number,
    Switch,
}

const fn place(path: &'static str, kind: Kind, noun: &'static str, fix: &'static str) -> Place {
    Place { path, kind, noun, fix }
}

/// What stands at a path. Some parts of the document stand at two places.
fn find(path: &str) -> Option<&'static Place> {
    let path = ["rules[].respond", "rules[].headers", "rules[].match", "brands[].match", "brands[].brand"]
        .iter()
        .find_map(|part| path.strip_prefix(part).map(|rest| (part, rest)))
        .filter(|(_, rest)| !rest.is_empty())
        .and_then(|(part, rest)| Some(format!("{}{rest}", part.rsplit('.').next()?)))
        .map_or(std::borrow::Cow::Borrowed(path), std::borrow::Cow::Owned);
    PLACES.iter().find(|place| place.path == path)
}

impl Place {
    fn refuse(&self, at: String, value: &Value) -> ConfigError {
        let problem = match (self.kind, value) {
            (_, Value::Null) if self.is_optional() => format!("is not {}: leave it out, or write {}", self.noun, self.fix),
            (Kind::Text, Value::String(_) | Value::Null) => format!("is not {}: write {}", self.noun, self.fix),
            (Kind::Text, _) => format!("is not a text: write {}, in double quotes", self.fix),
            _ => format!("is not {}: write {}", self.noun, self.fix),
        };
        ConfigError::of(at, value.clone(), problem)
    }

    fn is_optional(&self) -> bool {
        const REQUIRED: &[&str] = &[
            "", "rules[].match", "rules[].action", "brands[].match", "brands[].brand", "respond.redirect.to", "respond.retry_after.seconds",
            "brand.colors.accent", "templates{}.format", "templates{}.text", "brand.links[].label", "brand.links[].url",
        ];
        !self.path.ends_with(['}', ']']) && !REQUIRED.contains(&self.path)
    }
}

/// Refuses the first value that has the wrong type. What stands at unknown places is left to serde.
fn check_types(at: String, path: &str, value: &Value) -> Result<(), ConfigError> {
    let Some(place) = find(path) else { return Ok(()) };
    match (place.kind, value) {
        (Kind::Object | Kind::Map, Value::Object(members)) => {
            members.iter().try_for_each(|(name, member)| check_types(member_at(&at, path, name), &member_path(path, name), member))
        }
        (Kind::List, Value::Array(items)) => {
            let path = format!("{path}[]");
            items.iter().enumerate().try_for_each(|(index, item)| check_types(format!("{at}[{index}]"), &path, item))
        }
        (Kind::Text, Value::String(_)) | (Kind::Number, Value::Number(_)) | (Kind::Switch, Value::Bool(_)) => Ok(()),
        _ => Err(place.refuse(at, value)),
    }
}

fn below(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The place of a member. A name that only its operator knows may hold anything: it is not shown as it stands.
fn member_at(at: &str, path: &str, name: &str) -> String {
    let plain = name.len() <= MAX_NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    below(at, if plain || !is_map(path) { name } else { "*" })
}

/// The path of a member in the table of places.
fn member_path(path: &str, name: &str) -> String {
    if is_map(path) { format!("{path}{{}}") } else { below(path, name) }
}

fn is_map(path: &str) -> bool {
    find(path).is_some_and(|place| place.kind == Kind::Map)
}

/// The document is JSON, but not of our shape.
fn not_understood(json: &str, document: &Value, error: &serde_json::Error) -> ConfigError {
    let message = without_position(error);
    let (at, path, value) = locate(document, &steps(read_before(json, error)));
    let names = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (field, allowed) = rest.rsplit_once("`, expected ").unwrap_or((rest, ""));
        let allowed = names(allowed);
        let problem = format!("is not known here: write {}{}", one_of(&allowed), did_you_mean(field, &allowed));
        ConfigError::of(at, field, problem)
    } else if let Some(rest) = message.strip_prefix("unknown variant `") {
        let (variant, allowed) = rest.rsplit_once("`, expected ").unwrap_or((rest, ""));
        let allowed = names(allowed);
        let noun = find(&path).map_or("known here", |place| place.noun);
        ConfigError::of(at, variant, format!("is not {noun}: write {}{}", one_of(&allowed), did_you_mean(variant, &allowed)))
    } else if let Some(rest) = message.strip_prefix("missing field `") {
        let field = rest.trim_end_matches('`');
        let fix = find(&below(&path, field)).map_or("it", |place| place.fix);
        ConfigError::at(at, format!("`{field}` is missing: write {fix}"))
    } else if let Some(rest) = message.strip_prefix("duplicate field `") {
        ConfigError::of(at, rest.trim_end_matches('`'), "stands here twice: keep one of the two")
    } else if let (Some(place), Some(value)) = (find(&path), value) {
        place.refuse(at, value)
    } else {
        ConfigError::at(at, message)
    }
}

/// A step into a document.
enum Step {
    /// To the member with this name; before its colon, to the object itself.
    Member(Option<String>),
    Item(usize),
}

/// What serde_json had read of a document when it found the error.
fn read_before<'j>(json: &'j str, error: &serde_json::Error) -> &'j [u8] {
    let lines = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    json.as_bytes().get(..lines.saturating_add(error.column())).unwrap_or(json.as_bytes())
}

/// The steps to where the beginning of a JSON document ends. (An error of serde knows its line and column only, and the crate that
/// finds the path on the way costs the modules 24 KB.)
fn steps(mut read: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut name = None;
    while let Some((byte, rest)) = read.split_first() {
        let mut next = rest;
        match byte {
            b'"' => {
                let (text, after) = text(read);
                (name, next) = (Some(text), after);
            }
            b'{' => steps.push(Step::Member(None)),
            b'[' => steps.push(Step::Item(0)),
            b'}' | b']' => drop(steps.pop()),
            b':' => {
                if let Some(Step::Member(member)) = steps.last_mut() {
                    *member = name.take().and_then(unquoted);
                }
            }
            b',' => match steps.last_mut() {
                Some(Step::Item(index)) => *index = index.saturating_add(1),
                Some(Step::Member(member)) => *member = None,
                None => {}
            },
            _ => {}
        }
        read = next;
    }
    steps
}

fn unquoted(text: &[u8]) -> Option<String> {
    match serde_json::from_str(std::str::from_utf8(text).ok()?).ok()? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The text that these bytes begin with, its quotes with it, and what follows.
fn text(json: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.and_then(|end| json.split_at_checked(end.saturating_add(2))).unwrap_or((json, &[]))
}

/// Steps as they are shown, as they stand in the table of places, and the value there.
fn locate<'d>(document: &'d Value, steps: &[Step]) -> (String, String, Option<&'d Value>) {
    let start = (String::new(), String::new(), Some(document));
    steps.iter().fold(start, |(at, path, value), step| match step {
        Step::Member(Some(name)) => (member_at(&at, &path, name), member_path(&path, name), value.and_then(|value| value.get(name))),
        Step::Member(None) => (at, path, value),
        Step::Item(index) => (format!("{at}[{index}]"), format!("{path}[]"), value.and_then(|value| value.get(index))),
    })
}

/// `a`, `b` or `c`
fn one_of(names: &[String]) -> String {
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => format!("`{only}`"),
        Some((last, others)) => format!("`{}` or `{last}`", others.join("`, `")),
    }
}

/// A hint where a known name is near: at most one edit for every three characters, two at most.
pub(crate) fn did_you_mean(name: &str, known: &[String]) -> String {
    if name.len() > MAX_NAME {
        return String::new();
    }
    let near = known.iter().map(|known| (strsim::osa_distance(&name.to_ascii_lowercase(), known), known)).min();
    match near {
        Some((distance, known)) if distance <= (known.len() / 3).clamp(1, 2) => format!(" (did you mean `{known}`?)"),
        _ => String::new(),
    }
}

/// The document is not JSON.
fn not_json(json: &str, error: &serde_json::Error) -> ConfigError {
    let line = json.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    // serde_json's column counts bytes and is that of the last byte read.
    let mut before = error.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(before) {
        before = before.saturating_sub(1);
    }
    let (left, right) = line.split_at_checked(before).unwrap_or((line, ""));
    let mut message = without_position(error);
    if message == "expected ident" {
        message = "expected `true`, `false`, `null` or text in double quotes".to_owned();
    }
    let hint = if message.starts_with("EOF") {
        "the document ends too early, complete it"
    } else if message == "trailing comma" {
        "remove the comma before this place"
    } else if message == "trailing characters" {
        "the document is complete before this place, remove the rest"
    } else if right.starts_with(['/', '#']) {
        "JSON has no comments, remove it"
    } else if right.starts_with(['\'', '‘', '’', '“', '”']) {
        "JSON wants straight double quotes"
    } else if error.line() == 1 && left.trim().is_empty() {
        "a configuration begins with {"
    } else if message == "key must be a string" {
        "names stand in double quotes"
    } else if message == "expected value" {
        "text stands in double quotes"
    } else if message.starts_with("expected `,`") || message.starts_with("expected `:`") {
        "add it before this place"
    } else {
        "correct this place"
    };
    let skipped = left.chars().count().saturating_sub(CONTEXT);
    let shown: String = left.chars().skip(skipped).chain(right.chars()).collect();
    let shown = shortened(&shown);
    let at = format!("line {}, column {}", error.line(), error.column());
    ConfigError::of(at, shown, format!("is not JSON: {message}; {hint}"))
}

/// The message of an error, without the position that serde_json adds at its end.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&position).map(str::to_owned).unwrap_or(message)
}

/// 1 MiB: far above 256 full rules, small enough to parse at once.
const MAX_DOCUMENT: usize = 1 << 20;

/// A name longer than this is not a misspelt one.
const MAX_NAME: usize = 64;

/// Characters shown before the place of a syntax error.
const CONTEXT: usize = 30;

/// Every place, so that a wrong type is answered with what is needed.
#[rustfmt::skip]
const PLACES: &[Place] = &[
    place("", Kind::Object, "an object", "{} for the defaults, or an object with `rules`"),
    place("rules", Kind::List, "a list of rules", r#"[{"match": {"status": ["5xx"]}, "action": "sanitize"}]"#),
    place("rules[]", Kind::Object, "a rule", r#"an object with `match` and `action`"#),
    place("rules[].name", Kind::Text, "a rule name", "1 to 64 printable ASCII characters"),
    place("rules[].match", Kind::Object, "an object of conditions", r#"for example {"status": ["5xx"]}, or {} to match every error response"#),
    place("match.status", Kind::List, "a list of statuses", r#"for example ["500", "502-504", "5xx"]"#),
    place("match.status[]", Kind::Text, "a status", "a code (500), a range (502-504) or a class (4xx, 5xx)"),
    place("match.host", Kind::List, "a list of hosts", r#"for example ["api.example.com", "*.example.com"]"#),
    place("match.host[]", Kind::Text, "a host", "a host (api.example.com) or a suffix (*.example.com)"),
    place("match.path", Kind::Object, "a path condition", r#"{"exact": "/health"} or {"prefix": "/api/"}"#),
    place("match.path.exact", Kind::Text, "a path", "a path that starts with /"),
    place("match.path.prefix", Kind::Text, "a path", "a path that starts with /"),
    place("match.method", Kind::List, "a list of methods", r#"for example ["GET", "POST"]"#),
    place("match.method[]", Kind::Text, "a method", "for example GET"),
    place("match.origin", Kind::Text, "an origin", "upstream or proxy"),
    place("rules[].action", Kind::Text, "an action", "pass, observe, sanitize or replace"),
    place("inspect", Kind::Object, "an object", r#"for example {"max_bytes": 262144, "timeout_ms": 2000}"#),
    place("inspect.max_bytes", Kind::Number, "a number of bytes", "a whole number from 1 to 1048576"),
    place("inspect.timeout_ms", Kind::Number, "a number of milliseconds", "a whole number from 1 to 60000"),
    place("inspect.level", Kind::Text, "a level", "relaxed, standard or strict"),
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
    place("correlation", Kind::Object, "an object", r#"for example {"header": "x-request-id", "trust": true}"#),
    place("correlation.header", Kind::Text, "a header name", "for example x-request-id"),
    place("correlation.trust", Kind::Switch, "a switch", "true or false, without quotes"),
    place("respond", Kind::Object, "an object", r#"for example {"json": "flat"}"#),
    place("rules[].respond", Kind::Object, "an object", r#"for example {"status": 503}"#),
    place("respond.status", Kind::Number, "a status", "a number from 400 to 599"),
    place("respond.format", Kind::Text, "a format", "json, problem_json, html, text, xml or problem_xml"),
    place("respond.json", Kind::Text, "a JSON shape", "flat or nested"),
    place("respond.templates", Kind::List, "a list of templates", r#"names of `templates`, for example ["maintenance"]"#),
    place("respond.templates[]", Kind::Text, "a template", "a name of `templates`"),
    place("respond.redirect", Kind::Object, "a redirect", r#"for example {"to": "https://status.acme.example/"}"#),
    place("respond.redirect.to", Kind::Text, "a target", "an absolute https: or http: URL, or a path that starts with /"),
    place("respond.redirect.status", Kind::Number, "a redirect's status", "302, 303, 307 or 308"),
    place("respond.redirect.parameter", Kind::Text, "a parameter", "a name, for example request_id"),
    place("respond.retry_after", Kind::Object, "an object", r#"for example {"seconds": 120}"#),
    place("respond.retry_after.seconds", Kind::Number, "a number of seconds", "a whole number from 1 to 86400"),
    place("respond.retry_after.jitter", Kind::Number, "a number of seconds", "a whole number from 0 to 86400"),
    place("respond.retry_after.form", Kind::Text, "a form", "seconds or date"),
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
    place("templates{}.format", Kind::Text, "a format", "json, problem_json, html, text, xml or problem_xml"),
    place("templates{}.text", Kind::Text, "a template's text", "text with variables, for example <h1>{{ title }}</h1>"),
    place("brand", Kind::Object, "an object", r#"for example {"name": "Acme", "support_url": "https://status.acme.example"}"#),
    place("brand.name", Kind::Text, "a brand name", "1 to 80 characters"),
    place("brand.theme", Kind::Text, "a theme", "for example card"),
    place("brand.logo", Kind::Text, "a logo", "an SVG document or a data: URI of an image"),
    place("brand.colors", Kind::Object, "an object of colours", r##"for example {"accent": "#a3341c"}"##),
    place("brand.colors.accent", Kind::Text, "a colour", "#rrggbb"),
    place("brand.colors.accent_dark", Kind::Text, "a colour", "#rrggbb"),
    place("brand.links", Kind::List, "a list of links", r#"for example [{"label": "Status", "url": "https://status.acme.example"}]"#),
    place("brand.links[]", Kind::Object, "a link", r#"for example {"label": "Status", "url": "https://status.acme.example"}"#),
    place("brand.links[].label", Kind::Text, "a label", "1 to 80 characters"),
    place("brand.links[].url", Kind::Text, "a URL", "an absolute https:, http: or mailto: URL, or a path that starts with /"),
    place("brand.support_url", Kind::Text, "a URL", "an absolute https:, http: or mailto: URL"),
    place("brand.footer", Kind::Text, "a footer", "1 to 200 characters"),
    place("brands", Kind::List, "a list of brands", r#"for example [{"match": {"host": ["shop.example"]}, "brand": {"name": "Shop"}}]"#),
    place("brands[]", Kind::Object, "a brand for some hosts", r#"an object with `match` and `brand`"#),
    place("brands[].match", Kind::Object, "an object of conditions", r#"for example {"host": ["shop.example"]}"#),
    place("brands[].brand", Kind::Object, "an object", r#"for example {"name": "Shop"}"#),
    place("languages", Kind::Object, "an object", r#"for example {"default": "en", "offer": ["en", "de"]}"#),
    place("languages.default", Kind::Text, "a language", "for example en"),
    place("languages.offer", Kind::List, "a list of languages", r#"for example ["en", "de"]"#),
    place("languages.offer[]", Kind::Text, "a language", "for example de"),
    place("languages.texts", Kind::Map, "an object of languages", r#"for example {"de": {"try_again": "Neu laden"}}"#),
    place("languages.texts{}", Kind::Map, "an object of texts", r#"for example {"try_again": "Neu laden"}"#),
    place("languages.texts{}{}", Kind::Text, "a text", "1 to 300 characters"),
    place("report", Kind::Object, "an object", r#"for example {"max_per_second": 100}"#),
    place("report.max_per_second", Kind::Number, "a number of reports", "a whole number from 1 to 100000"),
    place("capture", Kind::Text, "a capture", "request_headers or filter_state"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(json: &str) -> String {
        parse(json).map(|config| format!("accepted: {config:?}")).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        #[rustfmt::skip]
        let rows: &[(&str, &str, &str)] = &[
            ("null", "null", "the document: null is not an object: write {} for the defaults, or an object with `rules`"),
            ("a list", "[]", "the document: [] is not an object: write {} for the defaults, or an object with `rules`"),
            ("a text", r#""5xx""#, r#"the document: "5xx" is not an object: write {} for the defaults, or an object with `rules`"#),
            ("a number", "5", "the document: 5 is not an object: write {} for the defaults, or an object with `rules`"),
            ("unknown field", r#"{"rulez":[]}"#, r#"the document: "rulez" is not known here: write `rules`, `inspect`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report` or `capture` (did you mean `rules`?)"#),
            ("unknown field, far from all", r#"{"timeout":5}"#, r#"the document: "timeout" is not known here: write `rules`, `inspect`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report` or `capture`"#),
            ("unknown field in a rule", r#"{"rules":[{"match":{},"acton":"pass"}]}"#, r#"rules[0]: "acton" is not known here: write `name`, `match`, `action`, `respond` or `headers` (did you mean `action`?)"#),
            ("unknown field in match", r#"{"rules":[{"match":{"statuses":["5xx"]},"action":"pass"}]}"#, r#"rules[0].match: "statuses" is not known here: write `status`, `host`, `path`, `method` or `origin` (did you mean `status`?)"#),
            ("unknown field in path", r#"{"rules":[{"match":{"path":{"regex":"x"}},"action":"pass"}]}"#, r#"rules[0].match.path: "regex" is not known here: write `exact` or `prefix`"#),
            ("unknown field with one choice", r#"{"respond":{"Json":"flat"}}"#, r#"respond: "Json" is not known here: write `status`, `format`, `json`, `templates`, `redirect` or `retry_after` (did you mean `json`?)"#),
            ("unknown field, in another case", r#"{"Inspect":{}}"#, r#"the document: "Inspect" is not known here: write `rules`, `inspect`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report` or `capture` (did you mean `inspect`?)"#),
            ("unknown field behind brackets in a text", r#"{"brand":{"name":"a\"]}\\"},"rules":[{"match":{"status":["5xx"],"zzz":1}}]}"#, r#"rules[0].match: "zzz" is not known here: write `status`, `host`, `path`, `method` or `origin`"#),
            ("unknown field on a later line", "{\"brand\": {},\n \"inspect\": {\n  \"max_byte\": 5}}", r#"inspect: "max_byte" is not known here: write `max_bytes`, `timeout_ms`, `level`, `allow` or `deny` (did you mean `max_bytes`?)"#),
            ("unknown field, dotted", r#"{"inspect.max_bytes":5}"#, r#"the document: "inspect.max_bytes" is not known here: write `rules`, `inspect`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report` or `capture`"#),
            ("unknown field, quotes and control characters", r#"{"a`, expected `b\"\u001b":5}"#, r#"the document: "a`, expected `b\"\u001b" is not known here: write `rules`, `inspect`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report` or `capture`"#),
            ("unknown action", r#"{"rules":[{"match":{},"action":"replce"}]}"#, r#"rules[0].action: "replce" is not an action: write `pass`, `observe`, `sanitize` or `replace` (did you mean `replace`?)"#),
            ("unknown action, far from all", r#"{"rules":[{"match":{},"action":"block"}]}"#, r#"rules[0].action: "block" is not an action: write `pass`, `observe`, `sanitize` or `replace`"#),
            ("action in capitals", r#"{"rules":[{"match":{},"action":"PASS"}]}"#, r#"rules[0].action: "PASS" is not an action: write `pass`, `observe`, `sanitize` or `replace` (did you mean `pass`?)"#),
            ("unknown origin", r#"{"rules":[{"match":{"origin":"envoy"},"action":"pass"}]}"#, r#"rules[0].match.origin: "envoy" is not an origin: write `upstream` or `proxy`"#),
            ("unknown level", r#"{"inspect":{"level":"paranoid"}}"#, r#"inspect.level: "paranoid" is not a level: write `relaxed`, `standard` or `strict`"#),
            ("unknown shape", r#"{"respond":{"json":"neste"}}"#, r#"respond.json: "neste" is not a JSON shape: write `flat` or `nested` (did you mean `nested`?)"#),
            ("unknown capture", r#"{"capture":"headers"}"#, r#"capture: "headers" is not a capture: write `request_headers` or `filter_state`"#),
            ("no match", r#"{"rules":[{"action":"pass"}]}"#, r#"rules[0]: `match` is missing: write for example {"status": ["5xx"]}, or {} to match every error response"#),
            ("no action", r#"{"rules":[{"match":{}},{"match":{},"action":"pass"}]}"#, "rules[0]: `action` is missing: write pass, observe, sanitize or replace"),
            ("a key twice", r#"{"inspect":{},"inspect":{}}"#, r#"the document: "inspect" stands here twice: keep one of the two"#),
            ("a key twice, deep", r#"{"rules":[{"match":{},"match":{},"action":"pass"}]}"#, r#"rules[0]: "match" stands here twice: keep one of the two"#),
            ("a key twice, deeper", r#"{"rules":[{"match":{"status":["500"],"status":["501"]},"action":"pass"}]}"#, r#"rules[0].match: "status" stands here twice: keep one of the two"#),
            ("rules as object", r#"{"rules":{}}"#, r#"rules: {} is not a list of rules: write [{"match": {"status": ["5xx"]}, "action": "sanitize"}]"#),
            ("rules null", r#"{"rules":null}"#, r#"rules: null is not a list of rules: leave it out, or write [{"match": {"status": ["5xx"]}, "action": "sanitize"}]"#),
            ("rule as list", r#"{"rules":[["a",{},"pass"]]}"#, r#"rules[0]: ["a",{},"pass"] is not a rule: write an object with `match` and `action`"#),
            ("rule as text", r#"{"rules":["5xx"]}"#, r#"rules[0]: "5xx" is not a rule: write an object with `match` and `action`"#),
            ("name as number", r#"{"rules":[{"name":1,"match":{},"action":"pass"}]}"#, "rules[0].name: 1 is not a text: write 1 to 64 printable ASCII characters, in double quotes"),
            ("match as list", r#"{"rules":[{"match":[],"action":"pass"}]}"#, r#"rules[0].match: [] is not an object of conditions: write for example {"status": ["5xx"]}, or {} to match every error response"#),
            ("status as text", r#"{"rules":[{"match":{"status":"5xx"},"action":"pass"}]}"#, r#"rules[0].match.status: "5xx" is not a list of statuses: write for example ["500", "502-504", "5xx"]"#),
            ("status as number", r#"{"rules":[{"match":{"status":[500]},"action":"pass"}]}"#, "rules[0].match.status[0]: 500 is not a text: write a code (500), a range (502-504) or a class (4xx, 5xx), in double quotes"),
            ("host as text", r#"{"rules":[{"match":{"host":"a"},"action":"pass"}]}"#, r#"rules[0].match.host: "a" is not a list of hosts: write for example ["api.example.com", "*.example.com"]"#),
            ("host null", r#"{"rules":[{"match":{"host":[null]},"action":"pass"}]}"#, "rules[0].match.host[0]: null is not a host: write a host (api.example.com) or a suffix (*.example.com)"),
            ("path as text", r#"{"rules":[{"match":{"path":"/a"},"action":"pass"}]}"#, r#"rules[0].match.path: "/a" is not a path condition: write {"exact": "/health"} or {"prefix": "/api/"}"#),
            ("exact as list", r#"{"rules":[{"match":{"path":{"exact":[]}},"action":"pass"}]}"#, "rules[0].match.path.exact: [] is not a text: write a path that starts with /, in double quotes"),
            ("prefix as switch", r#"{"rules":[{"match":{"path":{"prefix":true}},"action":"pass"}]}"#, "rules[0].match.path.prefix: true is not a text: write a path that starts with /, in double quotes"),
            ("method as text", r#"{"rules":[{"match":{"method":"GET"},"action":"pass"}]}"#, r#"rules[0].match.method: "GET" is not a list of methods: write for example ["GET", "POST"]"#),
            ("method as object", r#"{"rules":[{"match":{"method":[{}]},"action":"pass"}]}"#, "rules[0].match.method[0]: {} is not a text: write for example GET, in double quotes"),
            ("origin as list", r#"{"rules":[{"match":{"origin":["proxy"]},"action":"pass"}]}"#, r#"rules[0].match.origin: ["proxy"] is not a text: write upstream or proxy, in double quotes"#),
            ("action as object", r#"{"rules":[{"match":{},"action":{"pass":null}}]}"#, r#"rules[0].action: {"pass":null} is not a text: write pass, observe, sanitize or replace, in double quotes"#),
            ("action null", r#"{"rules":[{"match":{},"action":null}]}"#, "rules[0].action: null is not an action: write pass, observe, sanitize or replace"),
            ("inspect as list", r#"{"inspect":[5]}"#, r#"inspect: [5] is not an object: write for example {"max_bytes": 262144, "timeout_ms": 2000}"#),
            ("max_bytes as text", r#"{"inspect":{"max_bytes":"1k"}}"#, r#"inspect.max_bytes: "1k" is not a number of bytes: write a whole number from 1 to 1048576"#),
            ("max_bytes negative", r#"{"inspect":{"max_bytes":-1}}"#, "inspect.max_bytes: -1 is not a number of bytes: write a whole number from 1 to 1048576"),
            ("max_bytes with a fraction", r#"{"inspect":{"max_bytes":1.5}}"#, "inspect.max_bytes: 1.5 is not a number of bytes: write a whole number from 1 to 1048576"),
            ("max_bytes huge", r#"{"inspect":{"max_bytes":1e40}}"#, "inspect.max_bytes: 1e+40 is not a number of bytes: write a whole number from 1 to 1048576"),
            ("timeout_ms as text", r#"{"inspect":{"timeout_ms":"2s"}}"#, r#"inspect.timeout_ms: "2s" is not a number of milliseconds: write a whole number from 1 to 60000"#),
            ("level as number", r#"{"inspect":{"level":1}}"#, "inspect.level: 1 is not a text: write relaxed, standard or strict, in double quotes"),
            ("correlation as text", r#"{"correlation":"x-request-id"}"#, r#"correlation: "x-request-id" is not an object: write for example {"header": "x-request-id", "trust": true}"#),
            ("header as list", r#"{"correlation":{"header":["a"]}}"#, r#"correlation.header: ["a"] is not a text: write for example x-request-id, in double quotes"#),
            ("trust as text", r#"{"correlation":{"trust":"yes"}}"#, r#"correlation.trust: "yes" is not a switch: write true or false, without quotes"#),
            ("respond as text", r#"{"respond":"flat"}"#, r#"respond: "flat" is not an object: write for example {"json": "flat"}"#),
            ("json as switch", r#"{"respond":{"json":true}}"#, "respond.json: true is not a text: write flat or nested, in double quotes"),
            ("brand as text", r#"{"brand":"Acme"}"#, r#"brand: "Acme" is not an object: write for example {"name": "Acme", "support_url": "https://status.acme.example"}"#),
            ("brand name as number", r#"{"brand":{"name":7}}"#, "brand.name: 7 is not a text: write 1 to 80 characters, in double quotes"),
            ("support_url as list", r#"{"brand":{"support_url":[]}}"#, "brand.support_url: [] is not a text: write an absolute https:, http: or mailto: URL, in double quotes"),
            ("capture as list", r#"{"capture":[]}"#, "capture: [] is not a text: write request_headers or filter_state, in double quotes"),
            ("cut off", r#"{"rules": ["#, r#"line 1, column 11: "{\"rules\": [" is not JSON: EOF while parsing a list; the document ends too early, complete it"#),
            ("trailing comma", "{\n  \"inspect\": {},\n}", r#"line 3, column 1: "}" is not JSON: trailing comma; remove the comma before this place"#),
            ("missing comma", "{\n  \"inspect\": {}\n  \"brand\": {}\n}", r#"line 3, column 3: "  \"brand\": {}" is not JSON: expected `,` or `}`; add it before this place"#),
            ("single quotes", "{'rules': []}", r#"line 1, column 2: "{'rules': []}" is not JSON: key must be a string; JSON wants straight double quotes"#),
            ("bare text", r#"{"capture": filter_state}"#, r#"line 1, column 14: "{\"capture\": filter_state}" is not JSON: expected `true`, `false`, `null` or text in double quotes; correct this place"#),
            ("comment", "{\n  // rules\n}", r#"line 2, column 3: "  // rules" is not JSON: key must be a string; JSON has no comments, remove it"#),
            ("hash comment", "# rules\n{}", r##"line 1, column 1: "# rules" is not JSON: expected value; JSON has no comments, remove it"##),
            ("two documents", "{} {}", r#"line 1, column 4: "{} {}" is not JSON: trailing characters; the document is complete before this place, remove the rest"#),
            ("typographic quotes", "{“rules”: []}", r#"line 1, column 2: "{“rules”: []}" is not JSON: key must be a string; JSON wants straight double quotes"#),
            ("missing colon", r#"{"rules" []}"#, r#"line 1, column 10: "{\"rules\" []}" is not JSON: expected `:`; add it before this place"#),
            ("bad escape", r#"{"a": "\x"}"#, r#"line 1, column 9: "{\"a\": \"\\x\"}" is not JSON: invalid escape; correct this place"#),
            ("too deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", r#"line 1, column 128: "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…" is not JSON: recursion limit exceeded; correct this place"#),
            ("number too large", r#"{"a": 1e999}"#, r#"line 1, column 11: "{\"a\": 1e999}" is not JSON: number out of range; correct this place"#),
            ("YAML", "rules:\n- match: {}\n  action: pass", r#"line 1, column 1: "rules:" is not JSON: expected value; a configuration begins with {"#),
        ];
        for (name, json, expected) in rows {
            assert_eq!(refusal(json), *expected, "{name}");
        }
    }

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
            "brand.links[]" => json!({"label": "x", "url": "x"}),
            "brand.colors" => json!({"accent": "x"}),
            "respond.redirect" => json!({"to": "x"}),
            "respond.retry_after" => json!({"seconds": 1}),
            "templates{}" => json!({"format": "json", "text": "x"}),
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
                Kind::Switch => (json!(true), json!("true")),
                Kind::Text => {
                    let choices = ["text", "pass", "proxy", "standard", "flat", "filter_state", "date"];
                    let fits = |text: &&str| parse(&document_with(path, &json!(text)).to_string()).is_ok();
                    (json!(choices.into_iter().find(fits).expect("some text fits")), json!(1))
                }
            };
            let right = parse(&document_with(path, &right).to_string());
            assert!(right.is_ok(), "serde knows {path}: {right:?}");
            let at = path.replace("[]", "[0]").replace("{}", ".x");
            for wrong in [wrong, Value::Null] {
                let error = parse(&document_with(path, &wrong).to_string()).unwrap_err();
                assert_eq!((error.at, error.text), (at.clone(), wrong.to_string()), "{path}");
            }
            // Where serde knows the allowed words, the table names them all.
            if let Err(error) = parse(&document_with(path, &json!("zzzzzz")).to_string())
                && place.kind == Kind::Text
            {
                for word in error.problem.split('`').skip(1).step_by(2) {
                    assert!(place.fix.contains(word), "{path}: {word}");
                }
            }
        }
    }

    #[test]
    fn a_refusal_is_bounded_wherever_the_error_is() {
        let long = "x".repeat(100_000);
        for json in [
            format!(r#"{{"{long}":1}}"#),
            format!(r#"{{"capture":"{long}"}}"#),
            format!(r#"{{"rules":"{long}"}}"#),
            format!(r#"{{"brand":{{"name":["{long}"]}}}}"#),
            format!(r#"{{"brand":{{"{long}":{{}}}}}}"#),
            format!("{{\"a\": \"{long}\" {long}"),
            long.clone(),
        ] {
            let refusal = refusal(&json);
            assert!(refusal.len() < 400, "{refusal}");
        }
    }

    #[test]
    fn the_line_of_a_syntax_error_is_shown_around_its_place() {
        let long = format!(r#"{{"a": "{}" x{}}}"#, "ä".repeat(40), "y".repeat(200));
        let expected =
            format!(r#""{}\" x{}…" is not JSON: expected `,` or `}}`; add it before this place"#, "ä".repeat(28), "y".repeat(29));
        assert_eq!(refusal(&long), format!("line 1, column 90: {expected}"));
    }
}
