//! What the configuration says about an upstream that fails, checked.

use super::{BreakerRules, CopyRules, Maintenance, Resilience, RetryRules};
use crate::config::{self, ConfigError, Upkeep};
use crate::policy::{Conditions, PathPattern, StatusSet, any_name, path_problem, plain_value, refuse_long, statuses};
use http::header::HeaderName;

pub(super) fn compile(Upkeep { upstream_timeout_ms, resilience: parts, maintenance }: Upkeep) -> Result<Resilience, ConfigError> {
    let mut resilience = Resilience::default();
    if let Some(retry) = parts.retry {
        let statuses = or_these("retry", retry.statuses, GATEWAYS)?;
        let config::Retry { attempts, backoff_ms: backoff, max_wait_ms: max_wait, total_ms: total, budget_percent, .. } = retry;
        resilience.retry = Some(RetryRules { attempts, statuses, backoff, max_wait, total, budget_percent });
    }
    if let Some(stale) = parts.stale_if_error {
        let statuses = or_these("stale_if_error", stale.statuses, OUTAGES)?;
        resilience.copies = Some(CopyRules { max_stale: stale.max_stale_seconds, max_bytes: stale.max_bytes, statuses });
    }
    if let Some(breaker) = parts.breaker {
        let statuses = or_these("breaker", breaker.statuses, SERVER_ERRORS)?;
        let config::Breaker { error_percent, min_requests, window_ms: window, open_ms: open, max_open_ms, probes, .. } = breaker;
        let max_open = max_open_ms.max(open);
        let probe = upstream_timeout_ms.map_or(PROBE, |limit| limit.saturating_add(PROBE_SLACK));
        resilience.breaker = Some(BreakerRules { error_percent, min_requests, window, open, max_open, probes, probe, statuses });
    }
    // What is wrong with maintenance is said when it is off, too.
    if let Some(config::Maintenance { enabled, matches, retry_after, except }) = maintenance {
        let conditions = Conditions::compile("maintenance.match", matches)?;
        let compiled =
            Maintenance { conditions, retry_after, open_paths: open_paths(except.paths)?, pass: pass(except.header, except.value)? };
        resilience.maintenance = enabled.then_some(compiled);
    }
    Ok(resilience)
}

fn open_paths(paths: Option<Vec<String>>) -> Result<Vec<PathPattern>, ConfigError> {
    const AT: &str = "maintenance.except.paths";
    let mut open = Vec::new();
    for (index, text) in paths.unwrap_or_default().into_iter().enumerate() {
        refuse_long(AT, index, MAX_PATHS)?;
        let start = text.strip_suffix('*');
        let path = start.unwrap_or(&text).to_owned();
        let star = path.contains('*').then_some("has a star in the wrong place: write it at the end only, for example /.well-known/*");
        if let Some(problem) = path_problem(&path).or(star) {
            return Err(ConfigError::of(format!("{AT}[{index}]"), text, problem));
        }
        open.push(if start.is_some() { PathPattern::Prefix(path) } else { PathPattern::Exact(path) });
    }
    Ok(open)
}

fn pass(header: Option<String>, value: Option<String>) -> Result<Option<(HeaderName, String)>, ConfigError> {
    if header.is_none() && value.is_none() {
        return Ok(None);
    }
    let name = header.and_then(|header| any_name(&header).ok());
    // The value is a secret: the refusal does not show it.
    let value = value.filter(|value| (16..=256).contains(&value.len()) && plain_value(value).is_some());
    let problem = "needs a `header` and a `value` that nobody guesses: write the name of a header, and 16 to 256 visible ASCII characters";
    name.zip(value).map(Some).ok_or_else(|| ConfigError::at("maintenance.except", problem))
}

/// The statuses of a list, which may be empty: then none counts.
fn or_these(name: &str, texts: Option<Vec<String>>, these: StatusSet) -> Result<StatusSet, ConfigError> {
    match texts {
        None => Ok(these),
        Some(texts) if texts.is_empty() => Ok(StatusSet::default()),
        texts => Ok(statuses(&["resilience.", name, ".statuses"].concat(), texts)?.unwrap_or_default()),
    }
}

/// 502-504 and 520-524.
const GATEWAYS: StatusSet = StatusSet::bits([0, 0b111 << 38 | 0b1_1111 << 56, 0, 0]);
/// 500, 502-504 and 520-530.
const OUTAGES: StatusSet = StatusSet::bits([0, 1 << 36 | 0b111 << 38 | 0xff << 56, 0b111, 0]);
/// 500-599.
const SERVER_ERRORS: StatusSet = StatusSet::bits([0, u64::MAX << 36, u64::MAX, u64::MAX >> 56]);

/// How long a probe may take, in milliseconds: where no time limit says it, and beyond one that does.
const PROBE: u64 = 30_000;
const PROBE_SLACK: u64 = 1000;
const MAX_PATHS: usize = 64;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        Resilience::from_json(json).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
    }

    #[test]
    fn refusals() {
        const UPSTREAM: &str = "a time in milliseconds to wait for an upstream";
        const CLIENTS: &str = "a time in milliseconds to let clients wait";
        const NEED: &str = "maintenance.except: needs a `header` and a `value` that nobody guesses: write the name of a header, and 16 to 256 visible ASCII characters";
        let retry = |member: &str| format!(r#"{{"resilience":{{"retry":{{{member}}}}}}}"#);
        let stale = |member: &str| format!(r#"{{"resilience":{{"stale_if_error":{{{member}}}}}}}"#);
        let breaker = |member: &str| format!(r#"{{"resilience":{{"breaker":{{{member}}}}}}}"#);
        let except = |member: &str| format!(r#"{{"maintenance":{{"enabled":false,"except":{{{member}}}}}}}"#);
        let range = |place: &str, number: u64, noun: &str, least: u64, most: u64| {
            format!("resilience.{place}: {number} is not {noun}: write a whole number from {least} to {most}")
        };
        #[rustfmt::skip]
        let rows = [
            (r#"{"resilience":{"retries":{}}}"#.to_owned(), "resilience: \"retries\" is not known here: write `retry`, `stale_if_error` or `breaker`".to_owned()),
            (r#"{"resilience":{"retry":true}}"#.to_owned(), "resilience.retry: true is not an object: write {} for the defaults, or an object".to_owned()),
            (retry(r#""attempts":0"#), range("retry.attempts", 0, "a number of attempts, the first included", 2, 5)),
            (retry(r#""attempts":1"#), range("retry.attempts", 1, "a number of attempts, the first included", 2, 5)),
            (retry(r#""attempts":null"#), "resilience.retry.attempts: null is not a number of attempts, the first included: leave it out, or write a whole number from 2 to 5".to_owned()),
            (retry(r#""attempts":"3""#), "resilience.retry.attempts: \"3\" is not a number of attempts, the first included: write a whole number from 2 to 5".to_owned()),
            (retry(r#""attempts":6"#), range("retry.attempts", 6, "a number of attempts, the first included", 2, 5)),
            (retry(r#""budget_percent":101"#), range("retry.budget_percent", 101, "a percentage", 1, 100)),
            (retry(r#""budget_percent":0"#), range("retry.budget_percent", 0, "a percentage", 1, 100)),
            (retry(r#""backoff_ms":0"#), range("retry.backoff_ms", 0, CLIENTS, 1, 10_000)),
            (retry(r#""max_wait_ms":10001"#), range("retry.max_wait_ms", 10_001, CLIENTS, 1, 10_000)),
            (retry(r#""total_ms":99"#), range("retry.total_ms", 99, UPSTREAM, 100, 300_000)),
            (retry(r#""statuses":["200"]"#), "resilience.retry.statuses[0]: \"200\" is outside 400 to 599, and only error statuses count: write a code (500), a range (502-504) or a class (4xx, 5xx)".to_owned()),
            (retry(r#""statuses":["503","5x0"]"#), "resilience.retry.statuses[1]: \"5x0\" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)".to_owned()),
            (stale(r#""max_stale_seconds":0"#), range("stale_if_error.max_stale_seconds", 0, "a number of seconds, a week at most", 1, 604_800)),
            (stale(r#""max_bytes":4194305"#), range("stale_if_error.max_bytes", 4_194_305, "a number of bytes to keep", 1, 4_194_304)),
            (breaker(r#""error_percent":101"#), range("breaker.error_percent", 101, "a percentage", 1, 100)),
            (breaker(r#""min_requests":0"#), range("breaker.min_requests", 0, "a number of requests", 1, 10_000)),
            (breaker(r#""window_ms":999"#), range("breaker.window_ms", 999, "a time in milliseconds to look back on", 1000, 300_000)),
            (breaker(r#""probes":11"#), range("breaker.probes", 11, "a number of requests", 1, 10)),
            (breaker(r#""open_ms":99"#), range("breaker.open_ms", 99, "a time in milliseconds to leave an upstream alone", 100, 300_000)),
            (r#"{"maintenance":{}}"#.to_owned(), "maintenance: `enabled` is missing: write true or false, without quotes".to_owned()),
            (r#"{"maintenance":true}"#.to_owned(), "maintenance: true is not an object: write for example {\"enabled\": true}".to_owned()),
            (r#"{"maintenance":{"enabled":false,"retry_after":0}}"#.to_owned(), "maintenance.retry_after: 0 is not a number of seconds, a day at most: write a whole number from 1 to 86400".to_owned()),
            (r#"{"maintenance":{"enabled":true,"match":{"host":["*"]}}}"#.to_owned(), "maintenance.match.host[0]: \"*\" is every host: leave `host` out instead".to_owned()),
            (except(r#""paths":["healthz"]"#), "maintenance.except.paths[0]: \"healthz\" does not start with /: write the path from its beginning, for example /api/".to_owned()),
            (except(r#""paths":["/a/*/b"]"#), "maintenance.except.paths[0]: \"/a/*/b\" has a star in the wrong place: write it at the end only, for example /.well-known/*".to_owned()),
            (except(r#""header":"x-preview""#), NEED.to_owned()),
            (except(r#""value":"let-me-see-whether-it-works""#), NEED.to_owned()),
            (except(r#""header":"x y","value":"let-me-see-whether-it-works""#), NEED.to_owned()),
            (except(r#""header":"x-preview","value":"s3cret""#), NEED.to_owned()),
            (except(r#""header":"x-preview","value":["s3cret-s3cret-s3cret"]"#), "maintenance.except.value: is not a text: write 16 to 256 visible characters, in double quotes".to_owned()),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(&json), expected, "{json}");
        }
    }

    #[test]
    fn the_statuses_that_count_by_default() {
        let set = |texts: &[&str]| statuses("", Some(texts.iter().map(|text| (*text).to_owned()).collect())).unwrap().unwrap();
        assert_eq!(GATEWAYS, set(&["502-504", "520-524"]));
        assert_eq!(OUTAGES, set(&["500", "502-504", "520-530"]));
        assert_eq!(SERVER_ERRORS, set(&["5xx"]));
    }

    #[test]
    fn accepted() {
        for json in [
            r#"{"resilience":{}}"#,
            r#"{"upstream":{"timeout_ms":100},"resilience":{"retry":{},"stale_if_error":{},"breaker":{}}}"#,
            r#"{"resilience":{"retry":{"statuses":[]},"breaker":{"statuses":["4xx","5xx"],"open_ms":90000}}}"#,
            r#"{"maintenance":{"enabled":true,"except":{"paths":[]}}}"#,
        ] {
            assert_eq!(refusal(json), "accepted", "{json}");
        }
    }
}
