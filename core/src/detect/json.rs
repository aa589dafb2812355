//! JSON members (and what prints like them) that exist to show internals. The name alone is not enough: the value must be
//! code, a trace, or a structure that holds one. `"trace": "4bf9..."` is an ID and `"stack": "production"` a name.

use super::Category::{Database, Exception, StackTrace};
use super::path::is_source_file;
use super::table::{Detector, literals, why};
use super::text::{
    at_number, contains_any, ends_in_any, ends_in_name, first, is_any, is_any_case, is_name, is_path, last, lead, starts_with_any, take,
};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "json.stack",
        category: StackTrace,
        level: Relaxed,
        why: why("a member that carries a trace"),
        anchors: literals![
            "stacktrace\"",
            "stack_trace\"",
            "\"stack\"",
            "\"trace\"",
            "traceback\"",
            "backtrace\"",
            "stacktracestring\"",
            "errorstack\"",
            "callstack\"",
            "call_stack\"",
            "error_stack\"",
            "stack-trace\"",
            "\"frames\"",
            "stackentries\"",
            "stack_entries\"",
            "stackframes\"",
        ],
        any_case: true,
        check: stack,
    },
    Detector {
        id: "json.exception",
        category: Exception,
        level: Standard,
        why: why("a member that carries an exception, its class or its message"),
        anchors: literals![
            "\"exception\"",
            "exceptionmessage\"",
            "exceptiontype\"",
            "exceptionclass\"",
            "exception_message\"",
            "exception_type\"",
            "exception_class\"",
            "exceptionname\"",
            "innerexception\"",
            "inner_exception\"",
            "exceptiondetail\"",
            "exceptiondetails\"",
            "\"rootcause\"",
            "\"type\"",
            "\"name\"",
            "\"error\"",
            "errortype\"",
            "error_class\"",
            "errorclass\"",
            "exc_type\"",
            "root_cause\"",
        ],
        any_case: true,
        check: exception,
    },
    Detector {
        id: "json.debug",
        category: StackTrace,
        level: Standard,
        why: why("a member for developers that carries code or a trace"),
        anchors: literals![
            "\"debug\"",
            "debugmessage\"",
            "debug_message\"",
            "debuginfo\"",
            "debug_info\"",
            "\"_debug\"",
            "\"__debug\"",
            "debugdescription\"",
        ],
        any_case: true,
        check: debug,
    },
    Detector {
        id: "json.sql",
        category: Database,
        level: Standard,
        why: why("a member that carries a statement or a database's message"),
        anchors: literals![
            "\"sql\"",
            "sqlmessage\"",
            "sqlstate\"",
            "sqlquery\"",
            "sql_query\"",
            "sql_state\"",
            "\"errno\"",
            "\"statement\"",
            "\"syscall\"",
            "\"routine\"",
            "\"command\"",
        ],
        any_case: true,
        check: sql,
    },
    Detector {
        id: "json.place",
        category: StackTrace,
        level: Relaxed,
        why: why("members with a source file, or a method, and its line"),
        anchors: literals![
            "\"file\"",
            "\"filename\"",
            "\"fileName\"",
            "\"methodName\"",
            "\"declaringClass\"",
            "\"lineNumber\"",
            "\"file_name\"",
            "\"lineno\"",
        ],
        any_case: false,
        check: place,
    },
];

/// What follows a member's name.
enum Value<'a> {
    /// The text as far as it is seen, without the quotes.
    Text(&'a [u8]),
    /// From behind the bracket on.
    Array(&'a [u8]),
    Object(&'a [u8]),
    Other,
}

/// The value behind `"name"`, in JSON or as languages print their dictionaries.
fn value<'a>(after: &'a [u8]) -> Option<Value<'a>> {
    let rest = after.trim_ascii_start();
    let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=>")).or_else(|| rest.strip_prefix(b","))?;
    Some(inside(rest))
}

fn inside(text: &[u8]) -> Value<'_> {
    let rest = text.get(lead(text, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\\'))..).unwrap_or_default();
    match rest.split_first() {
        Some((b'"', text)) => Value::Text(text_of(text)),
        Some((b'[', rest)) => Value::Array(rest.trim_ascii_start()),
        Some((b'{', rest)) => Value::Object(rest.trim_ascii_start()),
        // Pretty-printed: the rest of the value is on the next line, which has to show it for itself.
        _ => Value::Other,
    }
}

/// Up to the quote that closes it. The second view no longer tells which quotes were escaped, so it may end early there.
pub(super) fn text_of(text: &[u8]) -> &[u8] {
    let mut escaped = false;
    let end = text.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    first(text, end.unwrap_or(text.len()))
}

/// The texts and names in an array or object: the beginning is enough.
fn holds(text: &[u8], names: &[&str]) -> bool {
    text.split(|&byte| byte == b'"').take(40).any(|part| is_any_case(part.strip_suffix(b"\\").unwrap_or(part), names))
}

/// Whether a text is code or a trace and not a word, an ID or a sentence.
fn is_code(text: &[u8]) -> bool {
    contains_any(
        text,
        &[
            "\\n    at ",
            "\\n  at ",
            "\\tat ",
            "   at ",
            "Exception",
            "Error:",
            "Error\\n",
            "::",
            "->",
            "#0 ",
            "line ",
            "0x",
            "\\r\\n",
            " in <",
            "/src/",
            "/lib/",
            "node:",
        ],
    ) || text.windows(2).any(|pair| matches!(pair, [b'(', b')'])) && text.contains(&b'.')
        || has_place(text)
}

/// A name with an ending, and `:` and a number, or a path to source.
fn has_place(text: &[u8]) -> bool {
    text.split(|&byte| !is_path(byte) && byte != b':').take(60).any(|word| {
        let (path, rest) = take(word, is_path);
        let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        is_source_file(path) && (path.contains(&b'/') || rest.strip_prefix(b":").is_some_and(at_number)) && !name.is_empty()
    })
}

fn stack(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    // `"trace"` and `"stack"` have other meanings; `stackTrace` has none.
    let sure = !is_any_case(word.as_bytes(), &["\"trace\"", "\"stack\"", "\"frames\"", "callstack\"", "call_stack\""]);
    let leaks = match value(hit.after())? {
        Value::Text(text) => is_code(text) || sure && text.len() > 20 && text.contains(&b' '),
        Value::Array(rest) => match inside(rest) {
            Value::Text(text) => is_code(text) || sure && text.contains(&b' '),
            Value::Object(rest) => holds(first(rest, 300), FRAME) || sure && rest.starts_with(b"\""),
            Value::Array(_) => sure,
            Value::Other => false,
        },
        Value::Object(rest) => holds(first(rest, 200), FRAME) || sure && rest.starts_with(b"\""),
        Value::Other => false,
    };
    leaks.then(|| name_start(hit))
}

/// Members that stand beside a class where an exception is told.
const BESIDE: &[&str] = &["\"message\"", "\"error\"", "\"msg\"", "\"args\"", "\"detail\""];

fn exception(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let sure = !is_any_case(word.as_bytes(), &["\"exception\"", "\"rootcause\"", "root_cause\""]);
    let parts =
        ["class", "message", "type", "name", "trace", "stack", "stacktrace", "file", "line", "cause", "code", "exception", "frames"];
    let class = is_any_case(word.as_bytes(), &["errortype\"", "error_class\"", "errorclass\"", "exc_type\""]);
    if class || is_any_case(word.as_bytes(), &["\"type\"", "\"name\"", "\"error\""]) {
        // A class of the language, and a message beside it. The value first: these names are everywhere.
        let Value::Text(text) = value(hit.after())? else { return None };
        let told_class = is_any_case(word.as_bytes(), &["error_class\"", "errorclass\"", "exc_type\""]) && is_class(text);
        let known = told_class || is_any(text, super::exception::BUILTIN);
        if text.len() > 60 || !known || is_any(text, super::exception::CODES) {
            return None;
        }
        let beside = last(hit.before(), 300).rsplit(|&byte| byte == b'{').next().unwrap_or_default();
        let told = |text| memchr::memchr_iter(b'"', text).any(|at| starts_with_any(text.get(at..).unwrap_or_default(), BESIDE));
        return (class || told(beside) || told(first(hit.after(), 300))).then(|| name_start(hit));
    }
    let leaks = match value(hit.after())? {
        Value::Text(text) => {
            // `"exceptionType": "WEATHER_DELAY"` is about parcels.
            let class = ends_in_any(word.as_bytes(), &["type\"", "Type\"", "class\"", "Class\"", "name\"", "Name\""]);
            is_code(text)
                || is_class(text)
                || sure && !class && text.len() > 2 && !is_any_case(text, &["none", "null", "n/a", "false", "true"])
        }
        Value::Array(rest) => match inside(rest) {
            Value::Text(text) => is_code(text) || is_class(text),
            Value::Object(rest) => holds(first(rest, 300), &parts),
            _ => false,
        },
        Value::Object(rest) => holds(first(rest, 300), &parts),
        Value::Other => false,
    };
    leaks.then(|| name_start(hit))
}

/// `NullPointerException`, `App\Cart`, `shop.errors.TotalError`.
fn is_class(text: &[u8]) -> bool {
    let (name, rest) = take(text, |byte| is_name(byte) || matches!(byte, b'.' | b'\\' | b':'));
    let last = name.rsplit(|&byte| matches!(byte, b'.' | b'\\' | b':')).next().unwrap_or_default();
    rest.is_empty()
        && last.first().is_some_and(u8::is_ascii_uppercase)
        && (last.ends_with(b"Exception") || last.ends_with(b"Error") || name.contains(&b'\\'))
}

fn debug(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let message = is_any_case(word.as_bytes(), &["debugmessage\"", "debug_message\"", "debuginfo\"", "debug_info\"", "debugdescription\""]);
    let parts = [
        "exception",
        "trace",
        "file",
        "line",
        "sql",
        "query",
        "queries",
        "stack",
        "stacktrace",
        "stack_trace",
        "traceback",
        "backtrace",
        "env",
        "locals",
        "class",
    ];
    let leaks = match value(hit.after())? {
        Value::Text(text) => is_code(text) || message && text.contains(&b' '),
        Value::Array(rest) => match inside(rest) {
            Value::Text(text) => is_code(text),
            Value::Object(rest) => holds(first(rest, 300), &parts),
            _ => false,
        },
        Value::Object(rest) => holds(first(rest, 300), &parts),
        Value::Other => false,
    };
    leaks.then(|| name_start(hit))
}

fn sql(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let leaks = match value(hit.after())? {
        Value::Text(text) if is_any_case(word.as_bytes(), &["\"sql\"", "\"statement\""]) => {
            let verb = first(text, 12).to_ascii_uppercase();
            starts_with_any(
                &verb,
                &[
                    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "CREATE ", "ALTER ", "DROP ", "BEGIN", "COMMIT", "CALL ", "EXEC ",
                    "MERGE ", "SHOW ", "SET ",
                ],
            )
        }
        Value::Text(text) if word.eq_ignore_ascii_case("\"syscall\"") => text.len() > 2,
        // A Redis client shows what it sent.
        Value::Object(rest) if word.eq_ignore_ascii_case("\"command\"") => holds(first(rest, 200), &["args"]),
        Value::Text(_) if word.eq_ignore_ascii_case("\"command\"") => false,
        // PostgreSQL names the function of its source that complained.
        Value::Text(text) if word.eq_ignore_ascii_case("\"routine\"") => {
            contains_any(hit.line, &["\"severity\"", "\"constraint\""]) && !text.is_empty()
        }
        Value::Text(text) => !word.eq_ignore_ascii_case("\"errno\"") && text.len() > 4,
        // Node's system errors: `"errno": -111, "code": "ECONNREFUSED", "syscall": "connect"`.
        Value::Other if word.eq_ignore_ascii_case("\"errno\"") => {
            contains_any(first(hit.after(), 120), &["\"syscall\"", "\"sqlMessage\"", "\"sqlState\""])
        }
        _ => false,
    };
    leaks.then(|| name_start(hit))
}

fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let near = hit.line.get(hit.start.saturating_sub(200)..).unwrap_or(hit.line);
    let near = first(near, 520);
    let numbered = |names: &[&str]| {
        names.iter().any(|name| {
            super::text::behind(near, name)
                .and_then(|rest| rest.trim_ascii_start().strip_prefix(b":"))
                .map(<[u8]>::trim_ascii_start)
                .is_some_and(|rest| at_number(rest.strip_prefix(b"\"").unwrap_or(rest)))
        })
    };
    let leaks = match value(hit.after())? {
        Value::Text(text) => match word {
            "\"file\"" | "\"filename\"" | "\"fileName\"" | "\"file_name\"" => {
                is_source_file(text.strip_suffix(b"\\").unwrap_or(text))
                    && numbered(&["\"line\"", "\"lineNumber\"", "\"lineno\"", "\"line_number\""])
            }
            "\"methodName\"" | "\"declaringClass\"" => numbered(&["\"lineNumber\""]),
            _ => false,
        },
        Value::Other if word == "\"lineno\"" => contains_any(near, &["\"filename\"", "\"function\""]),
        Value::Other if word == "\"lineNumber\"" => contains_any(near, &["\"methodName\"", "\"className\"", "\"declaringClass\""]),
        _ => false,
    };
    leaks.then(|| name_start(hit))
}

/// Where the member's name starts, which the literal may have only the end of.
fn name_start(hit: &Hit<'_>) -> usize {
    let name = if ends_in_name(hit.before()) { super::text::trail(hit.before(), is_name).saturating_add(1) } else { 0 };
    hit.start.saturating_sub(name)
}

/// Members of one frame.
const FRAME: &[&str] = &[
    "file",
    "filename",
    "line",
    "lineno",
    "linenumber",
    "function",
    "class",
    "method",
    "methodname",
    "classname",
    "declaringclass",
    "call",
    "module",
    "column",
];

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "json.stack",
        leaks: &[
            "{\"stack\":\"Error: boom\\n    at x (a:1)\"}",
            "{\"trace\":[{\"file\":\"x\",\"line\":3}]}",
            "{\"stackTrace\":[{\"a\":1}]}",
            "{ \"stackTrace\" : \"com.shop.Cart.total(Cart) and so on\" }",
            "{\"traceback\":[\"a b c\"]}",
        ],
        clean: &[
            "{\"stack\":\"production\"}",
            "{\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}",
            "{\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"trace\":null}",
            "{\"trace\":\"projects/shop/traces/4bf92f3577\"}",
            "{\"stackTrace\":\"\",\"stack_trace\":null,\"traceback\":[]}",
            "{\"stack\":[\"react\",\"node\"]}",
            "{\"frames\":[{\"width\":3}]}",
        ],
    },
    super::tests::Example {
        id: "json.exception",
        leaks: &[
            "{\"type\":\"KeyError\",\"message\":\"'price'\"}",
            "{\"exception\":\"NullPointerException\"}",
            "{\"exceptionMessage\":\"boom\"}",
            "{\"exception\":[{\"type\":\"x\"}]}",
            "{\"innerException\":{\"message\":\"x\"}}",
            "{\"errorClass\":\"SAXParseException\",\"message\":\"x\"}",
            "{\"error\":\"x\",\"type\":\"OverflowError\"}",
        ],
        clean: &[
            "{\"type\":\"ValidationError\",\"message\":\"email is invalid\"}",
            "{\"error\":\"InternalError\",\"message\":\"Please try again.\"}",
            "{\"name\":\"PermissionError\",\"detail\":\"Ask the owner of this page.\"}",
            "{\"exceptionType\":\"WEATHER_DELAY\"}",
            "{\"exception\":false}",
            "{\"exception\":null,\"innerException\":null}",
            "{\"exception\":\"\"}",
            "{\"exception\":\"holiday\"}",
            "{\"exceptionMessage\":null}",
            "{\"error_class\":\"ValidationException\",\"message\":\"x\"}",
            "{\"error_class\":\"payment\",\"message\":\"x\"}",
        ],
    },
    super::tests::Example {
        id: "json.debug",
        leaks: &["{\"debug\":{\"queries\":[]}}", "{\"debugMessage\":\"Cart is empty\"}", "{\"debug\":\"Cart::total\"}"],
        clean: &[
            "{\"debug\":true}",
            "{\"debug\":{}}",
            "{\"debug\":{\"requestId\":\"a1\"}}",
            "{\"debug_id\":\"f1a2\"}",
            "{\"debug\":\"off\"}",
        ],
    },
    super::tests::Example {
        id: "json.sql",
        leaks: &[
            "{\"sql\":\"SELECT 1\"}",
            "{\"sqlMessage\":\"Table is gone\"}",
            "{\"sqlState\":\"42S02\"}",
            "{\"errno\":-111,\"code\":\"X\",\"syscall\":\"connect\"}",
        ],
        clean: &["{\"sql\":true}", "{\"sql\":\"standard\"}", "{\"errno\":101}"],
    },
    super::tests::Example {
        id: "json.place",
        leaks: &[
            "{\"file\":\"orders.py\",\"line\":42}",
            "{\"methodName\":\"total\",\"fileName\":\"x\",\"lineNumber\":3}",
            "{\"line\":3,\"file\":\"src/cart.rb\"}",
        ],
        clean: &[
            "{\"file\":\"invoice.pdf\",\"line\":3}",
            "{\"file\":\"orders.csv\",\"line\":42,\"message\":\"bad date\"}",
            "{\"lineNumber\":3}",
        ],
    },
];
