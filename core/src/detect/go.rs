//! Go: panics and goroutine dumps.

use super::Category::StackTrace;
use super::table::{Detector, literals, why};
use super::text::{contains, is_path, number, starts_with_any, take_back};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "go.goroutine",
        category: StackTrace,
        level: Relaxed,
        why: why("the head of a goroutine's dump"),
        anchors: literals!["goroutine "],
        any_case: false,
        check: goroutine,
    },
    Detector {
        id: "go.panic",
        category: StackTrace,
        level: Relaxed,
        why: why("a panic as the runtime or net/http prints it"),
        anchors: literals![
            "panic: ",
            "panic serving ",
            "[signal SIG",
            "runtime error: ",
            "invalid memory address or nil",
            "all goroutines are asleep",
        ],
        any_case: false,
        check: panic,
    },
    Detector {
        id: "go.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: file, line and offset in the binary"),
        anchors: literals![".go:"],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "go.created_by",
        category: StackTrace,
        level: Relaxed,
        why: why("who started a goroutine"),
        anchors: literals!["created by "],
        any_case: false,
        check: created_by,
    },
];

fn goroutine(hit: &mut Hit<'_>) -> Option<usize> {
    number(hit.after()).is_some_and(|rest| starts_with_any(rest, &[" [", " gp=", " goid="])).then_some(hit.start)
}

fn panic(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "panic: " => {
            starts_with_any(
                hit.after(),
                &["runtime error", "main.", "assignment to entry in nil map", "interface conversion", "send on closed channel"],
            ) || contains(hit.after(), "goroutine ")
                || contains(hit.after(), "[recovered]")
        }
        "runtime error: " => starts_with_any(
            hit.after(),
            &[
                "index out of range",
                "slice bounds",
                "invalid memory",
                "integer divide",
                "hash of unhashable",
                "makeslice",
                "comparing uncomparable",
                "cgo argument",
            ],
        ),
        "panic serving " => contains(hit.after(), ":"),
        _ => true,
    }
    .then_some(hit.start)
}

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = number(hit.after())?;
    let (before, name) = take_back(hit.before(), is_path);
    let frame = rest.starts_with(b" +0x") || name.contains(&b'/') && matches!(before.last(), Some(b'\t' | b'(' | b' ' | b'"'));
    frame.then_some(before.len())
}

fn created_by(hit: &mut Hit<'_>) -> Option<usize> {
    let called = contains(hit.after(), " in goroutine ");
    let method = hit.after().iter().take_while(|byte| !byte.is_ascii_whitespace()).any(|&byte| byte == b'(');
    (called || method && starts_with_any(hit.after(), &["net/http.", "main."])).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "go.goroutine",
        leaks: &["goroutine 1 [running]:", "goroutine 34 [chan receive, 2 minutes]:"],
        clean: &["A goroutine 1 kB in size", "The goroutine is a light thread"],
    },
    super::tests::Example {
        id: "go.panic",
        leaks: &[
            "panic: runtime error: index out of range [3] with length 3",
            "http: panic serving 127.0.0.1:4312: boom",
            "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4]",
            "runtime error: integer divide by zero",
            "fatal error: all goroutines are asleep - deadlock!",
        ],
        clean: &["Do not panic: we are working on it.", "A runtime error: please try again."],
    },
    super::tests::Example {
        id: "go.frame",
        leaks: &["\t/srv/shop/main.go:17 +0x1d", "main.go:17 +0x1d"],
        clean: &["Ready, set.go: 12 runners"],
    },
    super::tests::Example {
        id: "go.created_by",
        leaks: &["created by main.main in goroutine 1", "created by net/http.(*Server).Serve"],
        clean: &["created by our team (2024)", "created by main.street bakery"],
    },
];
