//! JSON text → [`Config`], with a place and a fix for everything that is refused.

use super::{Config, ConfigError, Upkeep, places, read, shortened};
use crate::json::Json;
use crate::redact::{Masks, redact_with};

/// Parses a document for a host with one configuration; an empty one means `{}`.
pub(crate) fn parse(json: &str) -> Result<Config, ConfigError> {
    let document = document(json)?;
    if document.get("tenants").is_some() {
        let problem = "is for workers: in Envoy give each listener its own filter, or name hosts in `rules` and `brands`";
        return Err(ConfigError::at("tenants", problem));
    }
    Ok(read::config(&document))
}

/// The same for what [`Upkeep`] holds of it.
pub(crate) fn parse_upkeep(json: &str) -> Result<Upkeep, ConfigError> {
    Ok(read::upkeep(&document(json)?))
}

/// The document itself, in which every place holds what it may.
pub(crate) fn document(json: &str) -> Result<Json, ConfigError> {
    if json.len() > MAX_DOCUMENT {
        let problem = format!("has {} bytes: at most {MAX_DOCUMENT} are read, make it shorter", json.len());
        return Err(ConfigError::at("", problem));
    }
    // Editors on Windows begin a file with this mark.
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    if json.trim().is_empty() {
        return Ok(Json::Object(Vec::new()));
    }
    let document: Json = serde_json::from_str(json).map_err(|error| not_json(json, &error))?;
    places::check("", "", &document)?;
    Ok(document)
}

/// A text whose long words that have a digit, and may be keys, are masked.
fn without_tokens(text: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.');
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(|c| !is_token(c)) {
        let word = part.trim_end_matches(|c| !is_token(c));
        let is_key = word.len() >= 16 && word.bytes().any(|byte| byte.is_ascii_digit());
        out.push_str(if is_key { "***" } else { word });
        out.push_str(part.strip_prefix(word).unwrap_or_default());
    }
    out
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
    // The line may hold a secret, whose name is on another one.
    let above = error.line().checked_sub(2).and_then(|above| memchr::memchr_iter(b'\n', json.as_bytes()).nth(above));
    let start = above.map_or(0, |end| end.saturating_add(1));
    let places = [0, before, line.len()].map(|place| start.saturating_add(place));
    let mut flat = json.as_bytes().to_vec();
    flat.iter_mut().filter(|byte| matches!(byte, b'\r' | b'\n')).for_each(|byte| *byte = b' ');
    let (masked, places) = redact_with(&Masks::default(), &flat, &places);
    let shown = match places.as_slice() {
        [start, place, end] => {
            let (left, right) = (masked.get(*start..*place).unwrap_or_default(), masked.get(*place..*end).unwrap_or_default());
            // A quote inside a secret ends it for JSON, and what stands behind that is the rest of the secret.
            let cut = left.trim_end_matches([',', ':', '}', ']']).ends_with("***\"");
            let (left, right) = (without_tokens(left), without_tokens(if cut { "***" } else { right }));
            let skipped = left.chars().count().saturating_sub(CONTEXT);
            shortened(&left.chars().skip(skipped).chain(right.chars()).collect::<String>())
        }
        _ => String::new(),
    };
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

/// Characters shown before the place of a syntax error.
const CONTEXT: usize = 30;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

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
            ("unknown field", r#"{"rulez":[]}"#, r#"the document: "rulez" is not known here: write `rules`, `inspect`, `upstream`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report`, `resilience`, `maintenance`, `reveal`, `environment`, `capture` or `tenants` (did you mean `rules`?)"#),
            ("unknown field, far from all", r#"{"timeout":5}"#, r#"the document: "timeout" is not known here: write `rules`, `inspect`, `upstream`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report`, `resilience`, `maintenance`, `reveal`, `environment`, `capture` or `tenants`"#),
            ("unknown field in a rule", r#"{"rules":[{"match":{},"acton":"pass"}]}"#, r#"rules[0]: "acton" is not known here: write `name`, `match`, `action`, `respond` or `headers` (did you mean `action`?)"#),
            ("unknown field in match", r#"{"rules":[{"match":{"statuses":["5xx"]},"action":"pass"}]}"#, r#"rules[0].match: "statuses" is not known here: write `status`, `host`, `path`, `method` or `origin` (did you mean `status`?)"#),
            ("unknown field in path", r#"{"rules":[{"match":{"path":{"regex":"x"}},"action":"pass"}]}"#, r#"rules[0].match.path: "regex" is not known here: write `exact` or `prefix`"#),
            ("unknown field with one choice", r#"{"respond":{"Json":"flat"}}"#, r#"respond: "Json" is not known here: write `status`, `format`, `json`, `templates`, `redirect`, `retry_after` or `proxy_status` (did you mean `json`?)"#),
            ("unknown field, in another case", r#"{"Inspect":{}}"#, r#"the document: "Inspect" is not known here: write `rules`, `inspect`, `upstream`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report`, `resilience`, `maintenance`, `reveal`, `environment`, `capture` or `tenants` (did you mean `inspect`?)"#),
            ("unknown field behind brackets in a text", r#"{"brand":{"name":"a\"]}\\"},"rules":[{"match":{"status":["5xx"],"zzz":1}}]}"#, r#"rules[0].match: "zzz" is not known here: write `status`, `host`, `path`, `method` or `origin`"#),
            ("unknown field on a later line", "{\"brand\": {},\n \"inspect\": {\n  \"max_byte\": 5}}", r#"inspect: "max_byte" is not known here: write `max_bytes`, `timeout_ms`, `level`, `allow` or `deny` (did you mean `max_bytes`?)"#),
            ("unknown field, dotted", r#"{"inspect.max_bytes":5}"#, r#"the document: "inspect.max_bytes" is not known here: write `rules`, `inspect`, `upstream`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report`, `resilience`, `maintenance`, `reveal`, `environment`, `capture` or `tenants`"#),
            ("unknown field, quotes and control characters", r#"{"a`, expected `b\"\u001b":5}"#, r#"the document: "a`, expected `b\"\u001b" is not known here: write `rules`, `inspect`, `upstream`, `correlation`, `respond`, `headers`, `templates`, `brand`, `brands`, `languages`, `report`, `resilience`, `maintenance`, `reveal`, `environment`, `capture` or `tenants`"#),
            ("unknown action", r#"{"rules":[{"match":{},"action":"replce"}]}"#, r#"rules[0].action: "replce" is not an action: write `pass`, `observe`, `sanitize` or `replace` (did you mean `replace`?)"#),
            ("unknown action, far from all", r#"{"rules":[{"match":{},"action":"block"}]}"#, r#"rules[0].action: "block" is not an action: write `pass`, `observe`, `sanitize` or `replace`"#),
            ("action in capitals", r#"{"rules":[{"match":{},"action":"PASS"}]}"#, r#"rules[0].action: "PASS" is not an action: write `pass`, `observe`, `sanitize` or `replace` (did you mean `pass`?)"#),
            ("unknown origin", r#"{"rules":[{"match":{"origin":"envoy"},"action":"pass"}]}"#, r#"rules[0].match.origin: "envoy" is not an origin: write `upstream` or `proxy`"#),
            ("unknown level", r#"{"inspect":{"level":"paranoid"}}"#, r#"inspect.level: "paranoid" is not a level: write `relaxed`, `standard` or `strict`"#),
            ("unknown shape", r#"{"respond":{"json":"neste"}}"#, r#"respond.json: "neste" is not a JSON shape: write `flat` or `nested` (did you mean `nested`?)"#),
            ("unknown format, the beginning of two", r#"{"correlation":{"format":"uuid"}}"#, r#"correlation.format: "uuid" is not a format of IDs: write `uuid7`, `uuid4`, `ulid` or `trace` (did you mean `uuid7`?)"#),
            ("unknown format, near one", r#"{"correlation":{"format":"uild"}}"#, r#"correlation.format: "uild" is not a format of IDs: write `uuid7`, `uuid4`, `ulid` or `trace` (did you mean `ulid`?)"#),
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
            ("max_bytes huge", r#"{"inspect":{"max_bytes":1e40}}"#, "inspect.max_bytes: 1e40 is not a number of bytes: write a whole number from 1 to 1048576"),
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

    #[test]
    fn a_secret_is_in_no_refusal() {
        for json in [
            r#"{"reveal":"s3cr3t-s3cr3t"}"#,
            r#"{"reveal":["s3cr3t-s3cr3t"]}"#,
            r#"{"reveal":{"secret":["s3cr3t-s3cr3t"]}}"#,
            r#"{"reveal":{"secret":{"s3cr3t-s3cr3t":1}}}"#,
            r#"{"reveal":{"secret":"s3cr3t-s3cr3t","previous_secret":["s3cr3t-s3cr3t"]}}"#,
            r#"{"reveal":{"secret":"s3cr3t-s3cr3t","secret":"s3cr3t-s3cr3t"}}"#,
            r#"{"reveal":{"secret":"s3cr3t-s3cr3t" "environment":"production"}}"#,
            r#"{"reveal":{"secret":"01234567"s3cr3t"}}"#,
            r#"{"reveal":{"secret":"0123"!s3cr3t,s3cr3t"}}"#,
            r#"{"reveal":{"secret":"0123",s3cr3t"s3cr3t"}}"#,
            r#"{"reveal":{"secret":"s3cr3t-s3cr3t\x"}}"#,
            r#"{"reveal":{"secret":"s3cr3t-s3cr3t}}"#,
            r#"{"reveal":{'secret':'s3cr3t-s3cr3t'}}"#,
            "{\"reveal\":{\"secret\":\n\"s3cr3t-s3cr3t\" x}}",
        ] {
            let refusal = refusal(json);
            assert!(!refusal.contains("s3cr3t") && !refusal.contains("accepted"), "{refusal}");
        }
        let accepted = refusal(r#"{"reveal":{"secret":"s3cr3t-s3cr3t"}}"#);
        assert!(accepted.contains("Reveal(***)") && !accepted.contains("s3cr3t"), "{accepted}");
        let masked =
            r#"line 1, column 37: "{\"reveal\":{\"secret\":\"***\" \"x\":1}}" is not JSON: expected `,` or `}`; add it before this place"#;
        assert_eq!(refusal(r#"{"reveal":{"secret":"s3cr3t-s3cr3t" "x":1}}"#), masked);
    }

    #[test]
    fn no_secret_is_shown_wherever_it_stands() {
        let key = "0123456789abcdef0123456789abcdef";
        for json in [
            format!(r#"{{"rules":{{"reveal":{{"secret":"{key}"}}}}}}"#),
            format!(r#"[{{"reveal":{{"secret":"{key}"}}}}]"#),
            format!(r#"{{"environment":{{"secret":"{key}"}}}}"#),
            format!(r#"{{"capture":["{key}"]}}"#),
            format!(r#"{{"rules":[{{"match":{{}},"action":{{"{key}{key}{key}":1}}}}]}}"#),
            format!(r#"{{"reveal":{{"secret":["{key}"]}}}}"#),
            format!(r#"{{"report":{{"otlp":{{"service_name":["x-api-key: {key}"]}}}}}}"#),
            format!("{{'reveal': '{key}'}}"),
            format!("{{\"reveal\": {{\"secret\": \"{key}\" oops"),
            format!("reveal:\n  secret: {key}"),
        ] {
            let refusal = refusal(&json);
            assert!(!refusal.contains("0123456789"), "{refusal}");
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
