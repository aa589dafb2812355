//! A report as a log record of OpenTelemetry.

use super::wire;
use crate::json::Json;
use crate::report::{Decision, Field, Told};

/// What a record is named, so that a collector can route on it.
const EVENT: &str = "backstop.error";

/// A `LogRecord` (opentelemetry/proto/logs/v1/logs.proto) with the fields of the report's line under the same names, but for those that
/// a record has a place of its own for. `dropped` is how many reports were lost before it, where some were.
pub(super) fn record(told: &Told, dropped: u64, observed_millis: u64) -> Vec<u8> {
    let fields = told.fields();
    let mut out = Vec::with_capacity(2048);
    wire::fixed64(&mut out, 1, nanos(told.unix_millis()));
    wire::fixed64(&mut out, 11, nanos(observed_millis));
    let failed = number(fields, "backstop.status_received") >= 500 || text(fields, "backstop.decision") == Decision::Replaced.as_str();
    let (severity, name) = if failed { (17, "ERROR") } else { (13, "WARN") };
    wire::number(&mut out, 2, severity);
    wire::bytes(&mut out, 3, name.as_bytes());
    wire::bytes(&mut out, 5, &wire::any(&Json::Text(sentence(fields))));
    for (name, value) in fields {
        match *name {
            "time" => {}
            "trace_id" => wire::bytes(&mut out, 9, &unhex(value.as_text())),
            "span_id" => wire::bytes(&mut out, 10, &unhex(value.as_text())),
            _ => wire::attribute(&mut out, 6, name, value),
        }
    }
    if dropped > 0 {
        wire::attribute(&mut out, 6, "backstop.dropped", &Json::Number(dropped));
    }
    wire::bytes(&mut out, 12, EVENT.as_bytes());
    out
}

/// `GET /cart: 500 from upstream, replaced (unsafe)`
fn sentence(fields: &[Field]) -> String {
    let text = |name| text(fields, name);
    format!(
        "{} {}: {} from {}, {} ({})",
        text("http.request.method"),
        text("url.path"),
        number(fields, "backstop.status_received"),
        text("backstop.origin"),
        text("backstop.decision"),
        text("backstop.reason"),
    )
}

fn field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Json> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The text of a field; empty where there is none.
pub(super) fn text<'f>(fields: &'f [Field], name: &str) -> &'f str {
    field(fields, name).map_or("", Json::as_text)
}

fn number(fields: &[Field], name: &str) -> u64 {
    match field(fields, name) {
        Some(Json::Number(number)) => *number,
        _ => 0,
    }
}

fn nanos(unix_millis: u64) -> u64 {
    unix_millis.saturating_mul(1_000_000)
}

/// Bytes from hex digits, which those of a [`Trace`](crate::Trace) are.
fn unhex(digits: &str) -> Vec<u8> {
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or_default();
    digits.as_bytes().as_chunks().0.iter().map(|[high, low]| value(high) << 4 | value(low)).collect()
}
