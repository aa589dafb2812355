//! What the configuration says about an upstream that fails, checked.

use super::answer::{any_name, plain_value};
use super::compile::{in_range, path_problem, refuse_long, statuses};
use super::{Conditions, PathPattern, StatusSet};
use crate::config::{self, ConfigError};
use crate::resilience::{BreakerRules, CopyRules, Maintenance, Resilience, RetryRules};
use http::header::HeaderName;
use std::ops::RangeInclusive;

pub(super) fn compile(parts: config::Resilience, maintenance: Option<config::Maintenance>) -> Result<Resilience, ConfigError> {
    Ok(Resilience {
        timeout: parts.timeout_ms.map(|millis| number("timeout_ms", millis, LONG)).transpose()?,
        retry: parts.retry.map(retry).transpose()?,
        copies: parts.stale_if_error.map(copies).transpose()?,
        breaker: parts.breaker.map(breaker).transpose()?,
        maintenance: maintenance.map(self::maintenance).transpose()?.flatten(),
    })
}

fn retry(retry: config::Retry) -> Result<RetryRules, ConfigError> {
    if retry.attempts < 2 {
        let problem = "would send nothing again: write a whole number from 2 to 5, the first attempt included, or leave `retry` out";
        return Err(ConfigError::of("resilience.retry.attempts", retry.attempts, problem));
    }
    Ok(RetryRules {
        attempts: number("retry.attempts", retry.attempts, 2..=5)?,
        statuses: or_these("retry.statuses", retry.statuses, &["502-504", "520-524"])?,
        backoff: number("retry.backoff_ms", retry.backoff_ms, SHORT)?,
        max_wait: number("retry.max_wait_ms", retry.max_wait_ms, SHORT)?,
        total: number("retry.total_ms", retry.total_ms, LONG)?,
        budget_percent: number("retry.budget_percent", retry.budget_percent, PERCENT)?,
    })
}

fn copies(stale: config::StaleIfError) -> Result<CopyRules, ConfigError> {
    Ok(CopyRules {
        max_stale: number("stale_if_error.max_stale_seconds", stale.max_stale_seconds, 1..=604_800)?,
        max_bytes: number("stale_if_error.max_bytes", stale.max_bytes, 1..=4_194_304)?,
        statuses: or_these("stale_if_error.statuses", stale.statuses, &["500", "502-504", "520-530"])?,
    })
}

fn breaker(breaker: config::Breaker) -> Result<BreakerRules, ConfigError> {
    let open = number("breaker.open_ms", breaker.open_ms, LONG)?;
    let max_open = number("breaker.max_open_ms", breaker.max_open_ms, 100..=3_600_000)?;
    if max_open < open {
        let problem = format!("is less than `open_ms`, with which it begins: write a whole number from {open} to 3600000");
        return Err(ConfigError::of("resilience.breaker.max_open_ms", max_open, problem));
    }
    Ok(BreakerRules {
        error_percent: number("breaker.error_percent", breaker.error_percent, PERCENT)?,
        min_requests: number("breaker.min_requests", breaker.min_requests, 1..=10_000)?,
        window: number("breaker.window_ms", breaker.window_ms, 1000..=300_000)?,
        open,
        max_open,
        probes: number("breaker.probes", breaker.probes, 1..=10)?,
        statuses: or_these("breaker.statuses", breaker.statuses, &["5xx"])?,
    })
}

/// `None` where it is switched off; what is wrong with it is said all the same.
fn maintenance(maintenance: config::Maintenance) -> Result<Option<Maintenance>, ConfigError> {
    let config::Except { paths, header, value } = maintenance.except;
    let compiled = Maintenance {
        conditions: Conditions::compile("maintenance.match", maintenance.matches)?,
        retry_after: in_range("maintenance.retry_after", maintenance.retry_after, 1..=86_400, "because clients come again then")?,
        open_paths: open_paths(paths.unwrap_or_default())?,
        pass: pass(header, value)?,
    };
    Ok(maintenance.enabled.then_some(compiled))
}

fn open_paths(paths: Vec<String>) -> Result<Vec<PathPattern>, ConfigError> {
    const AT: &str = "maintenance.except.paths";
    refuse_long(AT, paths.len(), MAX_PATHS)?;
    let path = |(index, text): (usize, String)| {
        let (path, pattern): (_, fn(String) -> PathPattern) = match text.strip_suffix('*') {
            Some(start) => (start, PathPattern::Prefix),
            None => (text.as_str(), PathPattern::Exact),
        };
        let problem = match path_problem(path) {
            None if path.contains('*') => "has a star in the wrong place: write it at the end only, for example /.well-known/*",
            None => return Ok(pattern(path.to_owned())),
            Some(problem) => problem,
        };
        Err(ConfigError::of(format!("{AT}[{index}]"), text, problem))
    };
    paths.into_iter().enumerate().map(path).collect()
}

fn pass(header: Option<String>, value: Option<String>) -> Result<Option<(HeaderName, String)>, ConfigError> {
    const AT: &str = "maintenance.except";
    match (header, value) {
        (None, None) => Ok(None),
        (Some(header), Some(value)) => {
            let name = any_name(&header).map_err(|problem| ConfigError::of([AT, ".header"].concat(), header, problem))?;
            // The value is a secret: the refusal does not show it.
            if value.len() < 16 || value.len() > 256 || plain_value(&value).is_none() {
                let problem = "is not a value that nobody guesses: write 16 to 256 visible ASCII characters";
                return Err(ConfigError::at([AT, ".value"].concat(), problem));
            }
            Ok(Some((name, value)))
        }
        _ => Err(ConfigError::at(AT, "needs `header` and `value` together: write both, or neither")),
    }
}

/// The statuses of a list, which may be empty: then none counts.
fn or_these(name: &str, texts: Option<Vec<String>>, these: &[&str]) -> Result<StatusSet, ConfigError> {
    let texts = texts.unwrap_or_else(|| these.iter().map(|text| (*text).to_owned()).collect());
    let texts = (!texts.is_empty()).then_some(texts);
    Ok(statuses(&["resilience.", name].concat(), texts)?.unwrap_or_default())
}

fn number(name: &str, number: u64, range: RangeInclusive<u64>) -> Result<u64, ConfigError> {
    in_range(&["resilience.", name].concat(), number, range, "because clients wait, or the upstream bears it")
}

/// Milliseconds that somebody waits for an upstream.
const LONG: RangeInclusive<u64> = 100..=300_000;
/// Milliseconds that somebody waits for nothing.
const SHORT: RangeInclusive<u64> = 1..=10_000;
const PERCENT: RangeInclusive<u64> = 1..=100;
const MAX_PATHS: usize = 64;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::refusal;

    #[test]
    fn refusals() {
        let retry = |member: &str| format!(r#"{{"resilience":{{"retry":{{{member}}}}}}}"#);
        let stale = |member: &str| format!(r#"{{"resilience":{{"stale_if_error":{{{member}}}}}}}"#);
        let breaker = |member: &str| format!(r#"{{"resilience":{{"breaker":{{{member}}}}}}}"#);
        let except = |member: &str| format!(r#"{{"maintenance":{{"enabled":false,"except":{{{member}}}}}}}"#);
        let range = |place: &str, number: u64, least: u64, most: u64| {
            format!(
                "resilience.{place}: {number} is out of range: write a whole number from {least} to {most}, because clients wait, or the \
                 upstream bears it"
            )
        };
        #[rustfmt::skip]
        let rows = [
            (r#"{"resilience":{"timeout_ms":0}}"#.to_owned(), range("timeout_ms", 0, 100, 300_000)),
            (r#"{"resilience":{"retries":{}}}"#.to_owned(), "resilience: \"retries\" is not known here: write `timeout_ms`, `retry`, `stale_if_error` or `breaker`".to_owned()),
            (r#"{"resilience":{"retry":true}}"#.to_owned(), "resilience.retry: true is not an object: write {} for the defaults, or for example {\"attempts\": 3}".to_owned()),
            (retry(r#""attempts":0"#), "resilience.retry.attempts: 0 would send nothing again: write a whole number from 2 to 5, the first attempt included, or leave `retry` out".to_owned()),
            (retry(r#""attempts":1"#), "resilience.retry.attempts: 1 would send nothing again: write a whole number from 2 to 5, the first attempt included, or leave `retry` out".to_owned()),
            (retry(r#""attempts":6"#), range("retry.attempts", 6, 2, 5)),
            (retry(r#""budget_percent":101"#), range("retry.budget_percent", 101, 1, 100)),
            (retry(r#""budget_percent":0"#), range("retry.budget_percent", 0, 1, 100)),
            (retry(r#""backoff_ms":0"#), range("retry.backoff_ms", 0, 1, 10_000)),
            (retry(r#""max_wait_ms":10001"#), range("retry.max_wait_ms", 10_001, 1, 10_000)),
            (retry(r#""total_ms":99"#), range("retry.total_ms", 99, 100, 300_000)),
            (retry(r#""statuses":["200"]"#), "resilience.retry.statuses[0]: \"200\" is outside 400 to 599, and only error statuses are intercepted: write a code (500), a range (502-504) or a class (4xx, 5xx)".to_owned()),
            (retry(r#""statuses":["503","5x0"]"#), "resilience.retry.statuses[1]: \"5x0\" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)".to_owned()),
            (stale(r#""max_stale_seconds":0"#), range("stale_if_error.max_stale_seconds", 0, 1, 604_800)),
            (stale(r#""max_bytes":4194305"#), range("stale_if_error.max_bytes", 4_194_305, 1, 4_194_304)),
            (breaker(r#""error_percent":101"#), range("breaker.error_percent", 101, 1, 100)),
            (breaker(r#""min_requests":0"#), range("breaker.min_requests", 0, 1, 10_000)),
            (breaker(r#""window_ms":999"#), range("breaker.window_ms", 999, 1000, 300_000)),
            (breaker(r#""probes":11"#), range("breaker.probes", 11, 1, 10)),
            (breaker(r#""open_ms":90000"#), "resilience.breaker.max_open_ms: 60000 is less than `open_ms`, with which it begins: write a whole number from 90000 to 3600000".to_owned()),
            (r#"{"maintenance":{}}"#.to_owned(), "maintenance: `enabled` is missing: write true or false, without quotes".to_owned()),
            (r#"{"maintenance":true}"#.to_owned(), "maintenance: true is not an object: write for example {\"enabled\": true}".to_owned()),
            (r#"{"maintenance":{"enabled":false,"retry_after":0}}"#.to_owned(), "maintenance.retry_after: 0 is out of range: write a whole number from 1 to 86400, because clients come again then".to_owned()),
            (r#"{"maintenance":{"enabled":true,"match":{"host":["*"]}}}"#.to_owned(), "maintenance.match.host[0]: \"*\" is every host: leave `host` out instead".to_owned()),
            (except(r#""paths":["healthz"]"#), "maintenance.except.paths[0]: \"healthz\" does not start with /: write the path from its beginning, for example /api/".to_owned()),
            (except(r#""paths":["/a/*/b"]"#), "maintenance.except.paths[0]: \"/a/*/b\" has a star in the wrong place: write it at the end only, for example /.well-known/*".to_owned()),
            (except(r#""header":"x-preview""#), "maintenance.except: needs `header` and `value` together: write both, or neither".to_owned()),
            (except(r#""value":"let-me-see-whether-it-works""#), "maintenance.except: needs `header` and `value` together: write both, or neither".to_owned()),
            (except(r#""header":"x y","value":"let-me-see-whether-it-works""#), "maintenance.except.header: \"x y\" is not a header name: write letters, digits and dashes, at most 64".to_owned()),
            (except(r#""header":"x-preview","value":"s3cret""#), "maintenance.except.value: is not a value that nobody guesses: write 16 to 256 visible ASCII characters".to_owned()),
            (except(r#""header":"x-preview","value":["s3cret-s3cret-s3cret"]"#), "maintenance.except.value: is not a text: write 16 to 256 visible characters, in double quotes".to_owned()),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(&json), expected, "{json}");
        }
    }

    #[test]
    fn accepted() {
        for json in [
            r#"{"resilience":{}}"#,
            r#"{"resilience":{"timeout_ms":100,"retry":{},"stale_if_error":{},"breaker":{}}}"#,
            r#"{"resilience":{"retry":{"statuses":[]},"breaker":{"statuses":["4xx","5xx"],"open_ms":100,"max_open_ms":100}}}"#,
            r#"{"maintenance":{"enabled":true,"except":{"paths":[]}}}"#,
        ] {
            assert_eq!(refusal(json), "accepted", "{json}");
        }
    }
}
