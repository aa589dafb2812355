//! [`Config`] → [`Policy`]: every check of what the values mean.

use super::answer::{self, Answer};
use super::{ERROR_STATUSES, HostPattern, PathPattern, Policy, Rule, StatusSet, brand, operator};
use crate::Action;
use crate::config::{self, Capture, Config, ConfigError, Echo, Inspect, Level, Match, Members, OriginMatch, PathMatch};
use crate::detect::{Detectors, Pattern, Terms, forms, is_named};
use crate::head::Origin;
use crate::json::Json;
use crate::language::Languages;
use crate::page::PageTemplate;
use crate::reveal;
use http::Method;
use http::header::COOKIE;
use std::net::Ipv6Addr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

/// Compiles with detectors that `detectors` makes: they are most of a policy, and tenants may share them.
pub(super) fn compile(
    config: Config,
    detectors: &mut dyn FnMut(Inspect) -> Result<Arc<Detectors>, ConfigError>,
) -> Result<Policy, ConfigError> {
    let echoes = config.correlation.echo == Echo::All;
    if echoes && config.capture == Capture::FilterState {
        let problem = "does not go with `capture: filter_state`, whose matcher keeps most responses away: write errors, and let Envoy add the \
                       field (`response_headers_to_add` of the virtual host), or take the plain wiring";
        return Err(ConfigError::of("correlation.echo", "all", problem));
    }
    let correlator = operator::correlator(config.correlation)?;
    let header = correlator.header.clone();
    let templates = templates(config.templates)?;
    let answer = answer::compile("", &config.respond, &config.headers, &Answer::default(), &templates, &header)?;
    let rules = rules(config.rules, &|at, rule| answer::compile(at, &rule.respond, &rule.headers, &answer, &templates, &header))?;
    let touched = touched(&rules);
    let mut request_fields = operator::request_fields(&correlator);
    if config.reveal.is_some() {
        request_fields.push(reveal::HEADER);
        request_fields.push(COOKIE);
    }
    Ok(Policy {
        rules,
        touched,
        answer,
        templates,
        brands: brand::brands(config.brand, config.brands)?,
        languages: Languages::compile(config.languages)?,
        request_fields,
        correlator,
        echoes,
        max_bytes: in_range("inspect.max_bytes", config.inspect.max_bytes, MAX_BYTES, "because Envoy's buffer holds 1 MiB by default")?,
        hold_timeout: Duration::from_millis(in_range(
            "inspect.timeout_ms",
            config.inspect.timeout_ms,
            TIMEOUT_MS,
            "because a client waits meanwhile",
        )?),
        upstream_timeout: (config.upstream.timeout_ms)
            .map(|millis| in_range("upstream.timeout_ms", millis, UPSTREAM_TIMEOUT_MS, "because a client waits meanwhile"))
            .transpose()?
            .map(Duration::from_millis),
        reports: operator::reports(config.report)?,
        capture: config.capture,
        has_upkeep: config.has_upkeep,
        viewers: operator::viewers(config.reveal, config.environment)?,
        strict: config.inspect.level == Level::Strict,
        detectors: detectors(config.inspect)?,
    })
}

/// 1 to 64 printable ASCII characters.
pub(super) fn is_printable(text: &str) -> bool {
    (1..=MAX_RULE_NAME).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

pub(super) fn detectors(inspect: Inspect) -> Result<Arc<Detectors>, ConfigError> {
    let (allow, deny) = (inspect.allow, inspect.deny);
    detector_names("inspect.allow.detectors", &allow.detectors)?;
    detector_names("inspect.deny.detectors", &deny.detectors)?;
    if let Some((index, name)) = deny.detectors.iter().enumerate().find(|(_, name)| allow.detectors.contains(name)) {
        let problem = "is in inspect.allow.detectors as well: keep one of the two";
        return Err(ConfigError::of(format!("inspect.deny.detectors[{index}]"), name.as_str(), problem));
    }
    let terms = Terms {
        allowed_texts: texts("inspect.allow.texts", allow.texts)?,
        allowed_patterns: patterns("inspect.allow.patterns", &allow.patterns)?,
        denied_texts: texts("inspect.deny.texts", deny.texts)?.into_iter().flat_map(forms).collect(),
        denied_patterns: patterns("inspect.deny.patterns", &deny.patterns)?,
    };
    Ok(Arc::new(Detectors::new(inspect.level, allow.detectors, deny.detectors, terms)))
}

fn detector_names(at: &str, names: &[String]) -> Result<(), ConfigError> {
    refuse_long(at, names.len(), MAX_TEXTS)?;
    for (index, name) in names.iter().enumerate() {
        if !Detectors::ids().any(|id| is_named(id, name)) {
            let known: Vec<&str> = Detectors::ids().collect();
            let hint = config::did_you_mean(name, &known);
            let problem = format!("is not a detector: write an ID as reports name it (address.localhost) or a family (address.*){hint}");
            return Err(ConfigError::of(format!("{at}[{index}]"), name.as_str(), problem));
        }
    }
    Ok(())
}

fn texts(at: &str, texts: Vec<String>) -> Result<Vec<String>, ConfigError> {
    refuse_long(at, texts.len(), MAX_TEXTS)?;
    if let Some((index, text)) = texts.iter().enumerate().find(|(_, text)| !TEXT_BYTES.contains(&text.len()) || text.contains('\n')) {
        let (least, most) = (TEXT_BYTES.start(), TEXT_BYTES.end());
        let problem = format!("is not a text to look for: write {least} to {most} bytes without a line break");
        return Err(ConfigError::of(format!("{at}[{index}]"), text.as_str(), problem));
    }
    Ok(texts)
}

pub(super) fn patterns(at: &str, patterns: &[String]) -> Result<Vec<Pattern>, ConfigError> {
    refuse_long(at, patterns.len(), MAX_PATTERNS)?;
    let compile = |(index, text): (usize, &String)| {
        Pattern::new(text).map_err(|error| {
            let problem = format!("is not a pattern to look for: at character {}, {}", error.character, error.problem);
            ConfigError::of(format!("{at}[{index}]"), text.as_str(), problem)
        })
    };
    let compiled: Vec<Pattern> = patterns.iter().enumerate().map(compile).collect::<Result<_, _>>()?;
    let positions = compiled.iter().map(Pattern::positions).fold(0, usize::saturating_add);
    if positions > MAX_POSITIONS {
        let problem = format!(
            "has patterns of {positions} characters and classes together, repetitions counted: at most {MAX_POSITIONS} are allowed, because \
             each takes time at every byte"
        );
        return Err(ConfigError::at(at, problem));
    }
    Ok(compiled)
}

type CompileAnswer<'a> = &'a dyn Fn(&str, &config::Rule) -> Result<Answer, ConfigError>;

fn rules(rules: Option<Vec<config::Rule>>, answer: CompileAnswer<'_>) -> Result<Vec<Rule>, ConfigError> {
    let Some(rules) = rules else {
        let rule = config::Rule {
            name: Some("default".to_owned()),
            matches: Match { status: Some(vec!["5xx".to_owned()]), ..Match::default() },
            action: Action::Sanitize,
            respond: config::Respond::default(),
            headers: config::Headers::default(),
        };
        return self::rules(Some(vec![rule]), answer);
    };
    if rules.is_empty() {
        let problem = "has no rule, so nothing would be protected: leave it out for the default, or write one rule with the action pass";
        return Err(ConfigError::of("rules", Json::List(Vec::new()), problem));
    }
    if rules.len() > MAX_RULES {
        return Err(ConfigError::at("rules", format!("has {} rules: at most {MAX_RULES} are allowed, merge some", rules.len())));
    }
    let mut compiled: Vec<Rule> = Vec::with_capacity(rules.len());
    for (index, rule) in rules.into_iter().enumerate() {
        let at = format!("rules[{index}]");
        let answer = answer(&format!("{at}."), &rule)?;
        let name = rule.name.unwrap_or_else(|| at.clone());
        if !is_printable(&name) {
            let problem = format!("is not a rule name: write 1 to {MAX_RULE_NAME} printable ASCII characters");
            return Err(ConfigError::of(format!("{at}.name"), name, problem));
        }
        if compiled.iter().any(|earlier| earlier.name == name) {
            return Err(ConfigError::of(format!("{at}.name"), name, "is the name of an earlier rule: choose another one"));
        }
        compiled.push(conditions(name, rule.action, &format!("{at}.match"), rule.matches, answer)?);
    }
    Ok(compiled)
}

fn conditions(name: String, action: Action, at: &str, matches: Match, answer: Answer) -> Result<Rule, ConfigError> {
    Ok(Rule {
        name,
        action,
        statuses: statuses(&format!("{at}.status"), matches.status)?.unwrap_or_else(|| StatusSet::of(ERROR_STATUSES)),
        origin: matches.origin.map(|origin| match origin {
            OriginMatch::Upstream => Origin::Upstream,
            OriginMatch::Proxy => Origin::Proxy,
        }),
        hosts: list(&format!("{at}.host"), matches.host, host)?,
        path: matches.path.map(|path| path_pattern(&format!("{at}.path"), path)).transpose()?,
        methods: list(&format!("{at}.method"), matches.method, method)?,
        answer,
    })
}

/// Compiles each entry of a list; what is wrong with one is said about its place.
pub(super) fn list<T>(at: &str, entries: Option<Vec<String>>, entry: fn(&str) -> Result<T, String>) -> Result<Option<Vec<T>>, ConfigError> {
    let Some(entries) = entries else { return Ok(None) };
    if entries.is_empty() {
        return Err(ConfigError::of(
            at,
            Json::List(Vec::new()),
            "is empty, so the rule could never match: leave it out to match all, or add an entry",
        ));
    }
    if entries.len() > MAX_ENTRIES {
        return Err(ConfigError::at(at, format!("has {} entries: at most {MAX_ENTRIES} are allowed, write several rules", entries.len())));
    }
    let compile =
        |(index, text): (usize, &String)| entry(text).map_err(|problem| ConfigError::of(format!("{at}[{index}]"), text.as_str(), problem));
    entries.iter().enumerate().map(compile).collect::<Result<_, _>>().map(Some)
}

/// All of a list of statuses.
pub(crate) fn statuses(at: &str, texts: Option<Vec<String>>) -> Result<Option<StatusSet>, ConfigError> {
    Ok(list(at, texts, status)?.map(|sets| sets.into_iter().fold(StatusSet::default(), StatusSet::union)))
}

fn status(text: &str) -> Result<StatusSet, String> {
    const FIX: &str = "write a code (500), a range (502-504) or a class (4xx, 5xx)";
    let code = |text: &str| (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u16>().ok()).flatten();
    let class = |text: &str| text.strip_suffix("xx").filter(|digit| digit.len() == 1).and_then(|digit| code(&format!("{digit}00")));
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => code(first).zip(code(last)),
        None => code(text).map(|code| (code, code)).or_else(|| class(text).map(|first| (first, first.saturating_add(99)))),
    }
    .ok_or_else(|| format!("is not a status: {FIX}"))?;
    if first > last {
        return Err(format!("ends before it begins: write {last}-{first}"));
    }
    if !ERROR_STATUSES.contains(&first) || !ERROR_STATUSES.contains(&last) {
        return Err(format!("is outside 400 to 599, and only error statuses count: {FIX}"));
    }
    Ok(StatusSet::of(first..=last))
}

pub(super) fn host(text: &str) -> Result<HostPattern, String> {
    let (is_suffix, name) = match text.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, text),
    };
    let in_brackets = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let problem = if text == "*" {
        "is every host: leave `host` out instead"
    } else if !text.is_ascii() {
        "is not ASCII: write the host as it stands in requests (xn--...)"
    } else if text.contains("://") {
        "has a scheme: write only the host, for example api.example.com"
    } else if text.contains('/') {
        "has a slash: write only the host, and put the path into `path`"
    } else if name.contains('*') {
        "has a star in the wrong place: write it at the beginning only, for example *.example.com"
    } else if name.parse::<Ipv6Addr>().is_ok() {
        "is an IPv6 address without brackets: write for example [::1]"
    } else if !is_suffix && in_brackets.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()) {
        return Ok(HostPattern::Exact(name.to_ascii_lowercase()));
    } else if name.contains(':') && in_brackets.is_none() {
        "has a port: leave it out, ports are ignored"
    } else if name.len() > MAX_HOST || !name.split('.').all(is_label) {
        "is not a host: write a host (api.example.com) or a suffix (*.example.com)"
    } else {
        let name = name.to_ascii_lowercase();
        return Ok(if is_suffix { HostPattern::Suffix(format!(".{name}")) } else { HostPattern::Exact(name) });
    };
    Err(problem.to_owned())
}

/// A host that is one, in lower case.
pub(crate) fn exact_host(text: &str) -> Result<String, String> {
    match host(text)? {
        HostPattern::Exact(host) => Ok(host),
        HostPattern::Suffix(_) => Err("is more than one host: write one, for example api.example.com".to_owned()),
    }
}

pub(super) fn path_pattern(at: &str, path: PathMatch) -> Result<PathPattern, ConfigError> {
    let (field, text, pattern): (_, _, fn(String) -> PathPattern) = match (path.exact, path.prefix) {
        (Some(text), None) => ("exact", text, PathPattern::Exact),
        (None, Some(text)) => ("prefix", text, PathPattern::Prefix),
        (Some(_), Some(_)) => return Err(ConfigError::at(at, "has both `exact` and `prefix`: keep one, or write two rules")),
        (None, None) => return Err(ConfigError::at(at, r#"is empty: write {"exact": "/health"} or {"prefix": "/api/"}"#)),
    };
    match path_problem(&text) {
        None => Ok(pattern(text)),
        Some(problem) => Err(ConfigError::of(format!("{at}.{field}"), text, problem)),
    }
}

/// What keeps a text from being a path, or the beginning of one.
pub(crate) fn path_problem(text: &str) -> Option<&'static str> {
    if !text.starts_with('/') {
        Some("does not start with /: write the path from its beginning, for example /api/")
    } else if text.contains(['?', '#']) {
        Some("has a query or a fragment: leave it out, only the path is compared")
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("has characters that no request has: write the path as it stands in requests, percent-encoded")
    } else if text.len() > MAX_PATH {
        Some("is longer than 1024 characters: write a shorter prefix")
    } else {
        None
    }
}

fn method(text: &str) -> Result<Method, String> {
    let method = Method::from_bytes(text.as_bytes()).ok().filter(|_| text.len() <= MAX_METHOD);
    let method = method.ok_or_else(|| "is not a method: write for example GET".to_owned())?;
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err(format!("would never match, methods are upper case: write {}", text.to_ascii_uppercase()));
    }
    Ok(method)
}

fn templates(Members(templates): Members<config::Template>) -> Result<Vec<PageTemplate>, ConfigError> {
    refuse_long("templates", templates.len(), MAX_TEMPLATES)?;
    let mut compiled = Vec::new();
    for (name, template) in templates {
        if !(1..=64).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(ConfigError::of("templates", name, "is not the name of a template: write 1 to 64 letters, digits, -, _ or dots"));
        }
        compiled.push(PageTemplate::compile(&format!("templates.{name}.text"), &name, &template)?);
    }
    Ok(compiled)
}

/// The statuses that some rule but `pass` could match. A `pass` rule hides the later ones where its statuses are its only condition;
/// several that only together cover all requests are not recognised: then a status counts as touched, which costs time and nothing else.
fn touched(rules: &[Rule]) -> StatusSet {
    let mut touched = StatusSet::default();
    let mut hidden = StatusSet::default();
    for rule in rules {
        if rule.action != Action::Pass {
            touched = touched.union(rule.statuses.without(hidden));
        } else if rule.is_unconditional() {
            hidden = hidden.union(rule.statuses);
        }
    }
    touched
}

pub(super) fn in_range(at: &str, number: u64, range: RangeInclusive<u64>, reason: &str) -> Result<u64, ConfigError> {
    if range.contains(&number) {
        return Ok(number);
    }
    let problem = format!("is out of range: write a whole number from {} to {}, {reason}", range.start(), range.end());
    Err(ConfigError::of(at, number, problem))
}

pub(crate) fn refuse_long(at: &str, len: usize, most: usize) -> Result<(), ConfigError> {
    if len > most {
        return Err(ConfigError::at(at, format!("has {len} entries: at most {most} are allowed")));
    }
    Ok(())
}

/// More than any set-up needs; the rules are tried one by one for every error.
const MAX_RULES: usize = 256;
const MAX_ENTRIES: usize = 64;
const MAX_TEMPLATES: usize = 32;
const MAX_RULE_NAME: usize = 64;
/// RFC 1035 §2.3.4.
const MAX_HOST: usize = 253;
const MAX_PATH: usize = 1024;
const MAX_METHOD: usize = 32;
/// Envoy holds no more than its buffer limit, 1 MiB by default, and answers a longer body itself.
const MAX_BYTES: RangeInclusive<u64> = 1..=1_048_576;
const TIMEOUT_MS: RangeInclusive<u64> = 1..=60_000;
const UPSTREAM_TIMEOUT_MS: RangeInclusive<u64> = 1..=600_000;

/// Each costs a look at every line where something was found, or at every line.
const MAX_TEXTS: usize = 64;
/// Each takes time at every byte.
const MAX_PATTERNS: usize = 16;
/// Of all patterns of a list.
const MAX_POSITIONS: usize = 512;

/// Shorter ones are everywhere; longer ones reach over the part of a line that is looked at.
const TEXT_BYTES: RangeInclusive<usize> = 4..=256;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use crate::policy::refusal;

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        #[rustfmt::skip]
        let rows: &[(&str, &str, &str)] = &[
            ("no rules", r#"{"rules":[]}"#, "rules: [] has no rule, so nothing would be protected: leave it out for the default, or write one rule with the action pass"),
            ("empty name", r#"{"rules":[{"name":"","match":{},"action":"pass"}]}"#, r#"rules[0].name: "" is not a rule name: write 1 to 64 printable ASCII characters"#),
            ("name with a line break", r#"{"rules":[{"name":"a\nb","match":{},"action":"pass"}]}"#, r#"rules[0].name: "a\nb" is not a rule name: write 1 to 64 printable ASCII characters"#),
            ("name not ASCII", r#"{"rules":[{"name":"ä","match":{},"action":"pass"}]}"#, r#"rules[0].name: "ä" is not a rule name: write 1 to 64 printable ASCII characters"#),
            ("long name", r#"{"rules":[{"name":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn","match":{},"action":"pass"}]}"#, r#"rules[0].name: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…" is not a rule name: write 1 to 64 printable ASCII characters"#),
            ("name twice", r#"{"rules":[{"name":"a","match":{},"action":"pass"},{"name":"a","match":{},"action":"pass"}]}"#, r#"rules[1].name: "a" is the name of an earlier rule: choose another one"#),
            ("name of another place", r#"{"rules":[{"name":"rules[1]","match":{},"action":"pass"},{"match":{},"action":"pass"}]}"#, r#"rules[1].name: "rules[1]" is the name of an earlier rule: choose another one"#),
            ("empty status list", r#"{"rules":[{"match":{"status":[]},"action":"pass"}]}"#, "rules[0].match.status: [] is empty, so the rule could never match: leave it out to match all, or add an entry"),
            ("empty host list", r#"{"rules":[{"match":{"host":[]},"action":"pass"}]}"#, "rules[0].match.host: [] is empty, so the rule could never match: leave it out to match all, or add an entry"),
            ("empty method list", r#"{"rules":[{"match":{"method":[]},"action":"pass"}]}"#, "rules[0].match.method: [] is empty, so the rule could never match: leave it out to match all, or add an entry"),
            ("status 5x0", r#"{"rules":[{"match":{"status":["5x0"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "5x0" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status empty", r#"{"rules":[{"match":{"status":[""]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status xx", r#"{"rules":[{"match":{"status":["xx"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "xx" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status x00", r#"{"rules":[{"match":{"status":["x00"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "x00" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 55xx", r#"{"rules":[{"match":{"status":["55xx"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "55xx" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 5XX", r#"{"rules":[{"match":{"status":["5XX"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "5XX" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 500 ", r#"{"rules":[{"match":{"status":["500 "]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "500 " is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status +50", r#"{"rules":[{"match":{"status":["+50"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "+50" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 50", r#"{"rules":[{"match":{"status":["50"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "50" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 5000", r#"{"rules":[{"match":{"status":["5000"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "5000" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 5xx-599", r#"{"rules":[{"match":{"status":["5xx-599"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "5xx-599" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 500-", r#"{"rules":[{"match":{"status":["500-"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "500-" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 500-502-504", r#"{"rules":[{"match":{"status":["500-502-504"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "500-502-504" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status ٥٠٠", r#"{"rules":[{"match":{"status":["٥٠٠"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "٥٠٠" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 200", r#"{"rules":[{"match":{"status":["200"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "200" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 3xx", r#"{"rules":[{"match":{"status":["3xx"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "3xx" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 600", r#"{"rules":[{"match":{"status":["600"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "600" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 399-500", r#"{"rules":[{"match":{"status":["399-500"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "399-500" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 500-600", r#"{"rules":[{"match":{"status":["500-600"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "500-600" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("status 504-502", r#"{"rules":[{"match":{"status":["504-502"]},"action":"pass"}]}"#, r#"rules[0].match.status[0]: "504-502" ends before it begins: write 502-504"#),
            ("the second status of the second rule", r#"{"rules":[{"match":{},"action":"pass"},{"match":{"status":["500","5x0"]},"action":"pass"}]}"#, r#"rules[1].match.status[1]: "5x0" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            ("host *", r#"{"rules":[{"match":{"host":["*"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "*" is every host: leave `host` out instead"#),
            ("host empty", r#"{"rules":[{"match":{"host":[""]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "" is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("host *.", r#"{"rules":[{"match":{"host":["*."]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "*." is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("host *.*.example.com", r#"{"rules":[{"match":{"host":["*.*.example.com"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "*.*.example.com" has a star in the wrong place: write it at the beginning only, for example *.example.com"#),
            ("host api.*.com", r#"{"rules":[{"match":{"host":["api.*.com"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "api.*.com" has a star in the wrong place: write it at the beginning only, for example *.example.com"#),
            ("host *example.com", r#"{"rules":[{"match":{"host":["*example.com"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "*example.com" has a star in the wrong place: write it at the beginning only, for example *.example.com"#),
            ("host http://a.example", r#"{"rules":[{"match":{"host":["http://a.example"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "http://a.example" has a scheme: write only the host, for example api.example.com"#),
            ("host a.example/x", r#"{"rules":[{"match":{"host":["a.example/x"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "a.example/x" has a slash: write only the host, and put the path into `path`"#),
            ("host a.example:80", r#"{"rules":[{"match":{"host":["a.example:80"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "a.example:80" has a port: leave it out, ports are ignored"#),
            ("host [::1]:80", r#"{"rules":[{"match":{"host":["[::1]:80"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "[::1]:80" has a port: leave it out, ports are ignored"#),
            ("host ::1", r#"{"rules":[{"match":{"host":["::1"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "::1" is an IPv6 address without brackets: write for example [::1]"#),
            ("host [::g]", r#"{"rules":[{"match":{"host":["[::g]"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "[::g]" is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("host *.[::1]", r#"{"rules":[{"match":{"host":["*.[::1]"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "*.[::1]" is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("host bücher.example", r#"{"rules":[{"match":{"host":["bücher.example"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "bücher.example" is not ASCII: write the host as it stands in requests (xn--...)"#),
            ("host a..b", r#"{"rules":[{"match":{"host":["a..b"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "a..b" is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("host a b", r#"{"rules":[{"match":{"host":["a b"]},"action":"pass"}]}"#, r#"rules[0].match.host[0]: "a b" is not a host: write a host (api.example.com) or a suffix (*.example.com)"#),
            ("path: nothing", r#"{"rules":[{"match":{"path":{}},"action":"pass"}]}"#, r#"rules[0].match.path: is empty: write {"exact": "/health"} or {"prefix": "/api/"}"#),
            ("path: both", r#"{"rules":[{"match":{"path":{"exact":"/a","prefix":"/b"}},"action":"pass"}]}"#, "rules[0].match.path: has both `exact` and `prefix`: keep one, or write two rules"),
            ("path: no slash", r#"{"rules":[{"match":{"path":{"exact":"a"}},"action":"pass"}]}"#, r#"rules[0].match.path.exact: "a" does not start with /: write the path from its beginning, for example /api/"#),
            ("path: empty", r#"{"rules":[{"match":{"path":{"prefix":""}},"action":"pass"}]}"#, r#"rules[0].match.path.prefix: "" does not start with /: write the path from its beginning, for example /api/"#),
            ("path: a query", r#"{"rules":[{"match":{"path":{"exact":"/a?b"}},"action":"pass"}]}"#, r#"rules[0].match.path.exact: "/a?b" has a query or a fragment: leave it out, only the path is compared"#),
            ("path: a fragment", r#"{"rules":[{"match":{"path":{"prefix":"/a#b"}},"action":"pass"}]}"#, r#"rules[0].match.path.prefix: "/a#b" has a query or a fragment: leave it out, only the path is compared"#),
            ("path: a space", r#"{"rules":[{"match":{"path":{"prefix":"/a b"}},"action":"pass"}]}"#, r#"rules[0].match.path.prefix: "/a b" has characters that no request has: write the path as it stands in requests, percent-encoded"#),
            ("path: not ASCII", r#"{"rules":[{"match":{"path":{"exact":"/ä"}},"action":"pass"}]}"#, r#"rules[0].match.path.exact: "/ä" has characters that no request has: write the path as it stands in requests, percent-encoded"#),
            ("method get", r#"{"rules":[{"match":{"method":["get"]},"action":"pass"}]}"#, r#"rules[0].match.method[0]: "get" would never match, methods are upper case: write GET"#),
            ("method empty", r#"{"rules":[{"match":{"method":[""]},"action":"pass"}]}"#, r#"rules[0].match.method[0]: "" is not a method: write for example GET"#),
            ("method GE T", r#"{"rules":[{"match":{"method":["GE T"]},"action":"pass"}]}"#, r#"rules[0].match.method[0]: "GE T" is not a method: write for example GET"#),
            ("method GET,POST", r#"{"rules":[{"match":{"method":["GET,POST"]},"action":"pass"}]}"#, r#"rules[0].match.method[0]: "GET,POST" is not a method: write for example GET"#),
            ("method too long", r#"{"rules":[{"match":{"method":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]},"action":"pass"}]}"#, r#"rules[0].match.method[0]: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" is not a method: write for example GET"#),
            ("max_bytes 0", r#"{"inspect":{"max_bytes":0}}"#, "inspect.max_bytes: 0 is out of range: write a whole number from 1 to 1048576, because Envoy's buffer holds 1 MiB by default"),
            ("max_bytes 1048577", r#"{"inspect":{"max_bytes":1048577}}"#, "inspect.max_bytes: 1048577 is out of range: write a whole number from 1 to 1048576, because Envoy's buffer holds 1 MiB by default"),
            ("max_bytes 18446744073709551615", r#"{"inspect":{"max_bytes":18446744073709551615}}"#, "inspect.max_bytes: 18446744073709551615 is out of range: write a whole number from 1 to 1048576, because Envoy's buffer holds 1 MiB by default"),
            ("max_per_second 0", r#"{"report":{"max_per_second":0}}"#, "report.max_per_second: 0 is out of range: write a whole number from 1 to 100000, because a log must stay readable"),
            ("timeout_ms 0", r#"{"inspect":{"timeout_ms":0}}"#, "inspect.timeout_ms: 0 is out of range: write a whole number from 1 to 60000, because a client waits meanwhile"),
            ("upstream.timeout_ms 0", r#"{"upstream":{"timeout_ms":0}}"#, "upstream.timeout_ms: 0 is out of range: write a whole number from 1 to 600000, because a client waits meanwhile"),
            ("upstream.timeout_ms 600001", r#"{"upstream":{"timeout_ms":600001}}"#, "upstream.timeout_ms: 600001 is out of range: write a whole number from 1 to 600000, because a client waits meanwhile"),
            ("timeout_ms 60001", r#"{"inspect":{"timeout_ms":60001}}"#, "inspect.timeout_ms: 60001 is out of range: write a whole number from 1 to 60000, because a client waits meanwhile"),
            ("allow: a misspelt detector", r#"{"inspect":{"allow":{"detectors":["python.traceback","pyton.frame"]}}}"#, r#"inspect.allow.detectors[1]: "pyton.frame" is not a detector: write an ID as reports name it (address.localhost) or a family (address.*) (did you mean `python.frame`?)"#),
            ("allow: a family that is none", r#"{"inspect":{"allow":{"detectors":["py*"]}}}"#, r#"inspect.allow.detectors[0]: "py*" is not a detector: write an ID as reports name it (address.localhost) or a family (address.*)"#),
            ("allow: a short text", r#"{"inspect":{"allow":{"texts":["abc"]}}}"#, r#"inspect.allow.texts[0]: "abc" is not a text to look for: write 4 to 256 bytes without a line break"#),
            ("deny: a misspelt detector", r#"{"inspect":{"deny":{"detectors":["pth.*"]}}}"#, r#"inspect.deny.detectors[0]: "pth.*" is not a detector: write an ID as reports name it (address.localhost) or a family (address.*)"#),
            ("deny: an allowed detector", r#"{"inspect":{"allow":{"detectors":["path.*"]},"deny":{"detectors":["path.*"]}}}"#, r#"inspect.deny.detectors[0]: "path.*" is in inspect.allow.detectors as well: keep one of the two"#),
            ("deny: a bad pattern", r#"{"inspect":{"deny":{"patterns":["ACME","ACME-[0-9"]}}}"#, r#"inspect.deny.patterns[1]: "ACME-[0-9" is not a pattern to look for: at character 6, this class is not closed: write `]`, or `\[` for the sign"#),
            ("allow: a pattern for everything", r#"{"inspect":{"allow":{"patterns":[".*"]}}}"#, r#"inspect.allow.patterns[0]: ".*" is not a pattern to look for: at character 1, the pattern matches the empty text, and so everywhere: write something that must be there"#),
            ("deny: a line break", r#"{"inspect":{"deny":{"texts":["abcd","ab\ncd"]}}}"#, r#"inspect.deny.texts[1]: "ab\ncd" is not a text to look for: write 4 to 256 bytes without a line break"#),
            ("header empty", r#"{"correlation":{"header":""}}"#, r#"correlation.header: "" is not a header name: write letters, digits and dashes, at most 64, for example x-request-id"#),
            ("header :path", r#"{"correlation":{"header":":path"}}"#, r#"correlation.header: ":path" is a pseudo-header of HTTP/2: write a header name of its own, for example x-request-id"#),
            ("header x request id", r#"{"correlation":{"header":"x request id"}}"#, r#"correlation.header: "x request id" is not a header name: write letters, digits and dashes, at most 64, for example x-request-id"#),
            ("header x-line break", r#"{"correlation":{"header":"x-\n"}}"#, r#"correlation.header: "x-\n" is not a header name: write letters, digits and dashes, at most 64, for example x-request-id"#),
            ("header Content-Length", r#"{"correlation":{"header":"Content-Length"}}"#, r#"correlation.header: "Content-Length" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header host", r#"{"correlation":{"header":"host"}}"#, r#"correlation.header: "host" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header transfer-encoding", r#"{"correlation":{"header":"transfer-encoding"}}"#, r#"correlation.header: "transfer-encoding" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header set-cookie", r#"{"correlation":{"header":"set-cookie"}}"#, r#"correlation.header: "set-cookie" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header traceparent", r#"{"correlation":{"header":"traceparent"}}"#, r#"correlation.header: "traceparent" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header x-forwarded-for", r#"{"correlation":{"header":"x-forwarded-for"}}"#, r#"correlation.header: "x-forwarded-for" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("header x-backstop-reveal", r#"{"correlation":{"header":"X-Backstop-Reveal"}}"#, r#"correlation.header: "X-Backstop-Reveal" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("no sources", r#"{"correlation":{"sources":[]}}"#, "correlation.sources: is empty: name a header, or write `\"trust\": false` to take no ID over"),
            ("nine sources", r#"{"correlation":{"sources":["a","b","c","d","e","f","g","h","i"]}}"#, "correlation.sources: has 9 entries: at most 8 are allowed"),
            ("source cookie", r#"{"correlation":{"sources":["traceparent","Cookie"]}}"#, r#"correlation.sources[1]: "Cookie" has a meaning of its own: write a header name that nothing else uses, for example x-request-id"#),
            ("source twice", r#"{"correlation":{"sources":["cf-ray","CF-Ray"]}}"#, r#"correlation.sources[1]: "CF-Ray" stands in this list twice: keep one of the two"#),
            ("echo behind the matcher", r#"{"correlation":{"echo":"all"},"capture":"filter_state"}"#, r#"correlation.echo: "all" does not go with `capture: filter_state`, whose matcher keeps most responses away: write errors, and let Envoy add the field (`response_headers_to_add` of the virtual host), or take the plain wiring"#),
            ("header too long", r#"{"correlation":{"header":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}"#, r#"correlation.header: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" is not a header name: write letters, digits and dashes, at most 64, for example x-request-id"#),
            ("reveal: a short secret", r#"{"reveal":{"secret":"0123456789abcdef0123456789abcde"}}"#, "reveal.secret: is not safe: write 32 to 512 letters, digits and signs, for example what `openssl rand -hex 32` prints"),
            ("reveal: a short previous secret", r#"{"reveal":{"secret":"0123456789abcdef0123456789abcdef","previous_secret":"0123"}}"#, "reveal.previous_secret: is not safe: write 32 to 512 letters, digits and signs, for example what `openssl rand -hex 32` prints"),
            ("reveal: no secret", r#"{"reveal":{}}"#, "reveal: `secret` is missing: write 32 to 512 characters"),
            ("reveal: a text", r#"{"reveal":"0123456789abcdef0123456789abcdef"}"#, r#"reveal: is not an object: write {"secret": "..."} with a secret of 32 to 512 characters"#),
            ("another environment", r#"{"environment":"staging"}"#, r#"environment: "staging" is not an environment: write `production` or `development`"#),
            ("brand name: empty", r#"{"brand":{"name":""}}"#, r#"brand.name: "" is empty: leave it out instead"#),
            ("brand name: white", r#"{"brand":{"name":" "}}"#, r#"brand.name: " " is empty: leave it out instead"#),
            ("brand name: too long", r#"{"brand":{"name":"äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"}}"#, r#"brand.name: "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…" is longer than 80 characters: write a shorter name"#),
            ("brand name: line break", r#"{"brand":{"name":"a\nb"}}"#, r#"brand.name: "a\nb" has control characters: remove them"#),
            ("brand name: escape", r#"{"brand":{"name":"a\u001bb"}}"#, r#"brand.name: "a\u001bb" has control characters: remove them"#),
            ("brand name: C1", r#"{"brand":{"name":"a\u009bb"}}"#, r#"brand.name: "a\u009bb" has control characters: remove them"#),
            ("brand name: bidi", r#"{"brand":{"name":"a\u202eb"}}"#, r#"brand.name: "a\u202eb" has control characters: remove them"#),
            ("support_url: empty", r#"{"brand":{"support_url":""}}"#, r#"brand.support_url: "" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: relative", r#"{"brand":{"support_url":"/help"}}"#, r#"brand.support_url: "/help" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: no scheme", r#"{"brand":{"support_url":"acme.example"}}"#, r#"brand.support_url: "acme.example" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: script", r#"{"brand":{"support_url":"javascript:alert(1)"}}"#, r#"brand.support_url: "javascript:alert(1)" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: data", r#"{"brand":{"support_url":"data:text/html,x"}}"#, r#"brand.support_url: "data:text/html,x" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: capitals", r#"{"brand":{"support_url":"HTTPS://acme.example"}}"#, r#"brand.support_url: "HTTPS://acme.example" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"#),
            ("support_url: no host", r#"{"brand":{"support_url":"https://"}}"#, r#"brand.support_url: "https://" is not a URL: write for example https://status.acme.example"#),
            ("support_url: no host but a path", r#"{"brand":{"support_url":"https:///x"}}"#, r#"brand.support_url: "https:///x" is not a URL: write for example https://status.acme.example"#),
            ("support_url: password", r#"{"brand":{"support_url":"https://a:b@acme.example"}}"#, r#"brand.support_url: "https://a:b@acme.example" has a user name or a password, which every client would read: remove it"#),
            ("support_url: space", r#"{"brand":{"support_url":"https://acme.example/a b"}}"#, r#"brand.support_url: "https://acme.example/a b" has spaces, quotes or characters that are not ASCII: percent-encode them"#),
            ("support_url: quote", r#"{"brand":{"support_url":"https://acme.example/\""}}"#, r#"brand.support_url: "https://acme.example/\"" has spaces, quotes or characters that are not ASCII: percent-encode them"#),
            ("support_url: markup", r#"{"brand":{"support_url":"https://acme.example/<b>"}}"#, r#"brand.support_url: "https://acme.example/<b>" has spaces, quotes or characters that are not ASCII: percent-encode them"#),
            ("support_url: not ASCII", r#"{"brand":{"support_url":"https://acme.example/ä"}}"#, r#"brand.support_url: "https://acme.example/ä" has spaces, quotes or characters that are not ASCII: percent-encode them"#),
            ("support_url: mail without host", r#"{"brand":{"support_url":"mailto:help"}}"#, r#"brand.support_url: "mailto:help" is not a mail address: write for example mailto:help@acme.example"#),
            ("support_url: mail without name", r#"{"brand":{"support_url":"mailto:@acme.example"}}"#, r#"brand.support_url: "mailto:@acme.example" is not a mail address: write for example mailto:help@acme.example"#),
        ];
        for (name, json, expected) in rows {
            assert_eq!(refusal(json), *expected, "{name}");
        }
    }

    #[test]
    fn caps_are_exact() {
        let rules = |count: usize| format!(r#"{{"rules":[{}]}}"#, vec![r#"{"match":{},"action":"pass"}"#; count].join(","));
        let rule = |matches: &str| format!(r#"{{"rules":[{{"match":{matches},"action":"pass"}}]}}"#);
        let statuses = |count: usize| rule(&format!(r#"{{"status":[{}]}}"#, vec![r#""500""#; count].join(",")));
        let host = |length: usize| rule(&format!(r#"{{"host":["{}"]}}"#, "a".repeat(length)));
        let path = |length: usize| rule(&format!(r#"{{"path":{{"exact":"/{}"}}}}"#, "a".repeat(length - 1)));
        let brand = |length: usize| format!(r#"{{"brand":{{"name":"{}"}}}}"#, "ä".repeat(length));
        let url = |length: usize| format!(r#"{{"brand":{{"support_url":"https://a/{}"}}}}"#, "a".repeat(length - 10));
        let denied = |count: usize| format!(r#"{{"inspect":{{"deny":{{"texts":[{}]}}}}}}"#, vec![r#""abcd""#; count].join(","));
        let allowed = |length: usize| format!(r#"{{"inspect":{{"allow":{{"texts":["{}"]}}}}}}"#, "a".repeat(length));
        let bytes = |bytes: usize| format!(r#"{{"inspect":{{"max_bytes":{bytes}}}}}"#);
        let millis = |millis: usize| format!(r#"{{"inspect":{{"timeout_ms":{millis}}}}}"#);
        let document = |length: usize| " ".repeat(length);
        type Document<'a> = &'a dyn Fn(usize) -> String;
        let rows: &[(&str, Document<'_>, usize, &str)] = &[
            ("rules", &rules, 256, "rules: has 257 rules: at most 256 are allowed, merge some"),
            ("entries", &statuses, 64, "rules[0].match.status: has 65 entries: at most 64 are allowed, write several rules"),
            ("host", &host, 253, "is not a host: write a host (api.example.com) or a suffix (*.example.com)"),
            ("path", &path, 1024, "is longer than 1024 characters: write a shorter prefix"),
            ("denied texts", &denied, 64, "inspect.deny.texts: has 65 entries: at most 64 are allowed"),
            ("allowed text", &allowed, 256, "is not a text to look for: write 4 to 256 bytes without a line break"),
            ("brand", &brand, 80, "is longer than 80 characters: write a shorter name"),
            ("URL", &url, 512, "is longer than 512 characters: write a shorter URL"),
            (
                "bytes",
                &bytes,
                1_048_576,
                "is out of range: write a whole number from 1 to 1048576, because Envoy's buffer holds 1 MiB by default",
            ),
            ("millis", &millis, 60_000, "is out of range: write a whole number from 1 to 60000, because a client waits meanwhile"),
            ("document", &document, 1_048_576, "the document: has 1048577 bytes: at most 1048576 are read, make it shorter"),
        ];
        for (name, json, cap, expected) in rows {
            assert_eq!(refusal(&json(*cap)), "accepted", "{name}");
            let refusal = refusal(&json(cap + 1));
            assert!(refusal.ends_with(expected), "{name}: {refusal}");
            assert!(refusal.len() < 300, "{name}: {refusal}");
        }
    }

    #[test]
    fn full_documents_are_accepted() {
        for json in [
            // The example of the design.
            r#"{ "rules": [ { "name": "api", "match": { "status": ["500", "502-504"], "path": { "prefix": "/api/" } }, "action": "sanitize" },
                            { "match": { "status": ["5xx"] }, "action": "replace" } ],
                 "inspect": { "max_bytes": 262144, "level": "standard" },
                 "correlation": { "header": "x-request-id", "trust": true },
                 "respond": { "json": "flat" },
                 "brand": { "name": "Acme", "support_url": "https://status.acme.example" } }"#,
            r#"{"rules":[{"name":"all","match":{"status":["4xx","599"],"host":["a.example","*.b.example","[::1]","127.0.0.1","xn--bcher-kva.example"],
                 "path":{"exact":"/%C3%A4"},"method":["GET","M-SEARCH"],"origin":"proxy"},"action":"observe"}],
                 "inspect":{"max_bytes":1,"timeout_ms":1},"correlation":{"header":"X-Amzn-Trace-Id","trust":false},"respond":{"json":"nested"},
                 "brand":{"name":"Ärzte & Söhne","support_url":"mailto:help@acme.example?subject=Error"},"capture":"filter_state"}"#,
        ] {
            assert_eq!(refusal(json), "accepted");
        }
    }
}
