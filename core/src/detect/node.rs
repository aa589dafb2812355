//! V8 (Node, Deno, Bun, browsers) and the other JavaScript engines.

use super::Category::StackTrace;
use super::table::{Detector, literal, literals, why};
use super::text::{contains, first, is_path, last, lead, number, starts_with_any, take_back};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "node.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `at fn (file:line:column)` or `fn@file:line:column`"),
        anchors: literals![
            ".js:",
            ".mjs:",
            ".cjs:",
            ".ts:",
            ".mts:",
            ".cts:",
            ".tsx:",
            ".jsx:",
            ".vue:",
            ".svelte:",
            ".bundle:",
            "<anonymous>:"
        ],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "node.internal_frame",
        category: StackTrace,
        level: Relaxed,
        why: why("a frame inside the runtime, a bundler's module or a file without extension"),
        anchors: literals![
            "(node:",
            "at node:",
            "(internal/",
            "(webpack",
            " (/",
            "(file:",
            "at file:",
            "(ext:",
            "at ext:",
            "(eval at ",
            "(bun:",
            "(native:",
        ],
        any_case: false,
        check: internal_frame,
    },
    Detector {
        id: "node.anonymous_frame",
        category: StackTrace,
        level: Relaxed,
        why: why("a frame without a place: `at new Promise (<anonymous>)`"),
        anchors: literals!["(<anonymous>)", "(native)", "(index 0)"],
        any_case: false,
        check: anonymous_frame,
    },
    Detector {
        id: "node.foreign_frame",
        category: StackTrace,
        level: Relaxed,
        why: why("a frame in compiled code: `at wasm://wasm/0006d966:wasm-function[119]:0xbb13`, `[native code]`"),
        anchors: literals!["wasm-function[", "[native code]"],
        any_case: false,
        check: literal,
    },
];

/// Two numbers: `12:34`, and then no more of a name.
fn line_and_column(text: &[u8]) -> bool {
    let column = number(text).and_then(|rest| rest.strip_prefix(b":"));
    column.and_then(number).is_some_and(|rest| !rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric()))
}

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    let (_, name) = take_back(hit.before(), |byte| is_path(byte) || matches!(byte, b':' | b'('));
    // Old browsers told no column: `onclick@http://cdn.shop.test/app.js:82` or `at onclick (http://cdn.shop.test/app.js:82)`, and nothing else
    // in the line.
    let alone = || number(hit.after()).is_some_and(|rest| rest.first().is_none_or(|byte| matches!(byte, b'\r' | b'\\' | b'"' | b')')));
    let called = || contains(name, "@http") || contains(name, "://") && contains(last(hit.before(), 160), " at ");
    (line_and_column(hit.after()) || called() && alone()).then(|| hit.start.saturating_sub(name.len()))
}

fn internal_frame(hit: &mut Hit<'_>) -> Option<usize> {
    let place = first(hit.after(), lead(hit.after(), |byte| !matches!(byte, b')' | b'"' | b'\'' | b',' | b'\\')));
    let opened = matches!(hit.line.get(hit.start..hit.end), Some([b'(', ..] | [b' ', b'(', ..]));
    let called = !opened || contains(last(hit.before(), 160), "at ");
    let colon = place.iter().rposition(|&byte| byte == b':')?;
    let line = place.get(..colon)?.iter().rposition(|&byte| byte == b':')?;
    let numbers = place.get(line.saturating_add(1)..)?;
    (called && line_and_column(numbers)).then_some(hit.start)
}

fn anonymous_frame(hit: &mut Hit<'_>) -> Option<usize> {
    let before = hit.before();
    let at = crate::find::rfind(last(before, 120), b"at ")?;
    let name = last(before, 120).get(at.saturating_add(3)..)?;
    let named = name.first().is_some_and(u8::is_ascii_alphabetic)
        && lead(name, |byte| is_path(byte) || matches!(byte, b' ' | b'<' | b'>' | b'#')) == name.len();
    let plain = name.iter().filter(|&&byte| byte == b' ').count() <= if starts_with_any(name, &["new ", "async "]) { 2 } else { 1 };
    (named && plain).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "node.frame",
        leaks: &[
            "    at handler (/srv/shop/orders.js:42:17)",
            "    at async file:///srv/main.mjs:3:9",
            "render@https://cdn.shop.test/app.js:1:2034",
            "onclick@https://cdn.shop.test/app.js:82",
            "    at onclick (http://cdn.shop.test/app.js:4283)",
            "    at file:///srv/shop/app.js:878",
            "onPress@index.android.bundle:12:2336",
            "    at Object.fetch (worker.ts:12:3)",
        ],
        clean: &[
            "Load the script app.js: it is small",
            "mail web@shop.js:80 or come by",
            "Released at 10:30:12 (UTC): main.js, and 3:2 won the vote",
        ],
    },
    super::tests::Example {
        id: "node.internal_frame",
        leaks: &[
            "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
            "    at node:internal/main/run_main_module:23:47",
            "    at Server.<anonymous> (/srv/shop/bin/www:12:34)",
            "    at eval (webpack-internal:///./src/x:12:3)",
        ],
        clean: &["Choose a page (/help or /contact) at 10:30:00", "open (/) at 3:4"],
    },
    super::tests::Example {
        id: "node.anonymous_frame",
        leaks: &["    at new Promise (<anonymous>)", "    at Array.map (<anonymous>)", "    at JSON.parse (<anonymous>)"],
        clean: &["You spoke at length with an agent (<anonymous>)", "look at the page we wrote for you (native)"],
    },
    super::tests::Example {
        id: "node.foreign_frame",
        leaks: &["    at wasm://wasm/0006d966:wasm-function[119]:0xbb13", "value@app:12\n[native code]\n"],
        clean: &["A wasm-function of the browser is missing", "written in native code"],
    },
];
