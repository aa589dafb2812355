//! The configuration, compiled: immutable, shared by all exchanges.

mod answer;
mod brand;
mod compile;
mod operator;
mod otlp;
mod tenants;

pub use crate::config::ConfigError;

pub(crate) use answer::{Answer, any_name, plain_value};
pub(crate) use brand::Conditions;
pub(crate) use compile::{exact_host, path_problem, refuse_long, statuses};
pub use tenants::Tenants;

use crate::config::{Capture, Config};
use crate::correlation::{Correlation, Correlator, DEFAULT_HEADER};
use crate::detect::Detectors;
use crate::head::{Origin, RequestHead};
use crate::language::Languages;
use crate::otlp::Collector;
use crate::page::{Brand, PageTemplate};
use crate::redact::Masks;
use crate::reveal::{self, RevealKey, Viewers};
use crate::{Action, Seed};
use http::Method;
use http::header::{HeaderMap, HeaderName};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

/// A configuration that was understood. Everything that can fail about a configuration fails in [`Policy::compile`].
#[derive(Debug)]
pub struct Policy {
    rules: Vec<Rule>,
    touched: StatusSet,
    correlator: Correlator,
    echoes: bool,
    request_fields: Vec<HeaderName>,
    max_bytes: u64,
    hold_timeout: Duration,
    upstream_timeout: Option<Duration>,
    reports: Reports,
    capture: Capture,
    has_upkeep: bool,
    viewers: Viewers,
    /// What clients get where no rule decided.
    answer: Answer,
    templates: Vec<PageTemplate>,
    brands: brand::Brands,
    languages: Languages,
    strict: bool,
    detectors: Arc<Detectors>,
}

/// What reports say, and how often.
#[derive(Debug)]
pub(crate) struct Reports {
    pub(crate) per_second: u64,
    pub(crate) alike_per_second: u64,
    pub(crate) masks: Arc<Masks>,
    pub(crate) version: Option<String>,
    pub(crate) version_header: Option<HeaderName>,
    /// Whether the host's log gets them.
    pub(crate) logs: bool,
    pub(crate) collector: Option<Arc<Collector>>,
    /// Whose policy it is, where it is one of many.
    pub(crate) tenant: Option<String>,
}

/// The rule that decided about a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RuleMatch<'p> {
    /// For [`Policy::answer`].
    pub(crate) index: usize,
    /// The rule's name, or its place (`rules[1]`), or `default` where the configuration has no rules.
    pub(crate) name: &'p str,
    /// Never [`Action::Pass`].
    pub(crate) action: Action,
}

impl Policy {
    /// Parses and compiles a JSON document; an empty one means `{}`.
    ///
    /// # Errors
    /// The first thing that is wrong with the document, with its place and the fix.
    pub fn from_json(json: &str) -> Result<Policy, ConfigError> {
        Policy::compile(crate::config::parse(json)?)
    }

    /// Checks and compiles a configuration.
    ///
    /// # Errors
    /// The first value that is out of its range, with its place and the fix.
    pub fn compile(config: Config) -> Result<Policy, ConfigError> {
        compile::compile(config, &mut compile::detectors)
    }

    /// Whether any rule but `pass` could match a response with this status. A host asks this first and leaves everything else alone.
    pub fn touches(&self, status: u16) -> bool {
        self.touched.contains(status)
    }

    /// The statuses for which [`touches`](Policy::touches) is true, ascending: the same table, for a host that asks from another language.
    pub fn touched_statuses(&self) -> impl Iterator<Item = u16> + '_ {
        ERROR_STATUSES.filter(|status| self.touches(*status))
    }

    /// The ID for a request with these headers, for a host that must send it upstream before there is an
    /// [`Exchange`](crate::Exchange). Pass it on as [`RequestHead::correlation_id`].
    pub fn correlate(&self, headers: &HeaderMap, seed: &Seed) -> Correlation {
        self.correlator.correlate(headers, seed)
    }

    /// Whether a request that came with this value of the [`correlation_header`](Policy::correlation_header) keeps it and goes upstream as
    /// it is: the quick form of [`correlate`](Policy::correlate).
    pub fn keeps(&self, id: &[u8]) -> bool {
        self.correlator.keeps(id)
    }

    /// Whether the common cases of [`correlate`](Policy::correlate) are: a valid value of the header is the ID, and a request without it
    /// and without `traceparent` gets a new UUIDv7. For a host where a call of core costs more than doing that itself.
    pub fn correlates_as_usual(&self) -> bool {
        self.correlator.is_usual()
    }

    /// Whether every response is to carry the ID, also one that no rule matches.
    pub fn echoes(&self) -> bool {
        self.echoes
    }

    /// The header that carries the correlation ID.
    pub fn correlation_header(&self) -> &HeaderName {
        &self.correlator.header
    }

    /// The request headers that core reads, lower case: a host need keep no others for [`RequestHead::headers`].
    pub fn request_fields(&self) -> &[HeaderName] {
        &self.request_fields
    }

    /// How long a response may be held for its body.
    pub fn hold_timeout(&self) -> Duration {
        self.hold_timeout
    }

    /// Whether the configuration has a part that only workers heed: `upstream`, `resilience` or `maintenance`.
    pub fn has_upkeep(&self) -> bool {
        self.has_upkeep
    }

    /// How long the upstream may take until the head of its answer is there; `None` where the host's own limit counts.
    pub fn upstream_timeout(&self) -> Option<Duration> {
        self.upstream_timeout
    }

    /// Most bytes of a body, before and after decoding, that are held and inspected.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Where the Envoy filter learns about the request. The bundled wiring leaves the ID to Envoy; a policy that must set another
    /// header, or another ID than the client's, needs the request headers whatever the configuration says. So does one with tokens:
    /// Envoy can store one cookie only with all others.
    pub fn capture(&self) -> Capture {
        let is_plain = self.correlates_as_usual() && *self.correlation_header() == DEFAULT_HEADER && self.viewers.keys.is_empty();
        if is_plain { self.capture } else { Capture::RequestHeaders }
    }

    /// The header with which clients may present a token; `None` where none counts. It is not for the upstream: a host removes it
    /// from what it sends there.
    pub fn token_header(&self) -> Option<HeaderName> {
        self.reveal_key().map(|_| reveal::HEADER)
    }

    /// What signs new tokens of trusted viewers; `None` where the configuration has no `reveal`.
    pub fn reveal_key(&self) -> Option<&RevealKey> {
        self.viewers.keys.first()
    }

    /// Whether the sender of a request may see original errors.
    pub(crate) fn reveals_to(&self, request: &RequestHead, unix_millis: u64) -> bool {
        self.viewers.include(request, unix_millis)
    }

    /// Whether reports are written to the host's log.
    pub fn logs(&self) -> bool {
        self.reports.logs
    }

    /// Who gets the reports by OTLP, through an [`Outbox`](crate::Outbox).
    pub fn collector(&self) -> Option<&Arc<Collector>> {
        self.reports.collector.as_ref()
    }

    /// What reports say, and how often.
    pub(crate) fn reports(&self) -> &Reports {
        &self.reports
    }

    /// What the clients of a rule get, or all where no rule decided.
    pub(crate) fn answer(&self, rule: Option<usize>) -> &Answer {
        rule.and_then(|index| self.rules.get(index)).map_or(&self.answer, |rule| &rule.answer)
    }

    /// The template of this index.
    pub(crate) fn template(&self, index: usize) -> Option<&PageTemplate> {
        self.templates.get(index)
    }

    /// Whose page a request gets.
    pub(crate) fn brand(&self, request: &RequestHead) -> &Brand {
        self.brands.find(bare_host(&request.host), bare_path(&request.path))
    }

    pub(crate) fn languages(&self) -> &Languages {
        &self.languages
    }

    /// Whether a body must look like an error for clients.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Builds at once what the first inspected error would build otherwise, some milliseconds of work: for hosts that start seldom.
    pub fn prepare(&self) {
        self.detectors.prepare();
    }

    pub(crate) fn detectors(&self) -> &Detectors {
        &self.detectors
    }

    /// The first rule that matches, `None` for "leave alone" (no match, or action `pass`). Allocates nothing.
    pub(crate) fn rule(&self, request: &RequestHead, status: u16, origin: Origin) -> Option<RuleMatch<'_>> {
        if !self.touches(status) {
            return None;
        }
        let host = bare_host(&request.host);
        let path = bare_path(&request.path);
        let (index, rule) = self.rules.iter().enumerate().find(|(_, rule)| {
            rule.statuses.contains(status)
                && rule.origin.is_none_or(|wanted| wanted == origin)
                && rule.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|pattern| pattern.matches(host)))
                && rule.path.as_ref().is_none_or(|pattern| pattern.matches(path))
                && rule.methods.as_ref().is_none_or(|methods| methods.contains(&request.method))
        })?;
        (rule.action != Action::Pass).then_some(RuleMatch { index, name: &rule.name, action: rule.action })
    }
}

/// A rule, ready to match; `None` is a condition that always holds.
#[derive(Debug)]
struct Rule {
    name: String,
    action: Action,
    statuses: StatusSet,
    origin: Option<Origin>,
    hosts: Option<Vec<HostPattern>>,
    path: Option<PathPattern>,
    methods: Option<Vec<Method>>,
    answer: Answer,
}

impl Rule {
    /// Whether its statuses are its only condition.
    fn is_unconditional(&self) -> bool {
        self.origin.is_none() && self.hosts.is_none() && self.path.is_none() && self.methods.is_none()
    }
}

/// A set of error statuses: bit `n` of the whole stands for status 400 + n.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StatusSet([u64; 4]);

impl StatusSet {
    /// As they stand.
    pub(crate) const fn bits(bits: [u64; 4]) -> Self {
        StatusSet(bits)
    }

    fn of(range: RangeInclusive<u16>) -> Self {
        let mut set = StatusSet::default();
        for status in range {
            if let Some((word, bit)) = StatusSet::place(status)
                && let Some(word) = set.0.get_mut(word)
            {
                *word |= bit;
            }
        }
        set
    }

    pub(crate) fn contains(&self, status: u16) -> bool {
        StatusSet::place(status).is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }

    fn union(self, other: StatusSet) -> StatusSet {
        self.combine(other, |a, b| a | b)
    }

    fn without(self, other: StatusSet) -> StatusSet {
        self.combine(other, |a, b| a & !b)
    }

    fn combine(mut self, other: StatusSet, with: fn(u64, u64) -> u64) -> StatusSet {
        self.0.iter_mut().zip(other.0).for_each(|(mine, other)| *mine = with(*mine, other));
        self
    }

    fn place(status: u16) -> Option<(usize, u64)> {
        let bit = status.checked_sub(*ERROR_STATUSES.start()).filter(|_| ERROR_STATUSES.contains(&status))?;
        Some((usize::from(bit >> 6), 1 << (bit & 63)))
    }
}

/// A lower-case host, or the end of one.
#[derive(Debug, PartialEq, Eq)]
enum HostPattern {
    Exact(String),
    /// With its dot in front: `.example.com`.
    Suffix(String),
}

impl HostPattern {
    fn matches(&self, host: &str) -> bool {
        match self {
            HostPattern::Exact(wanted) => host.eq_ignore_ascii_case(wanted),
            HostPattern::Suffix(suffix) => {
                let start = host.len().checked_sub(suffix.len()).filter(|start| *start > 0);
                start.and_then(|start| host.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PathPattern {
    Exact(String),
    Prefix(String),
}

impl PathPattern {
    pub(crate) fn matches(&self, path: &str) -> bool {
        match self {
            PathPattern::Exact(wanted) => path == wanted,
            PathPattern::Prefix(prefix) => path.starts_with(prefix),
        }
    }
}

/// An authority without its port and without the final dot of a full name; an IPv6 literal with its brackets.
pub(crate) fn bare_host(authority: &str) -> &str {
    if authority.starts_with('[') {
        return authority.find(']').and_then(|end| authority.get(..=end)).unwrap_or(authority);
    }
    let host = authority.split_once(':').map_or(authority, |(host, _port)| host);
    host.strip_suffix('.').unwrap_or(host)
}

/// A path without query and fragment.
pub(crate) fn bare_path(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or_default()
}

/// What a configuration is told, for the tests of refusals.
#[cfg(test)]
fn refusal(json: &str) -> String {
    Policy::from_json(json).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

/// What can be intercepted.
const ERROR_STATUSES: RangeInclusive<u16> = 400..=599;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str) -> RequestHead {
        let (host, path) = url.split_at(url.find('/').unwrap_or(url.len()));
        RequestHead {
            method: method.parse().unwrap(),
            host: host.to_owned(),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            correlation_id: None,
        }
    }

    fn one_rule(matches: &str) -> Policy {
        Policy::from_json(&format!(r#"{{"rules":[{{"match":{matches},"action":"replace"}}]}}"#)).unwrap()
    }

    #[test]
    fn conditions_match() {
        use Origin::{Proxy, Upstream};
        #[rustfmt::skip]
        let rows: &[(&str, &str, &str, &str, u16, Origin, bool)] = &[
            ("no condition", "{}", "GET", "a.example/x", 500, Upstream, true),
            ("no condition, first status", "{}", "GET", "a.example/x", 400, Upstream, true),
            ("no condition, last status", "{}", "GET", "a.example/x", 599, Proxy, true),
            ("no condition, unknown request", "{}", "GET", "", 500, Proxy, true),
            ("below the statuses", "{}", "GET", "a.example/x", 399, Upstream, false),
            ("above the statuses", "{}", "GET", "a.example/x", 600, Upstream, false),
            ("far above", "{}", "GET", "a.example/x", u16::MAX, Upstream, false),
            ("no status at all", "{}", "GET", "a.example/x", 0, Upstream, false),
            ("code", r#"{"status":["503"]}"#, "GET", "a.example/x", 503, Upstream, true),
            ("another code", r#"{"status":["503"]}"#, "GET", "a.example/x", 502, Upstream, false),
            ("range, first", r#"{"status":["502-504"]}"#, "GET", "a.example/x", 502, Upstream, true),
            ("range, last", r#"{"status":["502-504"]}"#, "GET", "a.example/x", 504, Upstream, true),
            ("range, before", r#"{"status":["502-504"]}"#, "GET", "a.example/x", 501, Upstream, false),
            ("range, after", r#"{"status":["502-504"]}"#, "GET", "a.example/x", 505, Upstream, false),
            ("class 4xx", r#"{"status":["4xx"]}"#, "GET", "a.example/x", 499, Upstream, true),
            ("class 4xx is not 5xx", r#"{"status":["4xx"]}"#, "GET", "a.example/x", 500, Upstream, false),
            ("any of several", r#"{"status":["404","5xx"]}"#, "GET", "a.example/x", 404, Upstream, true),
            ("host", r#"{"host":["a.example"]}"#, "GET", "a.example/x", 500, Upstream, true),
            ("host, port and case", r#"{"host":["A.example"]}"#, "GET", "a.EXAMPLE:8443/x", 500, Upstream, true),
            ("host, final dot", r#"{"host":["a.example"]}"#, "GET", "a.example.:80/x", 500, Upstream, true),
            ("another host", r#"{"host":["a.example"]}"#, "GET", "b.example/x", 500, Upstream, false),
            ("host, longer", r#"{"host":["a.example"]}"#, "GET", "a.example.org/x", 500, Upstream, false),
            ("unknown host", r#"{"host":["a.example"]}"#, "GET", "/x", 500, Upstream, false),
            ("IPv4", r#"{"host":["127.0.0.1"]}"#, "GET", "127.0.0.1:80/x", 500, Upstream, true),
            ("IPv6", r#"{"host":["[::1]"]}"#, "GET", "[::1]:80/x", 500, Upstream, true),
            ("IPv6 without port", r#"{"host":["[2001:DB8::1]"]}"#, "GET", "[2001:db8::1]/x", 500, Upstream, true),
            ("another IPv6", r#"{"host":["[::1]"]}"#, "GET", "[::2]:80/x", 500, Upstream, false),
            ("broken IPv6", r#"{"host":["[::1]"]}"#, "GET", "[::1/x", 500, Upstream, false),
            ("suffix", r#"{"host":["*.example.com"]}"#, "GET", "api.example.com/x", 500, Upstream, true),
            ("suffix, deep, port, case", r#"{"host":["*.Example.com"]}"#, "GET", "a.b.EXAMPLE.com:1/x", 500, Upstream, true),
            ("suffix is not the host itself", r#"{"host":["*.example.com"]}"#, "GET", "example.com/x", 500, Upstream, false),
            ("suffix with nothing before", r#"{"host":["*.example.com"]}"#, "GET", ".example.com/x", 500, Upstream, false),
            ("suffix needs the dot", r#"{"host":["*.example.com"]}"#, "GET", "badexample.com/x", 500, Upstream, false),
            ("suffix and a host that is not ASCII", r#"{"host":["*.example.com"]}"#, "GET", "ä€example.com/x", 500, Upstream, false),
            ("exact path", r#"{"path":{"exact":"/a"}}"#, "GET", "h/a", 500, Upstream, true),
            ("exact path with query", r#"{"path":{"exact":"/a"}}"#, "GET", "h/a?b=/c", 500, Upstream, true),
            ("exact path with fragment", r#"{"path":{"exact":"/a"}}"#, "GET", "h/a#b?c", 500, Upstream, true),
            ("exact path, longer", r#"{"path":{"exact":"/a"}}"#, "GET", "h/a/", 500, Upstream, false),
            ("exact path, other case", r#"{"path":{"exact":"/a"}}"#, "GET", "h/A", 500, Upstream, false),
            ("exact path is not decoded", r#"{"path":{"exact":"/a"}}"#, "GET", "h/%61", 500, Upstream, false),
            ("prefix", r#"{"path":{"prefix":"/api/"}}"#, "GET", "h/api/x", 500, Upstream, true),
            ("prefix, whole", r#"{"path":{"prefix":"/api/"}}"#, "GET", "h/api/", 500, Upstream, true),
            ("prefix, shorter", r#"{"path":{"prefix":"/api/"}}"#, "GET", "h/api", 500, Upstream, false),
            ("prefix not in the query", r#"{"path":{"prefix":"/api/"}}"#, "GET", "h/?/api/", 500, Upstream, false),
            ("prefix, dots are not resolved", r#"{"path":{"prefix":"/api/"}}"#, "GET", "h/api/../x", 500, Upstream, true),
            ("method", r#"{"method":["GET","POST"]}"#, "POST", "h/x", 500, Upstream, true),
            ("own method", r#"{"method":["PURGE"]}"#, "PURGE", "h/x", 500, Upstream, true),
            ("another method", r#"{"method":["GET"]}"#, "HEAD", "h/x", 500, Upstream, false),
            ("upstream", r#"{"origin":"upstream"}"#, "GET", "h/x", 500, Upstream, true),
            ("not upstream", r#"{"origin":"upstream"}"#, "GET", "h/x", 500, Proxy, false),
            ("proxy", r#"{"origin":"proxy"}"#, "GET", "h/x", 500, Proxy, true),
            ("all hold", r#"{"status":["5xx"],"host":["h"],"path":{"prefix":"/"},"method":["GET"],"origin":"upstream"}"#, "GET", "h/x", 500, Upstream, true),
            ("one does not", r#"{"status":["5xx"],"host":["h"],"path":{"prefix":"/"},"method":["PUT"],"origin":"upstream"}"#, "GET", "h/x", 500, Upstream, false),
        ];
        for (name, matches, method, url, status, origin, expected) in rows {
            let policy = one_rule(matches);
            let expected = expected.then_some(RuleMatch { index: 0, name: "rules[0]", action: Action::Replace });
            assert_eq!(policy.rule(&request(method, url), *status, *origin), expected, "{name}");
        }
    }

    #[test]
    fn the_first_rule_wins() {
        let policy = Policy::from_json(
            r#"{"rules":[
                {"match":{"path":{"exact":"/health"}},"action":"pass"},
                {"name":"api","match":{"status":["5xx"],"path":{"prefix":"/api/"}},"action":"sanitize"},
                {"match":{"status":["404"]},"action":"observe"},
                {"match":{"status":["5xx","404"]},"action":"replace"}]}"#,
        )
        .unwrap();
        for (name, path, status, expected) in [
            ("pass protects", "/health", 500, None),
            ("named", "/api/x", 500, Some((1, "api", Action::Sanitize))),
            ("by place", "/api/x", 404, Some((2, "rules[2]", Action::Observe))),
            ("the last", "/x", 500, Some((3, "rules[3]", Action::Replace))),
            ("none", "/x", 403, None),
        ] {
            let expected = expected.map(|(index, name, action)| RuleMatch { index, name, action });
            assert_eq!(policy.rule(&request("GET", &format!("h{path}")), status, Origin::Upstream), expected, "{name}");
        }
    }

    #[test]
    fn the_default_sanitizes_5xx() {
        for empty in ["", " \n\t", "{}", "\u{feff}{}", r#"{"inspect":{}}"#] {
            let policy = Policy::from_json(empty).unwrap();
            let expected = Some(RuleMatch { index: 0, name: "default", action: Action::Sanitize });
            assert_eq!(policy.rule(&request("GET", "h/x"), 500, Origin::Proxy), expected, "{empty:?}");
            assert!(policy.touched_statuses().eq(500..=599));
            assert_eq!(policy.correlation_header(), "x-request-id");
            assert_eq!((policy.max_bytes(), policy.hold_timeout()), (262_144, Duration::from_secs(2)));
            assert_eq!(policy.capture(), Capture::RequestHeaders);
            assert!(policy.answer(Some(0)).redirect.is_none() && policy.brand(&request("GET", "h/x")).name.is_none());
        }
    }

    #[test]
    fn touched_statuses_are_those_that_a_rule_but_pass_could_match() {
        let rows: &[(&str, &str, &[RangeInclusive<u16>])] = &[
            ("everything", r#"{"match":{},"action":"observe"}"#, &[400..=599]),
            ("only pass", r#"{"match":{},"action":"pass"}"#, &[]),
            (
                "a union",
                r#"{"match":{"status":["404"]},"action":"observe"},{"match":{"status":["502-504"]},"action":"replace"}"#,
                &[404..=404, 502..=504],
            ),
            (
                "hidden by pass",
                r#"{"match":{"status":["503"]},"action":"pass"},{"match":{"status":["502-504"]},"action":"replace"}"#,
                &[502..=502, 504..=504],
            ),
            (
                "pass under a condition hides nothing",
                r#"{"match":{"status":["503"],"method":["GET"]},"action":"pass"},{"match":{"status":["503"]},"action":"replace"}"#,
                &[503..=503],
            ),
            (
                "pass afterwards hides nothing",
                r#"{"match":{"status":["503"],"method":["GET"]},"action":"replace"},{"match":{},"action":"pass"}"#,
                &[503..=503],
            ),
        ];
        for (name, rules, expected) in rows {
            let policy = Policy::from_json(&format!(r#"{{"rules":[{rules}]}}"#)).unwrap();
            assert!(policy.touched_statuses().eq(expected.iter().cloned().flatten()), "{name}");
            assert!((0..=u16::MAX).filter(|status| policy.touches(*status)).eq(policy.touched_statuses()), "{name}");
        }
    }

    #[test]
    fn the_configured_header_and_trust_choose_the_id() {
        let policy = Policy::from_json(r#"{"correlation":{"header":"X-Correlation-ID"}}"#).unwrap();
        let distrustful = Policy::from_json(r#"{"correlation":{"header":"x-correlation-id","trust":false}}"#).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-correlation-id", "abc".parse().unwrap());
        headers.insert("x-request-id", "other".parse().unwrap());
        let seed = Seed { unix_millis: 1, random: [2; 16] };
        assert_eq!(policy.correlate(&headers, &seed).id, "abc");
        assert_eq!(distrustful.correlate(&headers, &seed).id, "00000000-0001-7202-8202-020202020202");
    }
}
