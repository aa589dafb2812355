//! Holds detection to its targets on the corpus of real bodies, and prints how it does: `make eval`.
#![allow(clippy::print_stdout, reason = "`make eval` is for reading")]

use backstop_core::{Decision, Policy};
use backstop_tests::corpus::{Entry, Label, Sample, judge, load};
use backstop_tests::suite::here;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// How often bodies of each label were recognised for what they are.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    leaks: usize,
    caught: usize,
    safe: usize,
    alarms: usize,
}

impl Score {
    fn count(&mut self, label: Label, replaced: bool) {
        match label {
            Label::Unsafe => {
                self.leaks += 1;
                self.caught += usize::from(replaced);
            }
            Label::Safe => {
                self.safe += 1;
                self.alarms += usize::from(replaced);
            }
        }
    }

    fn recall(self) -> f64 {
        ratio(self.caught, self.leaks, 1.0)
    }

    fn false_alarms(self) -> f64 {
        ratio(self.alarms, self.safe, 0.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of files")]
fn ratio(part: usize, whole: usize, empty: f64) -> f64 {
    if whole == 0 { empty } else { part as f64 / whole as f64 }
}

fn samples() -> Vec<Sample> {
    // Another folder of the same form, for bodies that are not in the repository.
    let folder = std::env::var_os("BACKSTOP_CORPUS").map_or_else(|| here().join("corpus/bodies"), PathBuf::from);
    load(&folder).expect("the corpus")
}

/// One way to judge: a level, and whether the bodies are compressed.
#[derive(Debug, Clone, Copy)]
struct Way {
    level: &'static str,
    gzip: bool,
}

const WAYS: [Way; 4] = [
    Way { level: "standard", gzip: false },
    Way { level: "standard", gzip: true },
    Way { level: "relaxed", gzip: false },
    Way { level: "strict", gzip: false },
];

/// The score of each stack, ordered by name. `tell` hears of each wrong judgement.
fn evaluate(samples: &[Sample], way: Way, mut tell: impl FnMut(&str)) -> BTreeMap<String, Score> {
    let policy = Arc::new(Policy::from_json(&format!(r#"{{"inspect":{{"level":"{}"}}}}"#, way.level)).expect("a policy"));
    let mut stacks: BTreeMap<String, Score> = BTreeMap::new();
    for sample in samples {
        let report = judge(&policy, sample, way.gzip).expect("a report");
        let replaced = report.decision() == Decision::Replaced;
        stacks.entry(sample.stack.clone()).or_default().count(sample.entry.label, replaced);
        if replaced != (sample.entry.label == Label::Unsafe) {
            let what = if replaced { "FALSE ALARM" } else { "MISSED" };
            let found = report.findings().iter().map(|finding| format!("{}@{}", finding.detector, finding.offset)).collect::<Vec<_>>();
            tell(&format!("{what} {}/{} ({}) {}", sample.stack, sample.entry.file, sample.entry.kind, found.join(" ")));
        }
    }
    stacks
}

fn total(way: Way, stacks: &BTreeMap<String, Score>) -> Score {
    let mut all = Score::default();
    for score in stacks.values() {
        all.leaks += score.leaks;
        all.caught += score.caught;
        all.safe += score.safe;
        all.alarms += score.alarms;
    }
    let Score { leaks, caught, safe, alarms } = all;
    println!(
        "{}{}: recall {:.4} ({caught} of {leaks}), false alarms {:.4} ({alarms} of {safe})",
        way.level,
        if way.gzip { ", gzip" } else { "" },
        all.recall(),
        all.false_alarms()
    );
    all
}

#[test]
fn the_corpus() {
    let samples = samples();
    let [standard, gzip, relaxed, strict] = WAYS.map(|way| {
        evaluate(&samples, way, |wrong| {
            if way.level == "standard" && !way.gzip {
                println!("{wrong}");
            }
        })
    });
    println!("\n{:24} {:^37} | {:^31}", "", "caught", "false alarms");
    println!(
        "{:24} {:>5} {:>8} {:>5} {:>8} {:>6} | {:>4} {:>8} {:>5} {:>8} {:>6}",
        "stack", "of", "standard", "gzip", "relaxed", "strict", "of", "standard", "gzip", "relaxed", "strict"
    );
    for (stack, score) in &standard {
        let [gzip, relaxed, strict] = [&gzip, &relaxed, &strict].map(|stacks| stacks.get(stack).copied().unwrap_or_default());
        println!(
            "{stack:24} {:>5} {:>8} {:>5} {:>8} {:>6} | {:>4} {:>8} {:>5} {:>8} {:>6}",
            score.leaks,
            score.caught,
            gzip.caught,
            relaxed.caught,
            strict.caught,
            score.safe,
            score.alarms,
            gzip.alarms,
            relaxed.alarms,
            strict.alarms
        );
    }
    println!();
    let scores = [standard, gzip, relaxed, strict];
    let [standard, gzip, relaxed, strict] = std::array::from_fn(|index| total(WAYS[index], &scores[index]));
    for score in [standard, gzip] {
        assert!(score.recall() >= 0.99, "too many leaks pass");
        assert!(score.false_alarms() <= 0.01, "too many false alarms");
    }
    assert!(relaxed.false_alarms() <= 0.005, "the level for what nobody sends on purpose has more alarms than that");
    assert!(strict.recall() >= 0.999, "a leak looks like an error for clients");
}

/// Whether JSON is written on one line or on many says nothing of what it means.
#[test]
fn layout_does_not_matter() {
    let policy = Arc::new(Policy::from_json("{}").expect("a policy"));
    let mut compared = 0;
    for sample in samples() {
        let Ok(document @ (Value::Object(_) | Value::Array(_))) = serde_json::from_slice(&sample.body) else { continue };
        let forms = [serde_json::to_vec(&document), serde_json::to_vec_pretty(&document)];
        let [short, long] = forms.map(|body| {
            let form = Sample { body: body.expect("JSON"), stack: sample.stack.clone(), entry: sample.entry.clone() };
            judge(&policy, &form, false).expect("a report").decision()
        });
        assert_eq!(short, long, "{}/{}", sample.stack, sample.entry.file);
        compared += 1;
    }
    println!("{compared} documents, on one line and on many");
}

/// A name, a content type, and a body of it that has another one inside.
type Carrier = (&'static str, &'static str, fn(&str) -> String);

const CARRIERS: &[Carrier] = &[
    ("in JSON", "application/json", in_json),
    ("in JSON in JSON", "application/json", |text| in_json(&in_json(text))),
    ("in JSON that escapes all signs", "application/json", |text| {
        format!("{{\"error\":\"{}\"}}", spell(text, |sign| format!("\\u{sign:04x}")))
    }),
    ("in HTML", "text/html", |text| format!("<html><body><pre>{}</pre></body></html>", in_html(text))),
    ("in HTML, escaped twice", "text/html", |text| format!("<html><body><pre>{}</pre></body></html>", in_html(&in_html(text)))),
    ("in JSON in an attribute", "text/html", |text| format!("<div data-error=\"{}\">Oops</div>", in_html(&in_json(text)))),
    ("in a script", "text/html", |text| format!("<script>let e = '{}';</script>", spell(text, |sign| format!("\\x{sign:02x}")))),
    // As .NET and Go write it.
    ("in HTML in JSON", "application/json", |text| {
        in_json(&in_html(text)).replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
    }),
    ("in XML", "application/xml", |text| format!("<error><message>{}</message></error>", in_html(text))),
    ("in CDATA", "application/xml", |text| format!("<error><message><![CDATA[{text}]]></message></error>")),
    ("in a form", "application/x-www-form-urlencoded", |text| format!("error={}", spell(text, |sign| format!("%{sign:02X}")))),
    ("in Python's quotes", "application/json", |text| {
        let quoted = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\t', "\\t");
        in_json(&format!("upstream said b'{quoted}'"))
    }),
    ("beside advice", "application/json", |text| serde_json::json!({ "error": text, "message": "Please try again later." }).to_string()),
    ("behind a byte order mark", "text/plain", |text| format!("\u{feff}{text}")),
    ("in lines of events", "text/event-stream", |text| text.split('\n').map(|line| format!("data: {line}\n")).collect()),
];

fn in_json(text: &str) -> String {
    serde_json::json!({ "error": text }).to_string()
}

fn in_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// All that is neither letter nor digit as its number.
fn spell(text: &str, number: fn(u32) -> String) -> String {
    let spelled = |sign: char| if sign.is_alphanumeric() || !sign.is_ascii() { sign.to_string() } else { number(sign.into()) };
    text.chars().map(spelled).collect()
}

/// Gateways, error pages and test tools put what they were told into answers of their own.
#[test]
fn what_carries_a_leak_does_not_hide_it() {
    // Longer ones are over the limit when they are encoded.
    let samples: Vec<Sample> = samples().into_iter().filter(|sample| sample.body.len() < 64 << 10).collect();
    let carried = |content_type: &str, wrap: &dyn Fn(&str) -> Vec<u8>| -> Vec<Sample> {
        let wrapped = |sample: &Sample| {
            let entry = Entry { content_type: content_type.to_owned(), ..sample.entry.clone() };
            Some(Sample { stack: sample.stack.clone(), entry, body: wrap(std::str::from_utf8(&sample.body).ok()?) })
        };
        samples.iter().filter_map(wrapped).collect()
    };
    let utf16 = carried("text/plain; charset=utf-16", &|text| text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    let rest = CARRIERS.iter().map(|(name, content_type, wrap)| (*name, carried(content_type, &|text| wrap(text).into())));
    for (name, samples) in rest.chain([("in UTF-16", utf16)]) {
        print!("{name}, ");
        let score = total(WAYS[0], &evaluate(&samples, WAYS[0], |_| ()));
        assert!(score.recall() >= 0.99 && score.false_alarms() <= 0.01, "{name}");
    }
}

/// Bodies of stacks that no detector was written from, as a figure for what is yet to come. Which of them are judged wrongly is not
/// printed: who looks has to move the stack to the others. The bounds are for accidents.
#[test]
fn held_out() {
    let samples = load(&here().join("corpus/held-out")).expect("the held-out part of the corpus");
    let way = WAYS[0];
    let stacks = evaluate(&samples, way, |_| ());
    println!("held out, {} bodies:", samples.len());
    let score = total(way, &stacks);
    assert!(score.recall() >= 0.7 && score.false_alarms() <= 0.05, "far worse than it was");
}
