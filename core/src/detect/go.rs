//! Go: panics and goroutine dumps.

use super::Category::StackTrace;
use super::table::{Detector, literals, why};
use super::text::{contains, is_path, number, starts_with_any, take, take_back};
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
        id: "go.call",
        category: StackTrace,
        level: Relaxed,
        why: why("one call of a trace, with its arguments as words of memory: `main.serve(0xc00012a000, 0x15)`"),
        anchors: literals!["(0xc0", "({0xc0"],
        any_case: false,
        check: call,
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
                // What the runtime or a handler writes in front of the value; people write "Don't panic: …". A byte order mark may be in front.
                || hit.before().trim_ascii_end().last().is_none_or(|byte| matches!(byte, b'"' | b':' | b'>' | b'(' | 0xbf))
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

fn call(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, name) = take_back(hit.before(), |byte| is_path(byte) || matches!(byte, b'(' | b')' | b'*'));
    let (_, rest) = take(hit.after(), |byte| byte.is_ascii_hexdigit());
    (name.contains(&b'.') && matches!(rest.first(), Some(b',' | b')' | b'?' | b'}'))).then_some(before.len())
}

fn created_by(hit: &mut Hit<'_>) -> Option<usize> {
    let called = contains(hit.after(), " in goroutine ");
    let (function, _) = take(hit.after(), |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'\\' | b'"' | b'<'));
    let method = function.contains(&b'(') && starts_with_any(function, &["net/http.", "main."]);
    (called || method || function == b"main.main").then_some(hit.start)
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
            "panic: no seat for order 17",
            "{\"error\":\"panic: no seat\"}",
            "reserve: panic: no seat",
            "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4]",
            "runtime error: integer divide by zero",
            "fatal error: all goroutines are asleep - deadlock!",
        ],
        clean: &[
            "Do not panic: we are working on it.",
            "Don't panic: it will be back.",
            "Bank panic: what you should know",
            "A runtime error: please try again.",
        ],
    },
    super::tests::Example {
        id: "go.frame",
        leaks: &["\t/srv/shop/main.go:17 +0x1d", "main.go:17 +0x1d"],
        clean: &["Ready, set.go: 12 runners"],
    },
    super::tests::Example {
        id: "go.call",
        leaks: &["net/http.(*conn).serve(0xc00007eaa0, 0x12f10a0, 0xc00008a780)", "main.total(0xc000104400)"],
        clean: &["The colour (0xc0ffee) is brown", "Registers (0xc0, 0xc1) of the chip.", "See Table.3 (0xc0de)"],
    },
    super::tests::Example {
        id: "go.created_by",
        leaks: &["created by main.main in goroutine 1", "created by main.main\n", "created by net/http.(*Server).Serve"],
        clean: &["created by our team (2024)", "created by main.street bakery"],
    },
];
