//! What programs print of their values: structures, objects with their address, calls, templates, bytes with their codes, pointers.

use crate::config::Level::Standard;
use crate::detect::Category::{Exception, StackTrace};
use crate::detect::table::{Detector, literals, why};
use crate::detect::text::{contains_any, ends_in_any, first, is_name, is_path, last, number, take, take_back};
use crate::detect::view::Hit;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "form.structure",
        category: Exception,
        level: Standard,
        why: why("an error printed with its fields, as debuggers and `{:?}` do"),
        anchors: literals![
            "Error { ",
            " { code: ",
            " { kind: ",
            " { message: ",
            "Err(",
            "Error(",
            " { source: ",
            "Failure { ",
            "Exception { ",
            "Kind { ",
            "Error{",
            "Exception{",
            " {:",
            "\"{:",
            "({:",
            "[{:",
            ": {'",
            "- {'",
            "0 {'",
            "1 {'",
        ],
        any_case: false,
        check: structure,
    },
    Detector {
        id: "form.object",
        category: Exception,
        level: Standard,
        why: why("an object printed with its class and its address in memory"),
        anchors: literals![
            " object at 0x",
            ":0x0",
            " instance at 0x",
            " at 0x7f",
            " at 0x5",
            "#PID<",
            "#Reference<",
            "#Function<",
            "<0.",
            "Context@",
            "Impl@",
            "Object@",
            "Request@",
            "Session@",
            "Thread@",
        ],
        any_case: false,
        check: object,
    },
    Detector {
        id: "form.printed",
        category: Exception,
        level: Standard,
        why: why("a type, function or value as a runtime prints it: `<module 'x'>`, `map[string]`, `f64` in backticks"),
        anchors: literals![
            "<locals>",
            "<built-in ",
            "<module '",
            "<bound method ",
            "<coroutine ",
            "<urlopen error",
            "<_io.",
            "<Response [",
            "<lambda>",
            "map[string]",
            "interface {}",
            "[]interface",
            "[]uint8",
            "%!s(",
            "%!d(",
            "%!v(",
            "%!w(",
            ":<nil>",
            "[Function: ",
            "[AsyncFunction",
            "<ref *1>",
            "Optional.empty",
            "System.Int",
            "System.String",
            "System.Object",
            "System.Collections.",
            "codingPath: [",
            "`1[System",
            "`f64`",
            "`i64`",
            "`i32`",
            "`u32`",
            "`u64`",
            "`usize`",
            "`&str`",
            "`Vec<",
            "`Option<",
        ],
        any_case: false,
        check: printed,
    },
    Detector {
        id: "form.call",
        category: Exception,
        level: Standard,
        why: why("a function with what it complains about: `unpack(b) received extra data`"),
        anchors: literals![
            ") failed",
            ") takes ",
            ") returned ",
            ") received",
            ") requires ",
            ") expects ",
            ") accepts ",
            ") missing ",
            ") argument",
            ") cannot be",
            ") must be",
            "() on ",
            "() called ",
            "() got ",
            "(): ",
        ],
        any_case: false,
        check: call,
    },
    Detector {
        id: "form.quoted_name",
        category: Exception,
        level: Standard,
        why: why("a message that is nothing but a quoted name, as Python tells of a missing key: `'user_id'`"),
        anchors: literals![":\"'", ": \"'"],
        any_case: false,
        check: quoted_name,
    },
    Detector {
        id: "form.template",
        category: Exception,
        level: Standard,
        why: why("a template of the server by its file: `bills/month.twig`"),
        anchors: literals![
            ".twig",
            ".pug",
            ".ejs",
            ".hbs",
            ".mustache",
            ".jinja",
            ".mako",
            ".erb",
            ".haml",
            ".slim",
            ".tmpl",
            ".gohtml",
            ".ftlh",
            ".cshtml",
            ".tera",
            ".njk",
            ".latte",
            ".blade.php",
            ".tt:",
        ],
        any_case: false,
        check: template,
    },
    Detector {
        id: "form.coded_bytes",
        category: Exception,
        level: Standard,
        why: why("a code and a server's answer as Python prints them: `(550, b'Invalid recipient')`"),
        anchors: literals![", b'", ", b\""],
        any_case: false,
        check: coded_bytes,
    },
    Detector {
        id: "form.pointer",
        category: StackTrace,
        level: Standard,
        why: why("an excerpt of source or template with a pointer below it"),
        anchors: literals!["^^^^", "---^", "\u{2500}\u{2500}\u{252c}", "\u{2570}\u{2500}\u{2500}", "\\\", line: ", "\", line: "],
        any_case: false,
        check: pointer,
    },
    Detector {
        id: "form.memory",
        category: StackTrace,
        level: Standard,
        why: why("an address in memory, as frames without names are printed"),
        anchors: literals!["$00000000", "#<SB-", "#<THREAD", "#<procedure ", "#<directory "],
        any_case: false,
        check: memory,
    },
];

/// `PgDatabaseError { severity: Error, code: "42P01" }`, `Os { code: 2, kind: NotFound }`, `Err(Io(Custom { .. }))`.
fn structure(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let (before, class) = take_back(hit.before(), is_name);
    let after = first(hit.after(), 200);
    if word.ends_with("{:") {
        // Elixir, Clojure and Ruby: `{:error, :timeout}`, `{:path [:total]}`, `{:id=>1}`.
        let (key, rest) = take(after, |byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
        return (key.len() > 1 && (rest.starts_with(b", ") || rest.starts_with(b" ") || rest.starts_with(b"=>"))).then_some(hit.start);
    }
    if word.ends_with('\'') {
        // A dictionary of Python: `401 {'errors': ['Unauthorized']}`.
        let (key, rest) = take(after, |byte| is_name(byte) || byte == b' ');
        let shown = contains_any(last(hit.before(), 40), &["ormat", "like", "xample", "e.g."]);
        return (!key.is_empty() && rest.starts_with(b"': ") && !shown && !hit.is_in_script() && !hit.before().contains(&b'<'))
            .then_some(hit.start);
    }
    if word.ends_with("(") {
        // Code calls `Error("...")`; what is printed nests.
        let (inner, rest) = take(after, |byte| is_name(byte) || byte == b':');
        let nested = inner.first().is_some_and(u8::is_ascii_uppercase) && (rest.starts_with(b" { ") || rest.starts_with(b"("));
        let printed = nested && contains_any(rest, &[": \"", "(\"", "kind: ", "code: ", ": \\\""]);
        return (printed && !last(before, 8).ends_with(b"new ") && !last(before, 8).ends_with(b"throw ")).then_some(before.len());
    }
    if word.ends_with("{") && !word.ends_with(" {") {
        // Elixir and Go: `%KeyError{key: :price}`, `&url.Error{Op:"Get"}`.
        let (outside, path) = take_back(hit.before(), |byte| is_name(byte) || byte == b'.');
        let (field, rest) = take(after, is_name);
        return (matches!(outside.last(), Some(b'%' | b'&')) && !field.is_empty() && rest.starts_with(b":"))
            .then_some(hit.start.saturating_sub(path.len()));
    }
    let capital = class.first().is_some_and(u8::is_ascii_uppercase) || class.is_empty() && word.starts_with('E');
    let (field, rest) = if word.ends_with(": ") { (&b"code"[..], &b": "[..]) } else { take(after, is_name) };
    let fields = !field.is_empty() && rest.starts_with(b": ");
    let values = contains_any(after, &["\"", "Some(", "None", "kind: ", "Error", "::", "'"]);
    (capital && fields && values && hit.line.len() > hit.end).then_some(before.len())
}

fn object(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if word.starts_with("#") {
        let (inside, rest) = take(hit.after(), |byte| is_name(byte) || matches!(byte, b'.' | b'-' | b'/' | b':'));
        return (inside.iter().any(u8::is_ascii_digit) && rest.starts_with(b">")).then_some(hit.start);
    }
    let (digits, rest) = take(hit.after(), |byte| byte.is_ascii_hexdigit());
    if word.ends_with("@") {
        // Java's `Context@1207334`, and no address of mail.
        let ends = rest.first().is_none_or(|&byte| !is_name(byte) && !matches!(byte, b'.' | b'-'));
        return (digits.len() > 4 && digits.iter().any(u8::is_ascii_digit) && ends).then_some(hit.start);
    }
    if word == "<0." {
        // A process of Erlang: `<0.512.0>`.
        let (digits, _) = take(hit.after(), |byte| byte.is_ascii_digit() || byte == b'.');
        return (digits.ends_with(b".0") && hit.after().get(digits.len()) == Some(&b'>')).then_some(hit.start);
    }
    let (before, name) = take_back(hit.before(), |byte| is_name(byte) || matches!(byte, b'.' | b':' | b' '));
    let opened = before.ends_with(b"<") || before.ends_with(b"#<") || before.ends_with(b"&lt;");
    let closed = rest.first().is_some_and(|byte| matches!(byte, b'>' | b' ' | b'&'));
    let generator = before.ends_with(b"<genexpr>");
    (digits.len() >= 6 && closed && (opened && !name.is_empty() || generator)).then_some(before.len())
}

fn printed(hit: &mut Hit<'_>) -> Option<usize> {
    (!hit.is_in_script()).then_some(hit.start)
}

/// A message begins with the call, or chains it behind a colon; its name is one of a program, and its arguments are short.
fn call(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let head = last(hit.before(), 80);
    let (head, arguments) = if word.starts_with("()") { (head, &b""[..]) } else { take_back(head, |byte| byte != b'(') };
    let head = if word.starts_with("()") { head } else { head.strip_suffix(b"(")? };
    let (before, name) = take_back(head, |byte| is_name(byte) && byte.is_ascii() || matches!(byte, b'.' | b':'));
    let starts = hit.position == 0 && before.trim_ascii().is_empty();
    let begun = starts || before.last().is_none_or(|byte| matches!(byte, b'"' | b'\'' | b'>')) || before.ends_with(b": ");
    let program = name.len() > 2 && name.first().is_some_and(u8::is_ascii_lowercase) && arguments.len() < 24 && !arguments.contains(&b' ');
    // PHP's own functions have small letters. A signature, as documentation has it, ends behind its type.
    let own = name.len() > 5 && name.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_');
    let opened = starts || before.is_empty() || before.ends_with(b"\"");
    let said = word != "(): " || own && opened && first(hit.after(), 24).contains(&b' ');
    (begun && program && said && !hit.is_in_script()).then(|| hit.start.saturating_sub(name.len().saturating_add(arguments.len())))
}

/// In a member for messages: no value of a form, and no code.
fn quoted_name(hit: &mut Hit<'_>) -> Option<usize> {
    let (name, rest) = take(hit.after(), |byte| is_name(byte) && byte.is_ascii() || matches!(byte, b'.' | b'-'));
    let message = ends_in_any(hit.before(), &["error\"", "message\"", "Message\"", "detail\"", "msg\"", "exception\""]);
    let small = name.first().is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        || name.contains(&b'_') && name.iter().all(|byte| !byte.is_ascii_lowercase());
    (small && message && name.len() > 1 && (rest.starts_with(b"'\"") || rest.starts_with(b"'\\\""))).then_some(hit.end)
}

/// Not the end of a link, and nothing that goes on.
fn template(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, name) = take_back(hit.before(), is_path);
    let link = ends_in_any(before, &[":", "=\"", "='", "=\\\""]) || name.starts_with(b"/");
    let ends = !hit.after().first().is_some_and(|&byte| is_name(byte) || matches!(byte, b'(' | b'='));
    (!link && ends && !hit.is_in_script()).then_some(before.len())
}

fn coded_bytes(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, digits) = take_back(hit.before(), |byte| byte.is_ascii_digit());
    ((2..=5).contains(&digits.len()) && before.ends_with(b"(")).then(|| before.len().saturating_sub(1))
}

fn pointer(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if word.ends_with(": ") {
        // serde's errors in debug form: `Error("invalid type", line: 1, column: 14)`.
        return number(hit.after()).filter(|rest| rest.starts_with(b", column: ")).map(|_| hit.start);
    }
    let drawn = |byte: u8| b" \t-^|~.i\\n\r".contains(&byte) || !byte.is_ascii() || byte.is_ascii_digit();
    let near = last(hit.before(), 60);
    let line = near.rsplit(|&byte| byte == b'n' || byte == b'"').next().unwrap_or(near);
    line.iter().all(|&byte| drawn(byte)).then_some(hit.start)
}

fn memory(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    (!word.starts_with("$") || take(hit.after(), |byte| byte.is_ascii_hexdigit()).0.len() == 8).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "form.structure",
        leaks: &[
            "Database(PgDatabaseError { severity: Error, code: \"42P01\" })",
            "Os { code: 2, kind: NotFound, message: \"No such file\" }",
            "Custom { kind: Other, error: \"x\" }",
            "%File.Error{reason: :enoent, path: \"x\"}",
            "Error(Sqlx(Protocol(\"bad\")))",
            "{\"error\":\"{:noproc, {GenServer, :call}}\"}",
            "failed: [{:path [:total]}]",
            "could not create the project: 401 {'errors': ['Unauthorized']}",
            "Error code: 500 - {'error': {'message': 'x'}}",
        ],
        clean: &[
            "throw new Error(Object(a))",
            "H1 { color: red }",
            "Error { } is empty",
            "class AppError { constructor() {} }",
            "well {:)",
            "Send it as: {'lit",
            "Expected format: {'name': 'value'}",
            "<a :class=\"x: {'active': on}\">",
        ],
    },
    crate::detect::tests::Example {
        id: "form.object",
        leaks: &[
            "<shop.Cart object at 0x7f2b3c1d2e50>",
            "#<Cart:0x000055d1a2b3c4d8 @total=3>",
            "#PID<0.123.0>",
            "<function f at 0x7f00aa11bb22>",
            "<generator object <genexpr> at 0x7f00aa11bb22>",
            "CRASH REPORT Process <0.512.0>",
            "[ServletContext@1207334[app:shop]]",
        ],
        clean: &["the colour at 0x7f00", "a ratio of 1:0x0", "#PID<none>", "mail Lost.Object@12345.example", "p <0.5"],
    },
    crate::detect::tests::Example {
        id: "form.printed",
        leaks: &[
            "conversion failed in <module 'shop' from x>",
            "conversion from `str` to `f64` failed",
            "cannot use map[string]string as a key",
            "failed: %!s(int=3)",
        ],
        clean: &["the class 'yoga' is full", "<b class='x'>", "a `string` of pearls"],
    },
    crate::detect::tests::Example {
        id: "form.call",
        leaks: &[
            "{\"error\":\"unpack(b) received extra data.\"}",
            "{\"error\":\"connect() failed (111)\"}",
            "Sorry: set_source() cannot be called twice",
            "gzinflate(): data error",
        ],
        clean: &[
            "total(): number",
            "We tried (twice) failed",
            "Card(s) must be valid",
            "Your photo(s) cannot be shown",
            "the item(s) returned late",
        ],
    },
    crate::detect::tests::Example {
        id: "form.quoted_name",
        leaks: &["{\"error\":\"'user_id'\"}", "{\"message\":\"'SMTP_HOST'\"}", "{\"detail\": \"'x-shop.key'\"}"],
        clean: &[
            "{\"query\":\"'blue'\"}",
            "{\"description\":\"'heroes'\"}",
            "{\"message\":\"'Sale'\"}",
            "{\"error\":\"'Blue' is sold out\"}",
            "{\"message\":\"''\"}",
            "{\"error\":\"'It is closed'\"}",
        ],
    },
    crate::detect::tests::Example {
        id: "form.template",
        leaks: &["Unable to find template \"bills/month.twig\"", "No engine was found for .pug", "file error - bill.tt: not found"],
        clean: &["https://x.example/a.pug", "the .pugs of London", "<img src=\"/a.ejs\">"],
    },
    crate::detect::tests::Example {
        id: "form.coded_bytes",
        leaks: &["{'ana@shop.example': (550, b'Invalid recipient')}", "(553, b'5.1.0 Sender address syntax error')"],
        clean: &["f(a, b'c')", "plan a, b' and c"],
    },
    crate::detect::tests::Example {
        id: "form.pointer",
        leaks: &[
            "total + nil\n      ^^^^^",
            "-----------------------^\nExpecting",
            "SerdeJson(Error(\"invalid type\", line: 1, column: 14))",
        ],
        clean: &["We like it ^^^^ a lot", "see \"chapter\", line: 3"],
    },
    crate::detect::tests::Example {
        id: "form.memory",
        leaks: &["$0000000000433887", "Backtrace of #<SB-THREAD:THREAD worker>"],
        clean: &["it costs $00000000", "ticket #<b>12</b>"],
    },
];
