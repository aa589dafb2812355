//! The configuration, exactly as its JSON spells it. Unknown fields are refused here; meaning is checked by
//! [`Policy::compile`](crate::Policy::compile).

mod error;
mod members;
mod otlp;
mod parse;
mod places;
mod read;
mod resilience;
mod respond;

pub use error::ConfigError;
pub(crate) use error::shortened;
pub use members::Members;
pub use otlp::Otlp;
pub(crate) use parse::{document, parse, parse_upkeep};
pub(crate) use places::{did_you_mean, one_of};
pub(crate) use read::{config as read, upkeep as read_upkeep};
pub use resilience::{Breaker, Except, Maintenance, Resilience, Retry, StaleIfError, Upkeep};
pub use respond::{
    Brand, BrandMatch, Colors, Format, Headers, HostBrand, JsonShape, Link, Redirect, Respond, RetryAfter, RetryForm, Template,
};

use std::fmt;

/// One JSON document for every host. `{}` means: status 5xx → `sanitize`. What only some hosts can do, [`Upkeep`], is read by itself.
///
/// Default: every part has its own, so that the empty document already protects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Tried in order, the first match wins, no match passes. At most 256.
    /// Default: one rule, status `5xx` → `sanitize`, because a 4xx is usually meant for the client. An empty list is refused:
    /// it would switch Backstop off without saying so.
    pub rules: Option<Vec<Rule>>,
    /// How bodies are inspected.
    pub inspect: Inspect,
    /// How the edge worker waits for the upstream; the Envoy filter ignores it, Envoy's routes have time limits.
    pub upstream: Upstream,
    /// Where the correlation ID comes from and goes to.
    pub correlation: Correlation,
    /// What replacements look like.
    pub respond: Respond,
    /// Changes to the headers that clients get.
    pub headers: Headers,
    /// Answers of the operator's own, by name; `respond.templates` says which are used. At most 32. A name has 1 to 64 letters, digits,
    /// `-`, `_` or dots.
    pub templates: Members<Template>,
    /// Whose error page it is.
    pub brand: Brand,
    /// Whose it is on some hosts or paths; at most 64.
    pub brands: Vec<HostBrand>,
    /// The languages that clients are answered in.
    pub languages: Languages,
    /// What the operator's log gets.
    pub report: Report,
    /// Who may see original errors, by a signed token. Default: nobody.
    pub reveal: Option<Reveal>,
    /// Whether original errors are anybody's to see. Default `production`: they are not.
    pub environment: Environment,
    /// Where the Envoy filter learns about the request; other hosts ignore it.
    pub capture: Capture,
    /// Whether the document has a part that only workers heed, so that another host can say that it does nothing of it. Default: it has none.
    pub has_upkeep: bool,
}

/// What to do with the responses that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Shown in reports; 1 to 64 printable ASCII characters, unique.
    /// Default: the rule's place (`rules[1]`), so that a report always names a rule that can be found.
    pub name: Option<String>,
    /// All conditions must hold. Required; `{}` matches every error response, and has to be written to mean it.
    pub matches: Match,
    /// What to do. Required: there is no action that every reader would guess.
    pub action: Action,
    /// What its replacements look like, as far as they differ from the others.
    pub respond: Respond,
    /// Changes to the headers of what it lets clients have.
    pub headers: Headers,
}

/// Conditions on a response and its request. An absent condition always holds; an empty list is refused, it never would.
/// A list has at most 64 entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// Any of: a code (`500`), a range (`502-504`), a class (`4xx`, `5xx`). Default: every status from 400 to 599.
    /// Other statuses are refused, because only errors are intercepted.
    pub status: Option<Vec<String>>,
    /// Any of: an exact host (`api.example.com`) or every host below a suffix (`*.example.com`, not `example.com` itself).
    /// Port, case and a final dot of the request's host are ignored. Default: every host.
    /// Where a host adapter does not know the request's host, no entry matches.
    pub host: Option<Vec<String>>,
    /// The path without its query. Default: every path.
    pub path: Option<PathMatch>,
    /// Any of these methods, upper case as in requests. Default: every method.
    pub method: Option<Vec<String>>,
    /// Who made the response. Default: both, because a proxy's own errors leak addresses as well.
    pub origin: Option<OriginMatch>,
}

/// A condition on the path: exactly one of the two.
///
/// The path is compared as received, byte for byte: it is not percent-decoded, and `//`, `.` and `..` are not resolved. A proxy
/// should normalise paths before Backstop sees them (Envoy: `normalize_path`, `merge_slashes`), else `/api/../x` counts as below `/api/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathMatch {
    /// The whole path.
    pub exact: Option<String>,
    /// Its beginning; `/api` also matches `/apix`, `/api/` does not.
    pub prefix: Option<String>,
}

/// Who made the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginMatch {
    /// The application.
    Upstream,
    /// The host that Backstop runs in.
    Proxy,
}

/// What to do with a response that matches a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl Action {
    /// The name used in configuration, reports and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Pass => "pass",
            Action::Observe => "observe",
            Action::Sanitize => "sanitize",
            Action::Replace => "replace",
        }
    }
}

/// How bodies are inspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspect {
    /// Most bytes of a body, before and after decoding, that are held and inspected; a longer one cannot be inspected.
    /// From 1 to 1048576, because Envoy holds no more than its buffer limit, 1 MiB by default.
    /// Default 262144: far above any meaningful error body, and a quarter of that limit.
    pub max_bytes: u64,
    /// Longest time, in milliseconds, that a response is held for its body; a slower one cannot be inspected. From 1 to 60000.
    /// Default 2000: longer than any error body takes that was ready, shorter than a person's patience.
    pub timeout_ms: u64,
    /// How eager detection is. Default `standard`.
    pub level: Level,
    /// What is no leak here, though a detector says so. Default: nothing.
    pub allow: Allow,
    /// What is a leak here, though no detector says so. Default: nothing.
    pub deny: Deny,
}

impl Default for Inspect {
    fn default() -> Self {
        Inspect { max_bytes: 262_144, timeout_ms: 2_000, level: Level::Standard, allow: Allow::default(), deny: Deny::default() }
    }
}

/// How the edge worker waits for the upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upstream {
    /// Longest time, in milliseconds, until the head of its answer is there; then the client gets a 504. From 1 to 600000. The body may
    /// take longer. Default: 60000 in the entry for servers, as proxies have it. Cloudflare gives up by itself (524), so there a clock for
    /// each request would measure that for nothing.
    pub timeout_ms: Option<u64>,
}

/// How eager detection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Only what nobody sends on purpose: traces, debug pages, statements, keys. For services whose errors quote technical text.
    Relaxed,
    /// Everything that tells internals. The default.
    #[default]
    Standard,
    /// Besides, a body must look like an error for clients: empty, one short sentence, or a small JSON object of well-known members.
    /// Everything else is replaced, HTML included. For services that must not leak at any price.
    Strict,
}

/// What is no leak here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    /// Detectors that do not look: an ID as reports name it (`address.localhost`), or a whole family (`address.*`). At most 64.
    pub detectors: Vec<String>,
    /// Texts that are meant for clients, for example a link to a host that looks internal: what is found within one is no leak, with the
    /// word that it ends in; what stands beside it still is, and so is every credential. Byte for byte, in the body as it is or with its
    /// escapes undone; 4 to 256 bytes each, at most 64. A body that needs more than 1000 excuses gets no more.
    pub texts: Vec<String>,
    /// The same by pattern, at most 16: a regular expression within a line, case-sensitive unless it begins with `(?i)`, that has
    /// characters, `.`, classes (`[a-z]`, `[^"]`, `\d`, `\w`, `\s` and their opposites), `(…)`, `|`, and `*`, `+`, `?`, `{2,5}`. No `^`
    /// and `$`, no look-around, no back-references. At most 128 characters and classes, repetitions counted, 512 in all patterns together:
    /// each costs a step wherever something is found. Takes linear time.
    pub patterns: Vec<String>,
}

/// What is a leak here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deny {
    /// Detectors that look although `level` leaves them out: IDs or families, as in [`Allow::detectors`]. At most 64.
    pub detectors: Vec<String>,
    /// Texts that no client may see, for example the name of an inner system. Byte for byte, 4 to 256 bytes each, at most 64; also
    /// as JSON writes them. Characters outside ASCII are found in UTF-8, as JSON escapes and in UTF-16, not as entities, percent-encoded or
    /// in Latin-1. Reported as the detector `deny.text`.
    pub texts: Vec<String>,
    /// The same by pattern, as in [`Allow::patterns`], in the body as it is and with its escapes undone: a backslash may be doubled in
    /// one and gone in the other. Reported as the detector `deny.pattern`. Each costs a step at every byte of a body, which a text does
    /// not.
    pub patterns: Vec<String>,
}

/// Where the correlation ID comes from and goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// The header that carries it: read from the request, set on the request to the upstream and on the response.
    /// Headers with a meaning of their own (`host`, `content-type`, `set-cookie` …) are refused.
    /// Default `x-request-id`, the name that Envoy, nginx set-ups and most frameworks share.
    pub header: String,
    /// Whether an ID that came with the request is taken over.
    /// Default true: one ID then leads through all services. False where clients are not to choose it.
    pub trust: bool,
    /// The request headers where an ID may be, the best first; the first that has a valid one wins. `traceparent` stands for the trace ID
    /// in it, `x-amzn-trace-id` for the root in it; any other header is taken as a whole. 1 to 8, none twice. A header that is not in this
    /// list is not looked at, not even `header`.
    /// Default: `header`, then `traceparent`.
    pub sources: Option<Vec<String>>,
    /// What an ID looks like that is made here. In Envoy there is hardly ever one to make, because Envoy makes `x-request-id` itself,
    /// unless its configuration says `generate_request_id: false`.
    /// Default `uuid7`: such IDs sort by time, which logs and databases like.
    pub format: IdFormat,
    /// Starts a trace for requests without a valid `traceparent`: they go upstream with a new one, and a new `tracestate`. Whether the new
    /// trace is said to be sampled must be chosen, because the samplers of most services do what it says.
    /// Default: none is started. What starts no spans has no business with traces, unless nothing else in front of the services does it.
    pub new_trace: Option<NewTrace>,
    /// Which responses carry the ID. Default `errors`: a 200 is then not touched, which is what keeps it cheap.
    pub echo: Echo,
}

impl Default for Correlation {
    fn default() -> Self {
        Correlation {
            header: "x-request-id".to_owned(),
            trust: true,
            sources: None,
            format: IdFormat::default(),
            new_trace: None,
            echo: Echo::default(),
        }
    }
}

/// The form of a new ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdFormat {
    /// RFC 9562 §5.7: `017f22e2-79b0-7cc3-98c4-dc0c0c07398f`, which begins with the time. The default.
    #[default]
    Uuid7,
    /// RFC 9562 §5.4: `919108f7-52d1-4320-9bac-f847db4148a8`, all random.
    Uuid4,
    /// `01ARZ3NDEKTSV4RRFFQ69G5FAV`, which begins with the time.
    Ulid,
    /// 32 hex digits, as trace IDs have; with `new_trace`, that of the new trace.
    Trace,
}

/// What a new trace says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewTrace {
    /// Services that do as their callers say record it.
    Sampled,
    /// Services that do as their callers say do not record it.
    NotSampled,
}

/// Which responses carry the ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Echo {
    /// Those that are replaced or released. The default.
    #[default]
    Errors,
    /// All that pass here. In Envoy that needs the filter without the matcher of the bundled wiring, which keeps all others away from it.
    All,
}

/// The languages that clients are answered in: the one that `Accept-Language` asks for, if it is on offer. Built in are Arabic (`ar`),
/// Czech (`cs`), German (`de`), English (`en`), Spanish (`es`), French (`fr`), Hebrew (`he`), Italian (`it`), Japanese (`ja`), Korean
/// (`ko`), Dutch (`nl`), Polish (`pl`), Portuguese (`pt`), Russian (`ru`), Swedish (`sv`), Turkish (`tr`), Ukrainian (`uk`) and Chinese in
/// its two scripts (`zh` is the Simplified one, `zh-Hant` the Traditional one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    /// The language for a client that asks for none on offer. It is always on offer itself.
    /// Default `en`, the language that most clients can read who cannot read their own.
    pub default: String,
    /// The languages on offer; texts of others stay unused. At most 40, and none built in but these.
    /// Default: all that are built in and all that `texts` has, because an error is understood best in one's own language.
    pub offer: Option<Vec<String>>,
    /// An operator's own texts, by language (a tag as `fi` or `pt-PT`, at most 40) and name; each goes before the built-in one. What a
    /// language lacks it takes from the built-in one that it belongs to (`de-AT` from `de`), or from English.
    ///
    /// What happened is said by kind: `unavailable` is a message, `unavailable_title` the title above it. Kinds are `bad_request` (400 and
    /// every 4xx without a kind of its own), `sign_in` (401, 407, 511), `forbidden` (403, 451), `not_found` (404, 410), `method` (405),
    /// `request_timeout` (408), `conflict` (409, 412, 423), `too_large` (413, 414, 431), `too_many` (429), `unexpected` (500 and every 5xx
    /// without a kind of its own), `bad_gateway` (502), `unavailable` (503) and `gateway_timeout` (504). A message has no full stop.
    ///
    /// The rest of a page is `error`, `what_to_do`, `wait`, `wait_for` (with `{time}` in it), `check_address`, `quote_id`,
    /// `advice_unavailable`, `advice_timeout`, `request_id`, `time`, `copy`, `copied`, `try_again`, `get_help`, and the units `seconds`,
    /// `minutes` and `hours`. 1 to 300 characters each, on one line. Default: none.
    pub texts: Members<Members<String>>,
}

impl Default for Languages {
    fn default() -> Self {
        Languages { default: "en".to_owned(), offer: None, texts: Members::default() }
    }
}

/// What the operator's log gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Most reports that one worker thread or isolate writes in a second, and in one burst; the next report tells how many were
    /// dropped. Default 100: enough to see every kind of error, little enough that an outage does not fill a disk.
    pub max_per_second: u64,
    /// Most reports of them about the same error, by fingerprint or, before that is known, by rule, status, findings and the words of the
    /// body; the next such report tells how many were dropped. Default 10: an error that comes a thousand times a second tells nothing new,
    /// and must not hide the one that comes once.
    pub max_alike_per_second: u64,
    /// What is masked besides credentials, tokens, cookies, card numbers and names in mail addresses. Default: nothing.
    pub redact: Redact,
    /// Which version of the application answered.
    pub deployment: Deployment,
    /// Whether reports are written to the host's log. False is refused where no `otlp` gets them instead. Default true.
    pub log: bool,
    /// A collector that gets the reports. Default: none.
    pub otlp: Option<Otlp>,
}

impl Default for Report {
    fn default() -> Self {
        Report {
            max_per_second: 100,
            max_alike_per_second: 10,
            redact: Redact::default(),
            deployment: Deployment::default(),
            log: true,
            otlp: None,
        }
    }
}

/// The secrets that sign the tokens of trusted viewers: 32 to 512 characters. `Debug` does not show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reveal {
    /// The secret that signs new tokens.
    pub secret: String,
    /// The one before it, whose tokens still count. Default: none.
    pub previous_secret: Option<String>,
}

impl fmt::Debug for Reveal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reveal(***)")
    }
}

/// What kind of system this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Environment {
    /// Clients get generic answers. The default.
    #[default]
    Production,
    /// Every client sees the original error in every replacement, secrets masked. Only where all clients are developers.
    Development,
}

/// What is masked besides what always is, wherever a report quotes the error, its path or the proxy's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redact {
    /// IP addresses of both versions. Default false, because they tell an operator which machine failed; true where they are personal data.
    pub addresses: bool,
    /// Patterns as in [`Allow::patterns`], for example of customer numbers; in the text as it stands, so not through escapes of JSON. Of a
    /// match that is longer than 256 bytes the first 256 are masked. Default: none.
    pub patterns: Vec<String>,
}

/// Which version of the application answered: `service.version` in reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The version, 1 to 64 printable ASCII characters, where it is one for all. Default: not known.
    pub version: Option<String>,
    /// The response header in which the application tells its version; it goes before `version`. Clients get it as well, unless
    /// `headers.remove` names it. Default: none.
    pub header: Option<String>,
}

/// Where the Envoy filter learns about the request of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capture {
    /// From the request headers, one bulk read per request. The default: it needs nothing else in Envoy's configuration.
    #[default]
    RequestHeaders,
    /// From the filter state that the bundled wiring sets; costs less, see `envoy/envoy.yaml`.
    FilterState,
}
