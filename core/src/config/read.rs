//! A document in which nothing was found wrong → [`Config`]. It cannot fail: what a place may hold was checked before.

use super::*;
use crate::json::Json;

pub(crate) fn config(document: &Json) -> Config {
    Config {
        rules: document.list("rules", rule),
        inspect: part(document, "inspect", inspect),
        upstream: part(document, "upstream", |upstream| Upstream { timeout_ms: upstream.number("timeout_ms") }),
        correlation: part(document, "correlation", correlation),
        respond: part(document, "respond", respond),
        headers: part(document, "headers", headers),
        templates: map(document, "templates", |template| Template { format: format(template.get("format")), text: text(template, "text") }),
        brand: part(document, "brand", brand),
        brands: document.list("brands", host_brand).unwrap_or_default(),
        languages: part(document, "languages", languages),
        report: part(document, "report", report),
        reveal: document.get("reveal").map(reveal),
        environment: match word(document, "environment") {
            "development" => Environment::Development,
            _ => Environment::Production,
        },
        capture: match word(document, "capture") {
            "filter_state" => Capture::FilterState,
            _ => Capture::RequestHeaders,
        },
        has_upkeep: ["upstream", "resilience", "maintenance"].iter().any(|part| document.get(part).is_some()),
    }
}

/// The parts that are for hosts that can do something about an upstream that fails.
pub(crate) fn upkeep(document: &Json) -> Upkeep {
    Upkeep {
        upstream_timeout_ms: part(document, "upstream", |upstream| upstream.number("timeout_ms")),
        resilience: part(document, "resilience", resilience),
        maintenance: document.get("maintenance").map(maintenance),
    }
}

fn rule(rule: &Json) -> Rule {
    Rule {
        name: rule.text("name"),
        matches: part(rule, "match", matches),
        action: match word(rule, "action") {
            "pass" => Action::Pass,
            "observe" => Action::Observe,
            "replace" => Action::Replace,
            _ => Action::Sanitize,
        },
        respond: part(rule, "respond", respond),
        headers: part(rule, "headers", headers),
    }
}

fn matches(conditions: &Json) -> Match {
    Match {
        status: conditions.texts("status"),
        host: conditions.texts("host"),
        path: conditions.get("path").map(path),
        method: conditions.texts("method"),
        origin: conditions.get("origin").map(|origin| match origin.as_text() {
            "proxy" => OriginMatch::Proxy,
            _ => OriginMatch::Upstream,
        }),
    }
}

fn path(path: &Json) -> PathMatch {
    PathMatch { exact: path.text("exact"), prefix: path.text("prefix") }
}

fn inspect(inspect: &Json) -> Inspect {
    let default = Inspect::default();
    Inspect {
        max_bytes: inspect.number("max_bytes").unwrap_or(default.max_bytes),
        timeout_ms: inspect.number("timeout_ms").unwrap_or(default.timeout_ms),
        level: match word(inspect, "level") {
            "relaxed" => Level::Relaxed,
            "strict" => Level::Strict,
            _ => Level::Standard,
        },
        allow: part(inspect, "allow", |allow| {
            let (detectors, texts, patterns) = terms(allow);
            Allow { detectors, texts, patterns }
        }),
        deny: part(inspect, "deny", |deny| {
            let (detectors, texts, patterns) = terms(deny);
            Deny { detectors, texts, patterns }
        }),
    }
}

fn terms(terms: &Json) -> (Vec<String>, Vec<String>, Vec<String>) {
    let list = |name| terms.texts(name).unwrap_or_default();
    (list("detectors"), list("texts"), list("patterns"))
}

fn correlation(correlation: &Json) -> Correlation {
    let default = Correlation::default();
    Correlation {
        header: correlation.text("header").unwrap_or(default.header),
        trust: correlation.switch("trust").unwrap_or(default.trust),
        sources: correlation.texts("sources"),
        format: match word(correlation, "format") {
            "uuid4" => IdFormat::Uuid4,
            "ulid" => IdFormat::Ulid,
            "trace" => IdFormat::Trace,
            _ => IdFormat::Uuid7,
        },
        new_trace: correlation.get("new_trace").map(|sampling| match sampling.as_text() {
            "sampled" => NewTrace::Sampled,
            _ => NewTrace::NotSampled,
        }),
        echo: match word(correlation, "echo") {
            "all" => Echo::All,
            _ => Echo::Errors,
        },
    }
}

fn respond(respond: &Json) -> Respond {
    Respond {
        status: respond.number("status"),
        format: respond.get("format").map(|name| format(Some(name))),
        json: respond.get("json").map(|shape| match shape.as_text() {
            "nested" => JsonShape::Nested,
            _ => JsonShape::Flat,
        }),
        templates: respond.texts("templates"),
        redirect: respond.get("redirect").map(|redirect| Redirect {
            to: text(redirect, "to"),
            status: redirect.number("status"),
            parameter: redirect.text("parameter"),
        }),
        proxy_status: respond.text("proxy_status"),
        retry_after: respond.get("retry_after").map(|retry| RetryAfter {
            seconds: retry.number("seconds").unwrap_or_default(),
            jitter: retry.number("jitter").unwrap_or_default(),
            form: match word(retry, "form") {
                "date" => RetryForm::Date,
                _ => RetryForm::Seconds,
            },
        }),
    }
}

fn headers(headers: &Json) -> Headers {
    let fields = |name| map(headers, name, |value| value.as_text().to_owned());
    Headers { set: fields("set"), add: fields("add"), remove: headers.texts("remove").unwrap_or_default() }
}

fn brand(brand: &Json) -> Brand {
    Brand {
        name: brand.text("name"),
        theme: brand.text("theme"),
        logo: brand.text("logo"),
        colors: brand.get("colors").map(|colors| Colors { accent: text(colors, "accent"), accent_dark: colors.text("accent_dark") }),
        links: brand.list("links", |link| Link { label: text(link, "label"), url: text(link, "url") }),
        support_url: brand.text("support_url"),
        footer: brand.text("footer"),
    }
}

fn host_brand(special: &Json) -> HostBrand {
    HostBrand { matches: part(special, "match", brand_match), brand: part(special, "brand", brand) }
}

fn brand_match(conditions: &Json) -> BrandMatch {
    BrandMatch { host: conditions.texts("host"), path: conditions.get("path").map(path) }
}

fn languages(languages: &Json) -> Languages {
    Languages {
        default: languages.text("default").unwrap_or(Languages::default().default),
        offer: languages.texts("offer"),
        texts: map(languages, "texts", |texts| {
            Members(texts.members().iter().map(|(name, text)| (name.clone(), text.as_text().to_owned())).collect())
        }),
    }
}

fn report(report: &Json) -> Report {
    let default = Report::default();
    Report {
        max_per_second: report.number("max_per_second").unwrap_or(default.max_per_second),
        max_alike_per_second: report.number("max_alike_per_second").unwrap_or(default.max_alike_per_second),
        redact: part(report, "redact", |redact| Redact {
            addresses: redact.switch("addresses").unwrap_or_default(),
            patterns: redact.texts("patterns").unwrap_or_default(),
        }),
        deployment: part(report, "deployment", |deployment| Deployment {
            version: deployment.text("version"),
            header: deployment.text("header"),
        }),
        log: report.switch("log").unwrap_or(default.log),
        otlp: report.get("otlp").map(otlp),
    }
}

fn otlp(otlp: &Json) -> Otlp {
    let default = Otlp::default();
    Otlp {
        endpoint: text(otlp, "endpoint"),
        cluster: otlp.text("cluster").unwrap_or(default.cluster),
        headers: map(otlp, "headers", |value| value.as_text().to_owned()),
        service_name: otlp.text("service_name").unwrap_or(default.service_name),
        timeout_ms: otlp.number("timeout_ms").unwrap_or(default.timeout_ms),
        flush_ms: otlp.number("flush_ms").unwrap_or(default.flush_ms),
        queue: otlp.number("queue").unwrap_or(default.queue),
    }
}

fn resilience(resilience: &Json) -> Resilience {
    Resilience {
        retry: resilience.get("retry").map(|retry| {
            let default = Retry::default();
            Retry {
                attempts: retry.number("attempts").unwrap_or(default.attempts),
                statuses: retry.texts("statuses"),
                backoff_ms: retry.number("backoff_ms").unwrap_or(default.backoff_ms),
                max_wait_ms: retry.number("max_wait_ms").unwrap_or(default.max_wait_ms),
                total_ms: retry.number("total_ms").unwrap_or(default.total_ms),
                budget_percent: retry.number("budget_percent").unwrap_or(default.budget_percent),
            }
        }),
        stale_if_error: resilience.get("stale_if_error").map(|stale| {
            let default = StaleIfError::default();
            StaleIfError {
                max_stale_seconds: stale.number("max_stale_seconds").unwrap_or(default.max_stale_seconds),
                max_bytes: stale.number("max_bytes").unwrap_or(default.max_bytes),
                statuses: stale.texts("statuses"),
            }
        }),
        breaker: resilience.get("breaker").map(|breaker| {
            let default = Breaker::default();
            Breaker {
                error_percent: breaker.number("error_percent").unwrap_or(default.error_percent),
                min_requests: breaker.number("min_requests").unwrap_or(default.min_requests),
                window_ms: breaker.number("window_ms").unwrap_or(default.window_ms),
                open_ms: breaker.number("open_ms").unwrap_or(default.open_ms),
                max_open_ms: breaker.number("max_open_ms").unwrap_or(default.max_open_ms),
                probes: breaker.number("probes").unwrap_or(default.probes),
                statuses: breaker.texts("statuses"),
            }
        }),
    }
}

fn maintenance(maintenance: &Json) -> Maintenance {
    Maintenance {
        enabled: maintenance.switch("enabled").unwrap_or_default(),
        matches: part(maintenance, "match", brand_match),
        retry_after: maintenance.number("retry_after").unwrap_or(Maintenance::default().retry_after),
        except: part(maintenance, "except", |except| Except {
            paths: except.texts("paths"),
            header: except.text("header"),
            value: except.text("value"),
        }),
    }
}

fn reveal(reveal: &Json) -> Reveal {
    Reveal { secret: text(reveal, "secret"), previous_secret: reveal.text("previous_secret") }
}

fn format(name: Option<&Json>) -> Format {
    match name.map_or("", Json::as_text) {
        "problem_json" => Format::ProblemJson,
        "html" => Format::Html,
        "text" => Format::Text,
        "xml" => Format::Xml,
        "problem_xml" => Format::ProblemXml,
        _ => Format::Json,
    }
}

fn part<T: Default>(parent: &Json, name: &str, read: fn(&Json) -> T) -> T {
    parent.get(name).map(read).unwrap_or_default()
}

fn map<T>(parent: &Json, name: &str, read: fn(&Json) -> T) -> Members<T> {
    let members = parent.get(name).map(Json::members).unwrap_or_default();
    Members(members.iter().map(|(name, value)| (name.clone(), read(value))).collect())
}

fn word<'j>(parent: &'j Json, name: &str) -> &'j str {
    parent.get(name).map_or("", Json::as_text)
}

fn text(parent: &Json, name: &str) -> String {
    word(parent, name).to_owned()
}
