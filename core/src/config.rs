//! The configuration, exactly as its JSON spells it. Unknown fields are refused; meaning is checked by
//! [`Policy::compile`](crate::Policy::compile).

use serde::Deserialize;

/// One JSON document for every host. `{}` means: status 5xx → `sanitize`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Tried in order, the first match wins, no match passes. Absent means one rule: status `5xx`, action `sanitize`.
    pub rules: Option<Vec<Rule>>,
    /// How bodies are inspected.
    pub inspect: Inspect,
    /// Where the correlation ID comes from and goes to.
    pub correlation: Correlation,
    /// What replacements look like.
    pub respond: Respond,
    /// Whose error page it is.
    pub brand: Brand,
    /// Where the Envoy filter learns about the request; other hosts ignore it.
    pub capture: Capture,
}

/// What to do with the responses that match.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Shown in reports; without it a rule is called by its place (`rules[1]`).
    #[serde(default)]
    pub name: Option<String>,
    /// All conditions must hold.
    #[serde(rename = "match")]
    pub matches: Match,
    /// What to do.
    pub action: Action,
}

/// Conditions on a response and its request. An absent condition always holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// Any of: a code (`500`), a range (`502-504`), a class (`5xx`, `4xx`). Absent means every status from 400 to 599.
    pub status: Option<Vec<String>>,
    /// Any of: an exact host (`api.example.com`) or every host below a suffix (`*.example.com`). Ports and case are ignored.
    pub host: Option<Vec<String>>,
    /// The path without its query.
    pub path: Option<PathMatch>,
    /// Any of these methods.
    pub method: Option<Vec<String>>,
    /// Who made the response.
    pub origin: Option<OriginMatch>,
}

/// A condition on the path: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PathMatch {
    /// The whole path.
    pub exact: Option<String>,
    /// Its beginning.
    pub prefix: Option<String>,
}

/// Who made the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginMatch {
    /// The application.
    Upstream,
    /// The host that Backstop runs in.
    Proxy,
}

/// What to do with a response that matches a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Leave alone, no report.
    Pass,
    /// Report only, change nothing.
    Observe,
    /// Replace what is unsafe or cannot be inspected.
    Sanitize,
    /// Replace always.
    Replace,
}

/// How bodies are inspected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inspect {
    /// Most bytes of a body, before and after decoding, that are held and inspected; a longer one cannot be inspected.
    /// Default 262144: far above any meaningful error body, and a quarter of Envoy's default buffer limit.
    pub max_bytes: u64,
    /// Longest time, in milliseconds, that a response is held for its body; a slower one cannot be inspected.
    /// Default 2000: longer than any error body takes that was ready, shorter than a person's patience.
    pub timeout_ms: u64,
    /// How eager detection is.
    pub level: Level,
}

impl Default for Inspect {
    fn default() -> Self {
        Inspect { max_bytes: 262_144, timeout_ms: 2_000, level: Level::Standard }
    }
}

/// How eager detection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The only level so far.
    #[default]
    Standard,
}

/// Where the correlation ID comes from and goes to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Correlation {
    /// The header that carries it: read from the request, set on the request to the upstream and on the response.
    /// Default `x-request-id`, the name that Envoy, nginx set-ups and most frameworks share.
    pub header: String,
    /// Whether an ID that came with the request (`header`, then `traceparent`) is taken over. Default true.
    pub trust: bool,
}

impl Default for Correlation {
    fn default() -> Self {
        Correlation { header: "x-request-id".to_owned(), trust: true }
    }
}

/// What replacements look like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Respond {
    /// The shape of `application/json` answers.
    pub json: JsonShape,
}

/// The shape of `application/json` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonShape {
    /// `{"error":…,"message":…,"requestId":…}`
    #[default]
    Flat,
    /// `{"error":{"code":…,"message":…,"requestId":…}}`
    Nested,
}

/// Whose error page it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// Shown on the page, at most 80 characters.
    pub name: Option<String>,
    /// Where people find help: an `https:`, `http:` or `mailto:` URL.
    pub support_url: Option<String>,
}

/// Where the Envoy filter learns about the request of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// From the request headers, one bulk read per request. Needs nothing else in Envoy's configuration.
    #[default]
    RequestHeaders,
    /// From the filter state that the bundled wiring sets; costs less, see `envoy/envoy.yaml`.
    FilterState,
}
