//! Python: tracebacks and their frames.

use super::Category::StackTrace;
use super::table::{Detector, literal, literals, why};
use super::text::{at_number, contains_any, is_any, is_name, take};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "python.traceback",
        category: StackTrace,
        level: Relaxed,
        why: why("the first line of every Python traceback"),
        anchors: literals!["Traceback (most recent call last)", "Traceback (innermost last)"],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "python.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: file, line and function of the server's code"),
        anchors: literals!["File \"", "File \\", "File '"],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "python.class",
        category: StackTrace,
        level: Relaxed,
        why: why("a class as Python prints it"),
        anchors: literals!["<class '"],
        any_case: false,
        check: class,
    },
    Detector {
        id: "python.chained",
        category: StackTrace,
        level: Relaxed,
        why: why("the sentence between two chained tracebacks"),
        anchors: literals!["During handling of the above exception", "above exception was the direct"],
        any_case: false,
        check: literal,
    },
];

/// `File "/app/x.py", line 3`, also with quotes that are escaped many times.
fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    fn is_quote(byte: u8) -> bool {
        matches!(byte, b'"' | b'\'')
    }
    let opened = hit.line.get(hit.end.saturating_sub(1)).is_some_and(|&byte| is_quote(byte));
    let (_, rest) = take(hit.after(), |byte| byte == b'\\');
    let rest = if opened { rest } else { rest.strip_prefix(b"\"")? };
    let (name, rest) = take(rest, |byte| !is_quote(byte));
    let line = rest.get(1..)?.strip_prefix(b", line ")?;
    (!name.is_empty() && at_number(line)).then_some(hit.start)
}

fn class(hit: &mut Hit<'_>) -> Option<usize> {
    let (name, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
    // With its module, built in, or by its name an exception.
    let built_in = ["int", "str", "dict", "list", "bytes", "float", "tuple", "bool", "object", "function", "NoneType"];
    let raised = name.contains(&b'.')
        || is_any(name, &built_in)
        || contains_any(name, &["Error", "Exception", "Warning", "Interrupt", "Exit", "Timeout"]);
    (raised && rest.starts_with(b"'>")).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "python.traceback",
        leaks: &["Traceback (most recent call last):\n", "| Traceback (most recent call last):"],
        clean: &["The traceback is in the log, see the most recent call."],
    },
    super::tests::Example {
        id: "python.frame",
        leaks: &[
            "  File \"/srv/x.py\", line 12, in handler\n    total = None.amount",
            "File \"<string>\", line 1, in <module>",
            "File \"app.py\", line 3",
        ],
        clean: &["File \"report.pdf\" could not be uploaded", "The file \"a b\" on line 3 of your order is missing"],
    },
    super::tests::Example {
        id: "python.class",
        leaks: &[
            "<class 'Exception'>:method \"none\" is not supported",
            "<class 'shop.errors.CartError'>",
            "[<class 'decimal.ConversionSyntax'>]",
            "expected <class 'str'>",
        ],
        clean: &["the <class 'a'> of the thing", "a <class 'Errors"],
    },
    super::tests::Example {
        id: "python.chained",
        leaks: &["During handling of the above exception, another exception occurred:"],
        clean: &["During handling of your parcel another exception occurred."],
    },
];
