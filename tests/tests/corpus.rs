//! Holds detection to its targets on the corpus of real bodies, and prints how it does: `make eval`.
#![allow(clippy::print_stdout, reason = "`make eval` is for reading")]

use backstop_core::{Decision, Policy};
use backstop_tests::corpus::{Label, Sample, judge, load};
use backstop_tests::suite::here;
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

fn evaluate(samples: &[Sample], level: &str, gzip: bool, show: bool) -> Score {
    let policy = Arc::new(Policy::from_json(&format!(r#"{{"inspect":{{"level":"{level}"}}}}"#)).expect("a policy"));
    let mut stacks: BTreeMap<String, Score> = BTreeMap::new();
    let mut all = Score::default();
    for sample in samples {
        let report = judge(&policy, sample, gzip).expect("a report");
        let replaced = report.decision() == Decision::Replaced;
        all.count(sample.entry.label, replaced);
        stacks.entry(sample.stack.clone()).or_default().count(sample.entry.label, replaced);
        if show && replaced != (sample.entry.label == Label::Unsafe) {
            let what = if replaced { "FALSE ALARM" } else { "MISSED" };
            let found = report.findings().iter().map(|finding| format!("{}@{}", finding.detector, finding.offset)).collect::<Vec<_>>();
            println!("{what} {}/{} ({}) {}", sample.stack, sample.entry.file, sample.entry.kind, found.join(" "));
        }
    }
    if show {
        println!("\n{:24} {:>13} {:>16}", "stack", "caught", "false alarms");
        for (stack, score) in &stacks {
            println!("{stack:24} {:>5} of {:>4} {:>8} of {:>4}", score.caught, score.leaks, score.alarms, score.safe);
        }
    }
    println!(
        "{level}{}: recall {:.4} ({} of {}), false alarms {:.4} ({} of {})",
        if gzip { ", gzip" } else { "" },
        all.recall(),
        all.caught,
        all.leaks,
        all.false_alarms(),
        all.alarms,
        all.safe
    );
    all
}

#[test]
fn the_corpus() {
    let samples = samples();
    for gzip in [false, true] {
        let score = evaluate(&samples, "standard", gzip, !gzip);
        assert!(score.recall() >= 0.99, "too many leaks pass");
        assert!(score.false_alarms() <= 0.01, "too many false alarms");
    }
    let relaxed = evaluate(&samples, "relaxed", false, false);
    assert!(relaxed.false_alarms() <= 0.005, "the level for what nobody sends on purpose has more alarms than that");
    let strict = evaluate(&samples, "strict", false, false);
    assert!(strict.recall() >= 0.999, "a leak looks like an error for clients");
}

/// Bodies of stacks that no detector was written from, as a figure for what is yet to come. Which of them are judged wrongly is not
/// printed: who looks has to move the stack to the others. The bounds are for accidents.
#[test]
fn held_out() {
    let samples = load(&here().join("corpus/held-out")).expect("the held-out part of the corpus");
    println!("held out, {} bodies:", samples.len());
    let score = evaluate(&samples, "standard", false, false);
    assert!(score.recall() >= 0.7 && score.false_alarms() <= 0.02, "far worse than it was");
}
