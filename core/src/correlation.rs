//! The correlation ID: taken over where it is valid, minted where it is not.

use crate::Seed;
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The ID of an exchange, and the W3C trace context it arrived with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// The ID, safe in a header, JSON, HTML and a log line.
    pub id: String,
    /// From a valid `traceparent`.
    pub trace: Option<Trace>,
}

/// The IDs of a W3C `traceparent` (Trace Context, §3.2), lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// 32 hex digits, not all zero.
    pub trace_id: String,
    /// 16 hex digits, not all zero.
    pub span_id: String,
}

/// A valid incoming `header`, else the trace ID of `traceparent`, else a new UUIDv7 from the seed.
/// Without `trust` always a new one; the trace is recorded all the same. An invalid value is dropped whole, never echoed in part.
pub(crate) fn correlate(headers: &HeaderMap, header: &HeaderName, trust: bool, seed: &Seed) -> Correlation {
    let trace = single(headers, &HeaderName::from_static("traceparent")).and_then(Trace::parse);
    let incoming = trust.then(|| incoming(headers, header).or_else(|| trace.as_ref().map(|trace| trace.trace_id.clone())));
    Correlation { id: incoming.flatten().unwrap_or_else(|| mint(seed)), trace }
}

/// Whether a text may serve as an ID: 1 to 128 characters of `A-Z a-z 0-9 - _ . : + / = @ ~`.
pub(crate) fn is_valid(id: &[u8]) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=@~".contains(byte))
}

impl Trace {
    /// Version 00 has exactly four fields; a later version may append more, behind a dash (§4.3.2); version ff is forbidden.
    fn parse(value: &HeaderValue) -> Option<Trace> {
        let value = value.to_str().ok()?;
        let (known, more) = value.split_at_checked(TRACEPARENT)?;
        let mut fields = known.split('-');
        let version = hex(fields.next()?, 2)?;
        let trace_id = hex(fields.next()?, 32)?;
        let span_id = hex(fields.next()?, 16)?;
        hex(fields.next()?, 2)?;
        let complete = more.is_empty() || (version != "00" && more.starts_with('-'));
        let zero = |id: &str| id.bytes().all(|byte| byte == b'0');
        if fields.next().is_some() || version == "ff" || !complete || zero(trace_id) || zero(span_id) {
            return None;
        }
        Some(Trace { trace_id: trace_id.to_owned(), span_id: span_id.to_owned() })
    }
}

/// The field, where it is lower-case hex of this length.
fn hex(field: &str, length: usize) -> Option<&str> {
    (field.len() == length && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then_some(field)
}

fn incoming(headers: &HeaderMap, header: &HeaderName) -> Option<String> {
    let value = single(headers, header)?.to_str().ok()?;
    is_valid(value.as_bytes()).then(|| value.to_owned())
}

/// The value of a header that came once, or several times with the same value.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// A UUIDv7 (RFC 9562 §5.7): 48 bits of time, then 74 random ones.
fn mint(seed: &Seed) -> String {
    let random = seed.random.first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(seed.unix_millis, &random).into_uuid().to_string()
}

/// What fits every header limit and log field; a UUID has 36, AWS and Cloudflare IDs less than 80.
const MAX_ID: usize = 128;

/// The length of version 00: `00-` + 32 + `-` + 16 + `-` + 2.
const TRACEPARENT: usize = 55;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    /// RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
    const RFC_SEED: Seed =
        Seed { unix_millis: 0x017F_22E2_79B0, random: [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f, 1, 2, 3, 4, 5, 6] };
    const MINTED: &str = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    type Fields<'a> = &'a [(&'static str, &'a [u8])];

    fn headers(fields: Fields<'_>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    fn run(fields: Fields<'_>, trust: bool) -> Correlation {
        correlate(&headers(fields), &HeaderName::from_static("x-request-id"), trust, &RFC_SEED)
    }

    #[test]
    fn the_id_is_taken_over_or_minted() {
        let traceparent = format!("00-{TRACE}-{SPAN}-01");
        let trace = ("traceparent", traceparent.as_bytes());
        let longest = "a".repeat(128);
        let too_long = "a".repeat(129);
        let rows: &[(&str, Fields<'_>, bool, &str)] = &[
            ("nothing came", &[], true, MINTED),
            ("an ID came", &[("x-request-id", b"abc-123")], true, "abc-123"),
            ("every allowed sign", &[("x-request-id", b"AZaz09-_.:+/=@~")], true, "AZaz09-_.:+/=@~"),
            ("the longest", &[("x-request-id", longest.as_bytes())], true, &longest),
            ("too long", &[("x-request-id", too_long.as_bytes())], true, MINTED),
            ("empty", &[("x-request-id", b"")], true, MINTED),
            ("a space", &[("x-request-id", b"a b")], true, MINTED),
            ("a list", &[("x-request-id", b"a,b")], true, MINTED),
            ("markup", &[("x-request-id", b"<script>")], true, MINTED),
            ("a quote", &[("x-request-id", b"a\"b")], true, MINTED),
            ("not ASCII", &[("x-request-id", "ä".as_bytes())], true, MINTED),
            ("not UTF-8", &[("x-request-id", b"a\xff")], true, MINTED),
            ("twice the same", &[("x-request-id", b"a"), ("x-request-id", b"a")], true, "a"),
            ("two different", &[("x-request-id", b"a"), ("x-request-id", b"b")], true, MINTED),
            ("an ID before a trace", &[("x-request-id", b"a"), trace], true, "a"),
            ("a trace alone", &[trace], true, TRACE),
            ("a trace behind a bad ID", &[("x-request-id", b"a b"), trace], true, TRACE),
            ("another header", &[("x-other-id", b"a")], true, MINTED),
            ("an ID without trust", &[("x-request-id", b"a")], false, MINTED),
            ("a trace without trust", &[trace], false, MINTED),
        ];
        for (name, fields, trust, expected) in rows {
            let correlation = run(fields, *trust);
            assert_eq!(correlation.id, *expected, "{name}");
            assert!(is_valid(correlation.id.as_bytes()), "{name}");
            assert_eq!(correlation.trace.is_some(), fields.contains(&trace), "{name}: the trace is recorded in any case");
        }
    }

    #[test]
    fn traceparent_follows_trace_context_3_2() {
        let rows = [
            ("version 00", format!("00-{TRACE}-{SPAN}-01"), true),
            ("any flags", format!("00-{TRACE}-{SPAN}-ff"), true),
            ("version 00 with more", format!("00-{TRACE}-{SPAN}-01-x"), false),
            ("version 00 with a dash", format!("00-{TRACE}-{SPAN}-01-"), false),
            ("later version", format!("cc-{TRACE}-{SPAN}-01"), true),
            ("later version with more", format!("01-{TRACE}-{SPAN}-01-what-the-future-brings"), true),
            ("later version without a dash", format!("01-{TRACE}-{SPAN}-01x"), false),
            ("version ff", format!("ff-{TRACE}-{SPAN}-01"), false),
            ("upper-case trace", format!("00-{}-{SPAN}-01", TRACE.to_uppercase()), false),
            ("upper-case span", format!("00-{TRACE}-{}-01", SPAN.to_uppercase()), false),
            ("upper-case version", format!("0A-{TRACE}-{SPAN}-01"), false),
            ("zero trace", format!("00-{}-{SPAN}-01", "0".repeat(32)), false),
            ("zero span", format!("00-{TRACE}-{}-01", "0".repeat(16)), false),
            ("short", format!("00-{TRACE}-{SPAN}-1"), false),
            ("dash in the trace", format!("00-{}-{SPAN}-01", TRACE.replace('f', "-")), false),
            ("flags are not hex", format!("00-{TRACE}-{SPAN}-0x"), false),
            ("empty", String::new(), false),
        ];
        for (name, value, valid) in rows {
            let expected = valid.then(|| Trace { trace_id: TRACE.to_owned(), span_id: SPAN.to_owned() });
            assert_eq!(run(&[("traceparent", value.as_bytes())], true).trace, expected, "{name}");
        }
        let one = format!("00-{TRACE}-{SPAN}-01");
        let other = format!("01-{TRACE}-{SPAN}-01");
        assert_eq!(run(&[("traceparent", one.as_bytes()), ("traceparent", other.as_bytes())], true).trace, None, "two different");
        assert_eq!(run(&[("traceparent", b"\xff")], true).trace, None, "not UTF-8");
    }

    #[test]
    fn a_minted_id_is_a_version_7_uuid_for_any_seed() {
        for (unix_millis, random, expected) in [
            (0, [0; 16], "00000000-0000-7000-8000-000000000000"),
            (u64::MAX, [0xff; 16], "ffffffff-ffff-7fff-bfff-ffffffffffff"),
            (RFC_SEED.unix_millis, RFC_SEED.random, MINTED),
        ] {
            assert_eq!(mint(&Seed { unix_millis, random }), expected);
        }
    }
}
