//! One line of a trace. Most languages write the same three things, a file, a line number and a function; they differ in the words
//! and brackets between them.

use super::text::{Text as _, after, before, cut, is_digit, is_letter_or_digit};
use crate::detect::is_source_file;

/// One call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// Empty where it is not known.
    pub(super) file: String,
    /// Digits; empty where it is not known.
    pub(super) line: String,
    /// Empty where it is not known.
    pub(super) function: String,
}

/// What a line of a body is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape<'t> {
    Frame(Frame),
    /// A message, and the place that it names.
    Located(&'t str, Frame),
}

impl Frame {
    /// `app/orders.py:42 in total`, or what is known of it.
    pub(super) fn to_line(&self) -> String {
        let Frame { file, line, function } = self;
        match (file.is_empty(), line.is_empty(), function.is_empty()) {
            (true, _, _) => function.clone(),
            (_, true, true) => file.clone(),
            (_, false, true) => format!("{file}:{line}"),
            (_, true, false) => format!("{file} in {function}"),
            (_, false, false) => format!("{file}:{line} in {function}"),
        }
    }

    /// Whether the call is in a language's runtime, a framework or an installed package.
    pub(super) fn is_library(&self) -> bool {
        LIBRARY_FUNCTIONS.iter().any(|start| self.function.begins(start)) || LIBRARY_FILES.iter().any(|part| self.file.has(part))
    }
}

/// Reads a line, without blanks around it. `previous` is the line before it, where Go and Rust write the function.
pub(super) fn read<'t>(line: &'t str, previous: &str) -> Option<Shape<'t>> {
    let line = line.behind("from ").unwrap_or(line);
    let (mark, body) = marked(line);
    let Some(Place { text, file, number, rest }) = place(body, mark == Mark::None) else {
        return without_place(mark, body);
    };
    let mut frame = Frame { file: file.to_owned(), line: number.to_owned(), function: String::new() };
    if frame.line == "0" {
        // Mono has no debug symbols here: a module's hash.
        (frame.file, frame.line) = (String::new(), String::new());
    }
    let mut message = None;
    if let Some(named) = NAMED.iter().find_map(|mark| rest.behind(mark)) {
        let named = named.behind("method ").or_else(|| named.behind("function ")).unwrap_or(named);
        let (name, behind) = quoted(named);
        name.clone_into(&mut frame.function);
        message = behind.behind(": ");
    } else if text.is_empty() || mark == Mark::Numbered {
        match rest.skip(|c| c == ')').behind(": ") {
            Some(said) => match called(said) {
                Some(name) => name.clone_into(&mut frame.function),
                None => message = Some(said),
            },
            None if text.is_empty() => frame.function = above(previous, file)?.to_owned(),
            None => {}
        }
    }
    if frame.function.is_empty() && !text.is_empty() {
        let prose = text.bare();
        if let Some(call) = prose.ahead_of(" called at").or_else(|| prose.ahead_of(" in").filter(|_| mark != Mark::None)) {
            name_of(call).clone_into(&mut frame.function);
        } else if let Some(said) = prose.ahead_of(" at").or_else(|| prose.ahead_of(" in")).filter(|_| mark == Mark::None) {
            match said.behind("in ") {
                // Raku
                Some(call) => name_of(call).clone_into(&mut frame.function),
                None => message = Some(said),
            }
        } else if mark != Mark::None || text.ends("@") {
            name_of(text).clone_into(&mut frame.function);
        } else if let Some(call) = text.ahead_of("(") {
            // `name (file:1)` is a call; in `what happened (file:1)` and `what happened (name(file:1))` the words are a message.
            match call.bare().last_halves(" ") {
                Some((said, last)) => message = Some(if call.ends(" ") && !last.begins("(") { call.bare() } else { said }),
                None => name_of(call).clone_into(&mut frame.function),
            }
        } else if !(text.begins("(") && text.ends(") ")) {
            return None;
        }
    }
    let is_empty = frame.file.is_empty() && frame.function.is_empty();
    match message {
        Some(said) => Some(Shape::Located(said, frame)),
        None => Some(Shape::Frame(frame)).filter(|_| !is_empty),
    }
}

/// How a line says that it is a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    /// `at `, `File "`
    Word,
    /// `#0 `
    Numbered,
}

fn marked(line: &str) -> (Mark, &str) {
    if let Some(rest) = line.behind("at ") {
        return (Mark::Word, rest.behind("async ").unwrap_or(rest));
    }
    if let Some(rest) = line.behind("File ").filter(|rest| rest.begins("\"")) {
        return (Mark::Word, rest);
    }
    let digits = line.behind("#").map(|rest| rest.skip(is_digit));
    match digits.filter(|rest| rest.begins(" ") && line.len() > rest.len().saturating_add(1)) {
        Some(rest) => (Mark::Numbered, rest.bare()),
        None => (Mark::None, line),
    }
}

/// A file and a line number in a line.
struct Place<'t> {
    /// What is before them.
    text: &'t str,
    file: &'t str,
    number: &'t str,
    /// What is behind them, without a column.
    rest: &'t str,
}

/// The first place in a line; where nothing else says that the line is a frame, the file must look like source.
fn place(line: &str, strict: bool) -> Option<Place<'_>> {
    let (mut last, mut numbers) = (' ', 0_usize);
    for (at, c) in line.char_indices() {
        let starts = c.is_ascii_digit() && matches!(last, ':' | '(' | ' ');
        last = c;
        if !starts {
            continue;
        }
        numbers = numbers.saturating_add(1);
        if numbers > MAX_NUMBERS {
            return None;
        }
        let head = cut(line, at);
        let tail = after(line, at);
        let rest = tail.skip(is_digit);
        let number = before(tail, rest);
        let Some((path, is_quoted)) = CONNECTORS.iter().find_map(|(mark, quoted)| Some((head.ahead_of(mark)?, *quoted))) else {
            continue;
        };
        // Not a version, an address or the beginning of a name; a sentence may end.
        let fits = !rest.drop_end(".").starts(|c| is_letter_or_digit(c) || matches!(c, '/' | '_' | '.' | '-'));
        if number.len() > MAX_DIGITS || !fits {
            continue;
        }
        let start = if is_quoted { path.rfind('"') } else { path.rfind(|c: char| !is_path(c)) };
        let start =
            start.map_or(0, |start| start.saturating_add(path.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)));
        let mut file = after(path, start);
        if let Some((function, url)) = file.halves("@").filter(|(function, url)| strict && !function.has("/") && url.has("/")) {
            // Firefox and Safari: `name@file:1:2`.
            file = url;
            let text = cut(line, start.saturating_add(function.len()).saturating_add(1));
            return Some(Place { text, file, number, rest: column(rest) });
        }
        if let Some((_, text)) = file.last_halves(">").filter(|(_, text)| !text.is_empty()) {
            // An element of XML.
            file = text;
        }
        let is_file = file.any(|c| c.is_ascii_alphabetic() || !c.is_ascii()) && file.len() <= MAX_FILE;
        let known = is_source_file(file.as_bytes()) || file.begins("<internal:") || file.ends(".ru") || file.ends(".psgi");
        if is_file && (known || !strict) {
            let text = cut(line, start);
            let text = if is_quoted { text.drop_end("\"") } else { text };
            return Some(Place { text, file, number, rest: column(rest) });
        }
    }
    None
}

fn is_path(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '\'' | '`' | ',' | ';' | '=' | '{' | '}' | '|')
}

/// What is behind a column, and the brackets and quotes around a place.
fn column(rest: &str) -> &str {
    match rest.behind(":").filter(|rest| rest.starts(is_digit)) {
        Some(rest) => rest.skip(is_digit),
        None => rest,
    }
}

/// A frame that names no file: `at java.lang.Thread.run(Native Method)`, `at Acme.Shop.Total(Int32 id)`, `#1 [internal function]: f()`.
fn without_place(mark: Mark, body: &str) -> Option<Shape<'static>> {
    let name = match mark {
        Mark::None => return None,
        Mark::Numbered => called(body.behind("[internal function]: ")?)?,
        Mark::Word => {
            let (name, inside) = body.halves("(")?;
            let closed = body.ends(")") || body.has(") [0x") || body.has(") in ");
            let known = name.has(".") || NOWHERE.iter().any(|text| inside.begins(text));
            let name = name_of(name);
            if !closed || !known || name.has(" ") && !name.begins("new ") {
                return None;
            }
            name
        }
    };
    let function = name.to_owned();
    (!name.is_empty()).then(|| Shape::Frame(Frame { function, ..Frame::default() }))
}

/// The function in what is before a place: without its module, arguments and brackets.
fn name_of(text: &str) -> &str {
    let text = text.bare().drop_end("(@");
    let text = match text.halves(" ") {
        // An address, in traces of native code.
        Some((address, rest)) if address.begins("0x") => rest.behind("in ").unwrap_or(rest),
        _ => text,
    };
    // Go writes `main.(*server).list`.
    let ends = |(at, c): &(usize, char)| matches!(c, '(' | '[') && *at > 0 && !cut(text, *at).ends(".");
    let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
    let name = cut(text, end).bare();
    // `java.base/java.lang.Thread.run`, `app//Shop.total`
    match name.last_halves("/") {
        Some((module, name)) if name.has(".") && !module.has(".") || module.ends(".base") => name,
        _ => name,
    }
}

/// The name in quotes or up to the end, and what is behind it.
fn quoted(text: &str) -> (&str, &str) {
    let inner = text.skip(|c| matches!(c, '\'' | '`' | '"'));
    if inner.len() == text.len() {
        return (text.drop_end("\")"), "");
    }
    // A name in quotes may have some of its own: the last before a message counts.
    let end = inner
        .at("': ")
        .or_else(|| inner.last_halves("'").or_else(|| inner.last_halves("\"")).map(|(name, _)| name.len()))
        .unwrap_or(inner.len());
    (cut(inner, end), after(inner, end).skip(|c| matches!(c, '\'' | '"')))
}

/// The function in `Shop.order(%{id: 7})`, `Shop.order/1`, `Cart->total()`; `None` for prose.
fn called(text: &str) -> Option<&str> {
    let text = text.behind("anonymous fn").map_or(text, |rest| rest.halves(" in ").map_or(rest, |(_, function)| function));
    let end = Some(text.until(|c| matches!(c, '(' | '/'))).filter(|end| *end < text.len())?;
    let name = cut(text, end);
    (!name.is_empty() && !name.has(" ")).then_some(name)
}

/// The function that the line above a bare place names. Where there is none, a place alone is a frame only in a source file of a
/// language that writes it so.
fn above<'p>(previous: &'p str, file: &str) -> Option<&'p str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((_, name)) = previous.halves(": ").filter(|(number, _)| is_number(number)) {
        return Some(name);
    }
    if file.ends(".go") {
        let call = previous.behind("created by ").unwrap_or(previous);
        let call = call.halves(" in goroutine ").map_or(call, |(call, _)| call);
        return match call.last_halves("(") {
            Some((name, _)) if call.ends(")") => Some(name),
            _ => Some(call).filter(|call| !call.has(" ") && call.has(".")),
        };
    }
    Some("")
}

/// What stands between a file and its line number, and whether a quote begins the file's name.
const CONNECTORS: &[(&str, bool)] =
    &[("\", line ", true), (":line ", false), (" on line ", false), (", line ", false), (" line ", false), (":", false), ("(", false)];

/// What stands between a line number and the function.
const NAMED: &[&str] = &[", in ", ":in ", ": in ", " in "];

/// In brackets where there is no file.
const NOWHERE: &[&str] = &["<anonymous>", "native", "index ", "unknown"];

/// How the functions of runtimes and frameworks begin.
#[rustfmt::skip]
const LIBRARY_FUNCTIONS: &[&str] = &[
    "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "scala.", "clojure.", "org.springframework.",
    "org.apache.", "org.eclipse.", "org.hibernate.", "org.postgresql.", "com.mysql.", "com.zaxxer.", "com.fasterxml.", "io.netty.",
    "reactor.", "System.", "Microsoft.", "runtime.", "runtime/", "net/http.", "panic", "core::", "std::", "alloc::", "tokio::", "hyper",
    "axum::", "actix_", "__rust_", "rust_begin_unwind", "<core::", "<alloc::", "<std::", "anyhow::", "backtrace::",
];

/// What the paths of runtimes and installed packages contain.
#[rustfmt::skip]
const LIBRARY_FILES: &[&str] = &[
    "node:", "node_modules/", "site-packages/", "dist-packages/", "/vendor/", "/gems/", "<internal", "/usr/lib/", "/usr/share/",
    "/usr/local/lib/", ".cargo/registry", "cargo/registry", "/rustc/", "internal/", "/pkg/mod/", "deps/", "/usr/local/go/",
];

const MAX_DIGITS: usize = 7;
const MAX_FILE: usize = 512;
/// A call names its place among the first numbers of its line.
const MAX_NUMBERS: usize = 16;
