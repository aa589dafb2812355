//! Rust panics and backtraces.

use super::Category::StackTrace;
use super::table::{Detector, literal, literals, why};
use super::text::{at_number, contains, ends_in_name, is_path, last, trail};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "rust.panic",
        category: StackTrace,
        level: Relaxed,
        why: why("a panic with its thread or place"),
        anchors: literals!["panicked at "],
        any_case: false,
        check: panic,
    },
    Detector {
        id: "rust.unwrap",
        category: StackTrace,
        level: Relaxed,
        why: why("the message of a failed unwrap"),
        anchors: literals!["called `Result::unwrap", "called `Option::unwrap", "called `Result::expect"],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "rust.backtrace",
        category: StackTrace,
        level: Relaxed,
        why: why("a backtrace, or the hint how to get one"),
        anchors: literals![
            "RUST_BACKTRACE",
            "stack backtrace:",
            "non-unwinding panic",
            "/rustc/",
            "rust_begin_unwind",
            "core::panicking::",
            "std::panicking::",
        ],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "rust.cause",
        category: StackTrace,
        level: Standard,
        why: why("the causes of an error, as anyhow and eyre list them below it"),
        anchors: literals!["Caused by:"],
        any_case: false,
        check: cause,
    },
    Detector {
        id: "rust.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a file and line of Rust"),
        anchors: literals![".rs:"],
        any_case: false,
        check: place,
    },
];

fn panic(hit: &mut Hit<'_>) -> Option<usize> {
    (contains(last(hit.before(), 80), "thread ") || contains(hit.after(), ".rs:")).then_some(hit.start)
}

/// On the next line: what Java writes goes on behind the colon.
fn cause(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after().trim_ascii_end();
    (hit.before().trim_ascii().is_empty() && rest.is_empty() || rest.starts_with(b"\\n  ")).then_some(hit.start)
}

/// A directory is part of it: `example.rs:443` is a host.
fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let name = last(hit.before(), trail(hit.before(), |byte| is_path(byte) || byte == b':'));
    let local = name.contains(&b'/') && !contains(name, "://") && !name.starts_with(b"//");
    (local && ends_in_name(name) && at_number(hit.after())).then(|| hit.start.saturating_sub(name.len()))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "rust.panic",
        leaks: &["thread 'main' panicked at src/main.rs:4:5:", "thread 'tokio-runtime-worker' panicked at 'boom', src/x.rs:3"],
        clean: &["The crowd panicked at the concert"],
    },
    super::tests::Example {
        id: "rust.unwrap",
        leaks: &["called `Option::unwrap()` on a `None` value", "called `Result::unwrap()` on an `Err` value: ParseIntError"],
        clean: &["Result: unwrap the gift"],
    },
    super::tests::Example {
        id: "rust.backtrace",
        leaks: &["note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", "stack backtrace:"],
        clean: &["rust on the car, no backtrace of the thief"],
    },
    super::tests::Example {
        id: "rust.cause",
        leaks: &["bad order\n\nCaused by:\n    0: invalid value"],
        clean: &["Caused by: a storm", "It was caused by:\n    rain"],
    },
    super::tests::Example {
        id: "rust.place",
        leaks: &["src/handlers/order.rs:42:9", "at ./src/x.rs:3"],
        clean: &["https://api.example.rs:443/x", "api.example.rs:443"],
    },
];
