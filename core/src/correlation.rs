//! The correlation ID: taken over where it is valid, minted where it is not.

use crate::Seed;
use crate::config::{IdFormat, NewTrace};
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The ID of an exchange, and the W3C trace context it arrived with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    /// The ID, safe in a header, JSON, HTML and a log line.
    pub id: String,
    /// From a valid `traceparent`, or new.
    pub trace: Option<Trace>,
    /// The `traceparent` and `tracestate` of a new trace: the request is to carry these in place of its own. Else nothing.
    pub new_trace: Vec<(HeaderName, HeaderValue)>,
}

/// The IDs of a W3C `traceparent` (Trace Context, §3.2), lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// 32 hex digits, not all zero.
    pub trace_id: String,
    /// 16 hex digits, not all zero.
    pub span_id: String,
}

/// How a policy comes by its IDs.
#[derive(Debug)]
pub(crate) struct Correlator {
    /// The header that carries the ID.
    pub(crate) header: HeaderName,
    /// Where an ID may come from, the best first; empty where clients are not to choose it.
    pub(crate) sources: Vec<HeaderName>,
    pub(crate) format: IdFormat,
    /// Whether a request without a trace starts one.
    pub(crate) new_trace: Option<NewTrace>,
}

impl Correlator {
    /// The first source with a valid ID, else a new one from the seed. The trace is recorded in any case. An invalid value is dropped
    /// whole, never echoed in part.
    pub(crate) fn correlate(&self, headers: &HeaderMap, seed: &Seed) -> Correlation {
        let trace = single(headers, &TRACEPARENT).and_then(Trace::parse);
        let incoming = self.sources.iter().find_map(|source| {
            if *source == TRACEPARENT { trace.as_ref().map(|trace| trace.trace_id.clone()) } else { incoming(headers, source) }
        });
        let id = incoming.unwrap_or_else(|| mint(self.format, seed));
        match self.new_trace.filter(|_| trace.is_none()) {
            None => Correlation { id, trace, new_trace: Vec::new() },
            Some(sampling) => {
                let (trace, fields) = new_trace(seed, sampling);
                Correlation { id, trace: Some(trace), new_trace: fields }
            }
        }
    }

    /// Whether a value of the header is taken over as it is, whatever else the request has, and nothing is to be added to the request.
    pub(crate) fn keeps(&self, id: &[u8]) -> bool {
        self.new_trace.is_none() && self.sources.first() == Some(&self.header) && self.header != AMAZON && is_valid(id)
    }

    /// Whether all is as by default, but perhaps the header's name.
    pub(crate) fn is_usual(&self) -> bool {
        let usual = [self.header.clone(), TRACEPARENT];
        self.sources == usual && self.format == IdFormat::Uuid7 && self.new_trace.is_none()
    }
}

/// Whether a text may serve as an ID: 1 to 128 characters of `A-Z a-z 0-9 - _ . : + / = @ ~`.
pub(crate) fn is_valid(id: &[u8]) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=@~".contains(byte))
}

/// The header where an ID is expected unless the configuration says another.
pub(crate) const DEFAULT_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A trace's header, W3C Trace Context §3.2.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

impl Trace {
    /// Version 00 has exactly four fields; a later version may append more, behind a dash (§4.3.2); version ff is forbidden.
    fn parse(value: &HeaderValue) -> Option<Trace> {
        let value = value.to_str().ok()?;
        let (known, more) = value.split_at_checked(TRACEPARENT_00)?;
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

/// The ID in a header; of AWS's `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…` the root.
fn incoming(headers: &HeaderMap, header: &HeaderName) -> Option<String> {
    let value = single(headers, header)?.to_str().ok()?;
    let root = value.split(';').find_map(|field| field.trim().strip_prefix("Root="));
    let id = root.filter(|_| *header == AMAZON).unwrap_or(value);
    is_valid(id.as_bytes()).then(|| id.to_owned())
}

/// The value of a header that came once, or several times with the same value.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// A new ID.
fn mint(format: IdFormat, seed: &Seed) -> String {
    let random = seed.random.first_chunk().copied().unwrap_or_default();
    match format {
        // RFC 9562 §5.7: 48 bits of time, then 74 random ones.
        IdFormat::Uuid7 => uuid::Builder::from_unix_timestamp_millis(seed.unix_millis, &random).into_uuid().to_string(),
        // RFC 9562 §5.4: 122 random bits.
        IdFormat::Uuid4 => uuid::Builder::from_random_bytes(seed.random).into_uuid().to_string(),
        IdFormat::Ulid => ulid(seed),
        IdFormat::Trace => trace_id(seed),
    }
}

/// 48 bits of time, then 80 random ones, in Crockford's base 32. By hand, because the crate brings a clock with it.
fn ulid(seed: &Seed) -> String {
    let number = u128::from(seed.unix_millis) << 80 | u128::from_be_bytes(seed.random) >> 48;
    (0..130_u32).step_by(5).rev().filter_map(|bit| CROCKFORD.get((number >> bit) as usize & 31)).map(|byte| char::from(*byte)).collect()
}

/// A trace that starts here. `tracestate` names who did; what came in it without a trace means nothing (Trace Context §3.5).
fn new_trace(seed: &Seed, sampling: NewTrace) -> (Trace, Vec<(HeaderName, HeaderValue)>) {
    // It must differ from other spans of the same trace only: that there are none yet makes a part of the trace's ID do.
    let [span, ..] = seed.random.as_chunks::<8>().0 else { return (Trace { trace_id: String::new(), span_id: String::new() }, Vec::new()) };
    let span = u64::from_le_bytes(*span).max(1);
    let trace = Trace { trace_id: trace_id(seed), span_id: format!("{span:016x}") };
    // The trace flags of level 2: bit 0 says sampled, bit 1 that the ID is random.
    let flags = if sampling == NewTrace::Sampled { "03" } else { "02" };
    let fields = [
        (TRACEPARENT, format!("00-{}-{}-{flags}", trace.trace_id, trace.span_id)),
        (HeaderName::from_static("tracestate"), format!("backstop={}", trace.span_id)),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect();
    (trace, fields)
}

/// 32 hex digits, not all zero.
fn trace_id(seed: &Seed) -> String {
    let id = if seed.random == [0; 16] { [1; 16] } else { seed.random };
    uuid::Uuid::from_bytes(id).simple().to_string()
}

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What AWS's load balancers send.
const AMAZON: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What fits every header limit and log field; a UUID has 36, AWS and Cloudflare IDs less than 80.
const MAX_ID: usize = 128;

/// The length of version 00: `00-` + 32 + `-` + 16 + `-` + 2.
const TRACEPARENT_00: usize = 55;

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

    fn correlator(sources: &[&'static str]) -> Correlator {
        let sources = sources.iter().copied().map(HeaderName::from_static).collect();
        Correlator { header: DEFAULT_HEADER, sources, format: IdFormat::Uuid7, new_trace: None }
    }

    fn run(fields: Fields<'_>, trust: bool) -> Correlation {
        let sources: &[&str] = if trust { &["x-request-id", "traceparent"] } else { &[] };
        correlator(sources).correlate(&headers(fields), &RFC_SEED)
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
    fn sources_are_tried_in_their_order() {
        let traceparent = format!("00-{TRACE}-{SPAN}-01");
        let trace = ("traceparent", traceparent.as_bytes());
        let amazon = ("x-amzn-trace-id", &b"Self=1-1-2;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"[..]);
        let root = "1-5759e988-bd862e3fe1be46a994272793";
        let ray = ("cf-ray", &b"230b030023ae2822-SJC"[..]);
        let all = ["x-correlation-id", "cf-ray", "x-amzn-trace-id", "traceparent"];
        let rows: &[(&str, &[&'static str], Fields<'_>, &str)] = &[
            ("the first", &all, &[trace, amazon, ray, ("x-correlation-id", b"mine")], "mine"),
            ("the second", &all, &[trace, amazon, ray], "230b030023ae2822-SJC"),
            ("behind an invalid one", &all, &[trace, amazon, ("cf-ray", b"a b")], root),
            ("the root of AWS's", &["x-amzn-trace-id"], &[amazon], root),
            ("AWS's without a root", &["x-amzn-trace-id"], &[("x-amzn-trace-id", b"Parent=1;Sampled=0")], MINTED),
            ("an AWS root that is no ID", &["x-amzn-trace-id"], &[("x-amzn-trace-id", b"Root=<b>;Parent=1")], MINTED),
            ("the trace", &all, &[trace], TRACE),
            ("not the header, where that is no source", &all, &[("x-request-id", b"mine")], MINTED),
            ("the trace before the ID", &["traceparent", "x-request-id"], &[("x-request-id", b"mine"), trace], TRACE),
            ("no source", &[], &[("x-request-id", b"mine"), trace], MINTED),
            ("a root in another header", &["x-request-id"], &[("x-request-id", b"Root=abc-1")], "Root=abc-1"),
            ("junk before a root", &["x-request-id"], &[("x-request-id", b"<b>;Root=abc-1")], MINTED),
        ];
        for (name, sources, fields, expected) in rows {
            assert_eq!(correlator(sources).correlate(&headers(fields), &RFC_SEED).id, *expected, "{name}");
        }
    }

    #[test]
    fn the_quick_form_says_what_the_full_one_does() {
        for (sources, given) in [
            (&["x-request-id", "traceparent"][..], &b"abc"[..]),
            (&["x-request-id"], b"a b"),
            (&["x-request-id"], b"Root=1-2"),
            (&["cf-ray", "x-request-id"], b"abc"),
            (&[], b"abc"),
        ] {
            let correlator = correlator(sources);
            let full = correlator.correlate(&headers(&[("x-request-id", given), ("cf-ray", b"ray")]), &RFC_SEED).id;
            assert!(!correlator.keeps(given) || full.as_bytes() == given, "{sources:?}");
        }
        let starting = Correlator { new_trace: Some(NewTrace::Sampled), ..correlator(&["x-request-id"]) };
        assert!(!starting.keeps(b"abc"), "there may be a trace to add");
        assert!(correlator(&["x-request-id"]).keeps(b"abc"));
    }

    #[test]
    fn minted_ids_have_the_form_that_is_asked_for() {
        let (zero, most) = (Seed { unix_millis: 0, random: [0; 16] }, Seed { unix_millis: (1 << 48) - 1, random: [0xff; 16] });
        for (format, seed, expected) in [
            (IdFormat::Uuid7, zero, "00000000-0000-7000-8000-000000000000"),
            (IdFormat::Uuid7, most, "ffffffff-ffff-7fff-bfff-ffffffffffff"),
            (IdFormat::Uuid7, RFC_SEED, MINTED),
            (IdFormat::Uuid4, zero, "00000000-0000-4000-8000-000000000000"),
            (IdFormat::Uuid4, most, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            (IdFormat::Ulid, RFC_SEED, "01FWHE4YDG1K1HHH6W1G60EECF"),
            (IdFormat::Ulid, zero, "00000000000000000000000000"),
            (IdFormat::Ulid, most, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
            (IdFormat::Trace, zero, "01010101010101010101010101010101"),
            (IdFormat::Trace, most, "ffffffffffffffffffffffffffffffff"),
            (IdFormat::Trace, RFC_SEED, "0cc318c4dc0c0c07398f010203040506"),
        ] {
            assert_eq!(mint(format, &seed), expected, "{format:?}");
        }
        // The example of the ULID specification.
        let mut random = [0; 16];
        random[..10].copy_from_slice(&[0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b]);
        assert_eq!(mint(IdFormat::Ulid, &Seed { unix_millis: 1469918176385, random }), "01ARYZ6S41TSV4RRFFQ69G5FAV");
        for seed in [RFC_SEED, Seed { unix_millis: u64::MAX, random: [0x5a; 16] }] {
            for format in [IdFormat::Uuid7, IdFormat::Uuid4, IdFormat::Ulid, IdFormat::Trace] {
                assert!(is_valid(mint(format, &seed).as_bytes()), "{format:?}");
            }
        }
    }

    #[test]
    fn a_trace_starts_only_where_there_is_none() {
        let traceparent = format!("00-{TRACE}-{SPAN}-01");
        for (sampling, flags) in [(NewTrace::Sampled, "03"), (NewTrace::NotSampled, "02")] {
            let correlator = Correlator { new_trace: Some(sampling), ..correlator(&["x-request-id", "traceparent"]) };
            for bad in ["", "00-x", "00-00000000000000000000000000000000-b7ad6b7169203331-01"] {
                let started = correlator.correlate(&headers(&[("traceparent", bad.as_bytes())]), &RFC_SEED);
                let value = |name: &str| started.new_trace.iter().find(|(known, _)| known == name).unwrap().1.clone();
                assert_eq!(value("traceparent"), format!("00-0cc318c4dc0c0c07398f010203040506-070c0cdcc418c30c-{flags}"));
                assert_eq!(value("tracestate"), "backstop=070c0cdcc418c30c");
                assert_eq!(Trace::parse(&value("traceparent")), started.trace, "it is a valid one");
                assert_eq!(started.id, MINTED, "an own trace is no source");
            }
            let known = correlator.correlate(&headers(&[("traceparent", traceparent.as_bytes())]), &RFC_SEED);
            assert_eq!((known.new_trace, known.trace.unwrap().trace_id.as_str()), (Vec::new(), TRACE));
        }
        let nothing = Seed { unix_millis: 0, random: [0; 16] };
        let starting = Correlator { new_trace: Some(NewTrace::Sampled), ..correlator(&[]) };
        let started = starting.correlate(&HeaderMap::new(), &nothing);
        assert!(Trace::parse(&started.new_trace[0].1).is_some(), "valid whatever the seed");
    }
}
