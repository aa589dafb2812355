//! Leaks known by their form, whatever language or product they come from: a source file with its line, a heading of a trace, a class with
//! its message. These find what no list names. What programs print of their values is in [`printed`].

pub(crate) mod printed;

use super::Category::{Exception, StackTrace};
use super::path::is_source_file;
use super::table::{Detector, literals, why};
use super::text::{contains, contains_any, ends_in_name, first, is_any, is_name, is_path, last, number, take, take_back};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "form.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a source file of a server language with its line: `orders.kt:42`"),
        // Endings that are no top-level domain: `example.rs:443` is a host, and has detectors that ask for a directory.
        anchors: literals![
            ".go:",
            ".java:",
            ".kt:",
            ".kts:",
            ".scala:",
            ".clj:",
            ".groovy:",
            ".php:",
            ".rb:",
            ".erb:",
            ".rake:",
            ".hs:",
            ".cs:",
            ".vb:",
            ".fs:",
            ".swift:",
            ".dart:",
            ".dart ",
            ".scss ",
            ".d:",
            ".lua:",
            ".jl:",
            ".nim:",
            ".zig:",
            ".erl:",
            ".exs:",
            ".ex:",
            ".eex:",
            ".heex:",
            ".leex:",
            ".cpp:",
            ".cxx:",
            ".hpp:",
            ".jsp:",
            ".aspx:",
            ".cshtml:",
            ".razor:",
            ".pyx:",
            ".py:",
            ".coffee:",
            ".cfm:",
            ".cfc:",
            ".twig:",
            ".phtml:",
            ".haml:",
            ".gleam:",
            ".elm:",
            ".f90:",
            ".pas:",
            ".tcl:",
            ".mli:",
            ".hrl:",
            ".gd:",
            ".sol:",
            ".asp:",
            ".ashx:",
            ".vbs:",
            ".raku:",
            ".rakumod:",
            ".scm:",
            ".rkt:",
            ".lisp:",
            ".ftl:",
            ".njk:",
            ".hbs:",
            ".pug:",
            ".ejs:",
            ".ron:",
            ".ps1:",
            ".psm1:",
        ],
        any_case: false,
        check: place,
    },
    Detector {
        id: "form.on_line",
        category: StackTrace,
        level: Standard,
        why: why("a source file and its line in words: `x.asp, line 3`"),
        anchors: literals![
            " on line ",
            ", line ",
            " line ",
            " at line ",
            " in line ",
            "[line ",
            "(line ",
            ": line ",
            " line=\"",
            " Line=\"",
            " data-line=\"",
            ",line:",
            ", line: ",
        ],
        any_case: false,
        check: on_line,
    },
    Detector {
        id: "form.line_of_file",
        category: StackTrace,
        level: Standard,
        why: why("a line and its source file in words: `line 3 of x.tcl`"),
        anchors: literals!["line "],
        any_case: true,
        check: line_of_file,
    },
    Detector {
        id: "form.heading",
        category: StackTrace,
        level: Standard,
        why: why("the heading over a trace"),
        anchors: literals![
            "Backtrace</h",
            "Backtrace for: ",
            "Stack trace:",
            "Stack Trace:",
            "Stacktrace:",
            "Backtrace:",
            "Call stack:",
            "stack trace:",
            "Traceback of ",
        ],
        any_case: false,
        check: heading,
    },
    Detector {
        id: "form.class_message",
        category: Exception,
        level: Standard,
        why: why("an error class that is not meant for clients, with its message: `CastError: cannot`"),
        anchors: literals!["Error: ", "Failure: ", "Fault: ", "Violation: "],
        any_case: false,
        check: class_message,
    },
    Detector {
        id: "form.log_line",
        category: StackTrace,
        level: Standard,
        why: why("a line of a log, by its time and level: `12:00:00,123 ERROR [main] c.s.Orders - `"),
        anchors: literals![
            " ERROR ",
            " ERROR:",
            "[ERROR]",
            "[error]",
            " FATAL ",
            " SEVERE ",
            " CRITICAL ",
            " WARN ",
            " ERR]",
            "level=error",
            "\"level\":",
            "\"level_value\":",
        ],
        any_case: false,
        check: log_line,
    },
];

/// Not a host with its port: a name of a file, and behind the number no more of a name.
fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = number(hit.after())?;
    let (before, name) = take_back(hit.before(), |byte| is_path(byte) || byte == b':');
    // Behind a host stands a port, behind a file a column too; Dart's short traces and Sass have a space in front of both.
    let column = rest.strip_prefix(b":").and_then(number).is_some();
    let host = !column && (contains(name, "://") && !name.starts_with(b"file:///") || name.starts_with(b"//") || before.ends_with(b"@"));
    if hit.word().ends_with(' ') && !column {
        return None;
    }
    let ends = rest.first().is_none_or(|&byte| !is_name(byte) && byte != b'%' && byte != b'-');
    (ends_in_name(name) && !host && ends).then_some(before.len())
}

fn on_line(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after();
    if hit.before().ends_with(b"error occurred") && number(rest).is_some_and(|rest| !contains(first(rest, 30), "your")) {
        return Some(hit.start);
    }
    // PHP writes the number in bold.
    number(rest.strip_prefix(b"<b>").unwrap_or(rest))?;
    let (before, _) = take_back(hit.before(), |byte| matches!(byte, b'"' | b'\'' | b',' | b')' | b'>' | b'`' | b'\\'));
    let before = before.strip_suffix(b"</b").unwrap_or(before);
    let (rest, path) = take_back(before, is_path);
    (is_source_file(path) && !rest.ends_with(b"://") && path.len() > 4).then_some(rest.len())
}

fn line_of_file(hit: &mut Hit<'_>) -> Option<usize> {
    if ends_in_name(hit.before()) {
        return None;
    }
    let rest = number(hit.after())?;
    // Template engines: `Line 12 Col 4 near 'total'`.
    if rest.strip_prefix(b" Col ").and_then(number).is_some_and(|rest| rest.starts_with(b" near")) {
        return Some(hit.start);
    }
    let rest = [&b" of "[..], b" in ", b", file ", b" of file ", b" in file "].iter().find_map(|words| rest.strip_prefix(*words))?;
    let (_, rest) = take(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b'`' | b'<' | b'b' | b'>'));
    let (path, _) = take(rest, is_path);
    is_source_file(path.strip_suffix(b".").unwrap_or(path)).then_some(hit.start)
}

/// Alone on its line, or in front of a value.
fn heading(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let rest = hit.after().trim_ascii_end();
    let alone = rest.is_empty() || rest.starts_with(b"\\n") || rest.starts_with(b"<");
    (!word.ends_with(":") || alone && hit.before().trim_ascii().len() < 40).then_some(hit.start)
}

fn class_message(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, prefix) = take_back(hit.before(), |byte| is_name(byte) && byte != b'$');
    // A camel-cased class, not a word: at least one capital at its start, then small letters.
    let camel = prefix.first().is_some_and(u8::is_ascii_uppercase) && prefix.iter().any(u8::is_ascii_lowercase) && prefix.is_ascii();
    let client = is_any(prefix, CLIENT);
    let said = hit.after().first().is_some_and(|byte| !byte.is_ascii_whitespace());
    let script = contains_any(last(before, 24), &["throw ", "Error(", "console.", "warn("]) || last(before, 1) == b".";
    (camel && said && !client && !script).then_some(before.len())
}

/// Behind a time of the day with its fraction or with the logger, or a member beside the others that loggers write.
fn log_line(hit: &mut Hit<'_>) -> Option<usize> {
    let near = last(hit.before(), 80);
    if hit.word().starts_with('"') {
        let after = first(hit.after(), 300);
        let value = after.trim_ascii_start();
        let bad = value.starts_with(b"\"error\"") || value.starts_with(b"50,") || hit.word() == "\"level_value\":";
        let has = |names: &[&str]| contains_any(near, names) || contains_any(after, names);
        let logged = has(&["\"msg\":"]) && has(&["\"ts\":", "\"time\":", "\"pid\":", "\"caller\":"]) || has(&["\"logger_name\":"]);
        return (bad && logged).then_some(hit.start);
    }
    let clock = |text: &[u8]| text.iter().enumerate().all(|(at, byte)| if at % 3 == 2 { *byte == b':' } else { byte.is_ascii_digit() });
    let at = near.windows(8).rposition(clock)?;
    let (date, timed) = (near.get(..at)?, near.get(at..)?.get(8..)?);
    let exact = timed.starts_with(b",") || timed.starts_with(b".");
    let zone = hit.word() == "level=error" && timed.starts_with(b"Z");
    let logger = contains_any(timed, &["[", " - ", "."]) || date.ends_with(b"[") && hit.word().ends_with(']');
    // A sentence has plain words.
    let plain = timed.split(|&byte| byte == b' ').any(|word| !word.is_empty() && word.iter().all(u8::is_ascii_lowercase));
    ((exact || logger || zone) && !plain && hit.after().len() > 3 && !hit.is_in_script()).then_some(hit.start)
}

/// Classes that services name on purpose when they tell a client what it did wrong.
const CLIENT: &[&str] = &[
    "Booking",
    "Cart",
    "Checkout",
    "Connection",
    "CouponExpired",
    "Customer",
    "Delivery",
    "Duplicate",
    "InsufficientFunds",
    "Invoice",
    "Order",
    "OutOfStock",
    "PayPal",
    "Policy",
    "Refund",
    "Shipping",
    "Subscription",
    "Validation",
    "Authentication",
    "Authorization",
    "Auth",
    "NotFound",
    "BadRequest",
    "Forbidden",
    "Unauthorized",
    "RateLimit",
    "RateLimitExceeded",
    "TooManyRequests",
    "Payment",
    "PaymentRequired",
    "Card",
    "Invalid",
    "InvalidRequest",
    "InvalidInput",
    "InvalidParameter",
    "Api",
    "API",
    "Http",
    "HTTP",
    "Client",
    "Server",
    "InternalServer",
    "Internal",
    "User",
    "Input",
    "Request",
    "Conflict",
    "Quota",
    "QuotaExceeded",
    "Permission",
    "PermissionDenied",
    "AccessDenied",
    "Business",
    "Domain",
    "Application",
    "App",
    "Form",
    "Field",
    "Network",
    "Timeout",
    "Service",
    "ServiceUnavailable",
    "Gateway",
    "BadGateway",
    "GatewayTimeout",
    "Upload",
    "Unknown",
    "Generic",
    "Account",
    "Login",
    "Session",
    "Token",
    "Limit",
    "MethodNotAllowed",
    "NotAcceptable",
    "UnprocessableEntity",
    "Unexpected",
    "Fatal",
    "System",
];

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "form.place",
        leaks: &[
            "staticfiles.go:629",
            "main.go:12: failed",
            "called at Data/List.hs:1646:3 in base",
            "Orders.kt:42",
            "std/json.d:1806",
            "{file: app.rb:3}",
            "#1      reserve (file:///path/to/code/order.dart:37:13)",
            "package:shop/order.dart 10:11  Order.reserve.<fn>",
            "  main.scss 4:18  root stylesheet",
            "reserve@https://shop.test/order.dart:10:11",
        ],
        clean: &["see the notes.go: 12 of them", "https://shop.hs:8080/x", "a.dart 12 left", "a.go:12abc", "{\"a.py\":3}"],
    },
    super::tests::Example {
        id: "form.on_line",
        leaks: &[
            "file App/main.swift, line 12",
            "/inc/x.asp, line 3",
            "in <b>cart.php</b> on line <b>3</b>",
            "x.tcl line 3",
            "view.erb at line 4",
            "The error occurred on line 8.",
            "<error file=\"views.py\" line=\"42\"/>",
            "<Frame File=\"Users.cs\" Line=\"42\"/>",
            "<div data-file=\"src/app/views.py\" data-line=\"42\">",
            "window.failed={file:\"views.py\",line:42}",
        ],
        clean: &[
            "<item file=\"orders.csv\" line=\"42\"/>",
            "see report.pdf, line 12",
            "the order on line 3",
            "An error occurred on line 3 of your file",
            "Read more on line at shop.example, line 3",
        ],
    },
    super::tests::Example {
        id: "form.line_of_file",
        leaks: &["Line 3 of cart.py", "at line 12 in \"src/cart.rb\"", "line 4, file x.pas", "cart.html | Line 12 Col 4 near 'total'"],
        clean: &["Line 12 Col 4 is no price", "line 3 of your order", "line 12 in the contract.", "online 24 of py"],
    },
    super::tests::Example {
        id: "form.heading",
        leaks: &["<h1>Backtrace</h1>", "Backtrace for: #1"],
        clean: &["Stack trace: ask our team for it", "A backtrace is a list"],
    },
    super::tests::Example {
        id: "form.class_message",
        leaks: &["CastError: cannot cast", "PrismaClientInitializationError: x", "RollbackFailure: boom"],
        clean: &[
            "ValidationError: email is invalid",
            "Error: no",
            "CardError: Your card was declined.",
            "A.CastError: x",
            "BookingFault: Seat 14C is taken",
            "PolicyViolation: Password was used before",
            "new CastError(\"SomeError: a\")",
            "Fatal error: x",
        ],
    },
    super::tests::Example {
        id: "form.log_line",
        leaks: &[
            "2026-01-01 12:00:00,123 ERROR [http-1] c.s.Orders - no order",
            "[2026-01-01 12:00:00] shop.orders - ERROR - no order",
            "[12:00:00 ERR] no order",
            "time=2026-01-01T12:00:00Z level=error msg=boom",
            "{\"level\":\"error\",\"ts\":1.5,\"msg\":\"no order\"}",
            "{\"level\":50,\"pid\":12,\"msg\":\"no order\"}",
        ],
        clean: &[
            "Updated at 12:00:00 by the ERROR desk's clock.",
            "An ERROR occurred at 12:00:00",
            "{\"level\":\"error\",\"message\":\"Card declined\"}",
            "{\"level\":50,\"player\":\"ana\"}",
            "{\"level\":\"error\",\"msg\":\"Card declined\"}",
            "{\"code\":500,\"msg\":\"System busy\",\"time\":1,\"data\":{\"level\":501}}",
            "{\"level_value\":3,\"msg\":\"Energy too low\"}",
            "2026-01-01 12:00:00 [ERROR] Payment failed",
            "Status: 12:00:00 UTC CRITICAL incident, all shops",
            "Tracklist: 00:03:10 ERROR 404 (Remix)",
            "12:00:00 ERROR",
        ],
    },
];
