//! What an exchange costs, whole: head, body, verdict, report. Each row asserts its answer, so that a wrong engine cannot look fast.
//! MB/s count the bytes of the body, before it was compressed. `bench/module.mjs` runs the same bodies through the built module.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros
)]

use backstop_core::{
    Decision, End, Exchange, Limiter, Origin, Payload, Plan, Policy, Report, RequestHead, ResponseHead, Seed, Step, Verdict,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

const TRACE: &str = include_str!("../../bench/trace.txt");
const ITEM: &str = include_str!("../../bench/item.json").trim_ascii_end();
const CARD: &str = include_str!("../../bench/card.html");
/// A page as people build them: more attributes than text, and a tag every 40 bytes where `CARD` has one every 16.
const PAGE: &str = include_str!("../../tests/corpus/bodies/pages/gentelella-faq.html");

/// Milliseconds since 1970; they do not pass.
const NOW: u64 = 1;

/// Bodies that make a detector begin again and again, or a parser go deep: each unit is repeated, and none leaks. The limit and four
/// times as much must show about the same MB/s: no work may grow faster than the body.
const ADVERSARIAL: [&str; 13] =
    ["[", r#"{"a":"#, "(", "<", "a", "at ", r"\u0041", "&lt;", "%2e", r#""error":"#, "Exception: ", "/var/", "10.0.0."];

fn main() {
    let policy = Arc::new(Policy::from_json("{}").unwrap());
    for (name, reporting) in [("2 KB trace, reports suppressed", false), ("2 KB trace, with its report", true)] {
        Row { reporting, ..Row::new(name, "text/plain", TRACE, Decision::Replaced) }.print(&policy);
    }
    outage(&policy);
    // At the end a leak costs most: all before it is looked at.
    let (_, leak) = TRACE.split_at(TRACE.find("sqlalchemy.exc.").unwrap());
    for kib in [1, 64, 256] {
        for (kind, leak, expected) in [("clean", "", Decision::Released), ("leaking", leak, Decision::Replaced)] {
            let json = Row::new(format!("{kind} {kib} KiB JSON"), "application/json", json(kib * 1024, leak), expected);
            let html = Row::new(format!("{kind} {kib} KiB HTML"), "text/html", html(kib * 1024, leak), expected);
            for row in [json, html] {
                row.print(&policy);
                row.compressed().print(&policy);
            }
        }
    }
    let page = PAGE.repeat(64 * 1024 / PAGE.len());
    Row::new("clean 64 KiB HTML, a real page", "text/html", page, Decision::Released).print(&policy);
    let escaped = json(64 * 1024, "").replace('/', "\\/");
    Row::new("clean 64 KiB JSON with escapes", "application/json", escaped, Decision::Released).print(&policy);

    let policy = Arc::new(Policy::from_json(r#"{"inspect":{"max_bytes":1048576}}"#).unwrap());
    for unit in ADVERSARIAL {
        let [short, long] = [256, 1024].map(|kib| {
            let body = unit.repeat(kib * 1024 / unit.len());
            Row::new(format!("{kib} KiB of {unit}"), "text/plain", body, Decision::Released).print(&policy)
        });
        // Four times the body takes four times as long; the rest is for a busy machine. Sixteen would be quadratic.
        assert!(long <= short * 10.0, "{unit}: the time does not grow with the body only");
    }
}

/// One kind of exchange, and its answer.
struct Row {
    name: String,
    media_type: &'static str,
    coding: Option<&'static str>,
    body: Vec<u8>,
    /// Before compression.
    bytes: usize,
    reporting: bool,
    expected: Decision,
}

impl Row {
    fn new(name: impl Into<String>, media_type: &'static str, text: impl Into<Vec<u8>>, expected: Decision) -> Self {
        let body = text.into();
        Row { name: name.into(), media_type, coding: None, bytes: body.len(), body, reporting: false, expected }
    }

    fn compressed(self) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&self.body).unwrap();
        Row { name: format!("{}, gzip", self.name), coding: Some("gzip"), body: encoder.finish().unwrap(), ..self }
    }

    /// Prints the best of some rounds, since others use the machine too; gives its seconds.
    fn print(&self, policy: &Arc<Policy>) -> f64 {
        if is_left_out(&self.name) {
            return 0.0;
        }
        let exchanges = (4 << 20) / self.bytes.clamp(1 << 10, 1 << 20);
        let (mut best, mut limiter) = (f64::MAX, Limiter::new(policy));
        // Some reports are let through at once; then, while no time passes, none.
        for _ in 0..100 {
            self.exchange(policy, &mut limiter);
        }
        for _ in 0..7 {
            let start = Instant::now();
            for _ in 0..exchanges {
                assert_eq!(self.exchange(policy, &mut limiter), self.expected, "{}", self.name);
            }
            best = best.min(start.elapsed().as_secs_f64() / exchanges as f64);
        }
        println!("{:34} {:9.1} us {:7.0} MB/s", self.name, best * 1e6, self.bytes as f64 / best / 1e6);
        best
    }

    fn exchange(&self, policy: &Arc<Policy>, limiter: &mut Limiter) -> Decision {
        let report = self.report(policy, NOW);
        black_box((self.reporting || limiter.admits(&report, NOW)).then(|| report.to_json()));
        report.decision()
    }

    fn report(&self, policy: &Arc<Policy>, now: u64) -> Report {
        let headers = HeaderMap::from_iter([(http::header::ACCEPT, HeaderValue::from_static("*/*"))]);
        let request = RequestHead { method: Method::GET, host: "shop.example".into(), path: "/cart".into(), headers, correlation_id: None };
        let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: now, random: [7; 16] });
        let mut headers = HeaderMap::from_iter([
            (http::header::CONTENT_TYPE, HeaderValue::from_static(self.media_type)),
            (http::header::CONTENT_LENGTH, HeaderValue::from(self.body.len())),
        ]);
        if let Some(coding) = self.coding {
            headers.insert(http::header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let head = ResponseHead { status, headers, body: Payload::AsSent, origin: Origin::Upstream, detail: None };
        assert_eq!(exchange.on_response(&head), Plan::Hold);
        let early = matches!(exchange.on_body(black_box(&self.body)), Step::Replace(_));
        let outcome = exchange.finish(End::Complete, now);
        let report = outcome.report.unwrap();
        assert_eq!(early || matches!(outcome.verdict, Verdict::Replace(_)), report.decision() == Decision::Replaced);
        report
    }
}

/// `cargo bench -p backstop-core -- HTML` measures the rows with this in their names.
fn is_left_out(name: &str) -> bool {
    std::env::args().skip(1).any(|part| !part.starts_with("--") && !name.contains(&part))
}

/// Ten seconds of 10,000 errors each: one error, one whose words are always others, and as many errors as there are.
fn outage(policy: &Arc<Policy>) {
    if is_left_out("outage") {
        return;
    }
    const ERRORS: u64 = 100_000;
    let word = |mut number: u64| {
        std::iter::from_fn(|| {
            let letter = char::from(b'a' + (number % 26) as u8);
            number /= 26;
            Some(letter)
        })
        .take(6)
        .collect::<String>()
    };
    for (name, lines, body) in [
        ("one error", 10 + 10 * 10, Box::new(|_| TRACE.to_owned()) as Box<dyn Fn(u64) -> String>),
        ("one error in other words", 10 + 10 * 10, Box::new(|number| TRACE.replace("orders_archive", &word(number)))),
        ("other errors each time", 100 + 100 * 10, Box::new(|number| TRACE.replace("app", &word(number)).replace("Error", &word(number)))),
    ] {
        let mut limiter = Limiter::new(policy);
        let (mut written, mut bytes, mut spent) = (0_u64, 0, std::time::Duration::ZERO);
        for number in 0..ERRORS {
            let (now, body) = (1_000_000 + number / 10, body(number));
            let row = Row::new(name, "text/plain", body, Decision::Replaced);
            let report = row.report(policy, now);
            let start = Instant::now();
            let line = limiter.admits(&report, now).then(|| limiter.tell(&report, now)).flatten().map(|told| told.line());
            spent += start.elapsed();
            written += u64::from(line.is_some());
            bytes += line.map_or(0, |line| line.len());
        }
        assert!(written <= lines, "{name}: {written} lines");
        println!(
            "10,000 errors a second, {name}: {:.1} % of a core for reports, {} lines and {} KB a second",
            spent.as_secs_f64() * 10.0,
            written / 10,
            bytes / 10_000
        );
    }
}

/// A list of about so many bytes; the leak, if any, is its last item.
fn json(bytes: usize, leak: &str) -> String {
    let last = if leak.is_empty() { "null".into() } else { serde_json::to_string(leak).unwrap() };
    format!("[{}{last}]", format!("{ITEM},").repeat((bytes - last.len()) / (ITEM.len() + 1)))
}

/// A page of about so many bytes; the leak, if any, is its last element.
fn html(bytes: usize, leak: &str) -> String {
    let last = if leak.is_empty() { String::new() } else { format!("<pre>{}</pre>", leak.replace('"', "&quot;").replace('\'', "&#39;")) };
    let (begin, end) = ("<!doctype html><html>", "</html>");
    format!("{begin}{}{last}{end}", CARD.repeat((bytes - begin.len() - last.len() - end.len()) / CARD.len()))
}
