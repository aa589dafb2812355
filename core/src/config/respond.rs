//! The parts of the configuration that say what a client gets instead of an error.

use super::Members;

/// What replacements look like: at the top for all rules, in a rule for its own. A rule takes what it does not say from the top.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Respond {
    /// The status that clients get, from 400 to 599. Default: the upstream's, because caches, clients and monitors act on it.
    pub status: Option<u64>,
    /// The format, whatever the client accepts. Default: what the client prefers, by `Accept`.
    pub format: Option<Format>,
    /// The shape of `application/json` answers. Default `flat`: what most clients can read without a new type.
    pub json: Option<JsonShape>,
    /// Names of `templates`, at most one for each format; formats without one have the built-in answer. Default: none.
    pub templates: Option<Vec<String>>,
    /// Sends clients elsewhere, whatever they accept; gRPC clients still get their status. Default: they stay.
    pub redirect: Option<Redirect>,
    /// When clients may come again, where the upstream did not say it: sent with the statuses 503 and 429. Default: not said.
    pub retry_after: Option<RetryAfter>,
    /// The name under which replacements tell in `proxy-status` (RFC 9209) what went wrong: the status that was received, and an error of
    /// the RFC's list where the proxy or the transfer failed. No host and no text is told. 1 to 64 letters, digits, `-`, `_` or dots,
    /// beginning with a letter. Default: not sent.
    pub proxy_status: Option<String>,
}

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json`
    Json,
    /// `application/problem+json` (RFC 9457).
    ProblemJson,
    /// `text/html`
    Html,
    /// `text/plain`
    Text,
    /// `application/xml`
    Xml,
    /// `application/problem+xml` (RFC 9457, appendix B).
    ProblemXml,
}

/// The shape of `application/json` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JsonShape {
    /// `{"error":…,"message":…,"requestId":…}`
    #[default]
    Flat,
    /// `{"error":{"code":…,"message":…,"requestId":…}}`
    Nested,
}

/// Where to send clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// An absolute `https:` or `http:` URL, or a path that starts with one `/`; at most 512 characters. Its answers should not be
    /// redirected in their turn.
    pub to: String,
    /// 302, 303, 307 or 308. Default 302, which no cache keeps.
    pub status: Option<u64>,
    /// The name of the query parameter with the correlation ID, 1 to 32 letters, digits, `-` or `_`. Default `request_id`.
    pub parameter: Option<String>,
}

/// When clients may come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryAfter {
    /// From 1 to 86400.
    pub seconds: u64,
    /// At most so many seconds are added, by chance, so that not all clients come at once; from 0 to 86400. Default 0.
    pub jitter: u64,
    /// Default `seconds`, which depends on no clock of the client.
    pub form: RetryForm,
}

/// How `retry-after` is written (RFC 9110 §10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RetryForm {
    /// `120`
    #[default]
    Seconds,
    /// `Sat, 21 Nov 2026 20:00:00 GMT`
    Date,
}

/// Changes to the headers of what is sent to the client: of replacements, and of answers that are released under `sanitize`. First those
/// of the top, then those of the rule; in each `remove`, `set`, `add`.
///
/// What a later part says of a field undoes what an earlier one said of it. Refused: what describes the message itself (`content-length`,
/// `content-type`, `transfer-encoding` …), `location`, the correlation header, and values that are not visible ASCII. At most 32 of each
/// kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Names and values; a value takes the place of all earlier ones.
    pub set: Members<String>,
    /// Names and values; earlier values stay.
    pub add: Members<String>,
    /// Names.
    pub remove: Vec<String>,
}

/// An answer of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The format that it takes the place of.
    pub format: Format,
    /// The text, with the variables and blocks that `docs/answers.md` lists; at most 32 KiB.
    pub text: String,
}

/// Whose error page it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Shown on the page, 1 to 80 characters. Default: none, the page names nobody.
    pub name: Option<String>,
    /// How the built-in page looks, by name. Default `card`.
    pub theme: Option<String>,
    /// An image beside the name: an SVG document, or a PNG, JPEG, GIF or WebP image as `data:image/png;base64,…`; at most 16 KiB.
    /// It is shown as an image, where nothing in it runs or is loaded; one that plainly has a script or a link outside is refused.
    /// Default: none.
    pub logo: Option<String>,
    /// Colours. Default: the theme's.
    pub colors: Option<Colors>,
    /// Links at the page's end, at most 8. Default: none.
    pub links: Option<Vec<Link>>,
    /// Where people find help: an absolute `https:`, `http:` or `mailto:` URL of at most 512 characters. Default: none, no link.
    pub support_url: Option<String>,
    /// A line at the page's end, 1 to 200 characters. Default: none.
    pub footer: Option<String>,
}

/// The colours of a brand: `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colors {
    /// Links, buttons and what the theme stresses, on a light ground. It is made darker until all can read it (4.5:1; WCAG 2, 1.4.3).
    pub accent: String,
    /// The same on a dark ground, made lighter. Default: `accent`.
    pub accent_dark: Option<String>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// 1 to 80 characters.
    pub label: String,
    /// As [`Brand::support_url`], or a path that starts with one `/`.
    pub url: String,
}

/// A brand for some hosts or paths. What it does not say it takes from the brand at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostBrand {
    /// For which requests; the first that matches counts.
    pub matches: BrandMatch,
    /// What is different there.
    pub brand: Brand,
}

/// Conditions on a request, as in a rule's match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrandMatch {
    /// As in [`Match::host`](super::Match::host).
    pub host: Option<Vec<String>>,
    /// As in [`Match::path`](super::Match::path).
    pub path: Option<super::PathMatch>,
}
