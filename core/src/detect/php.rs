//! PHP: errors, warnings and traces.

use super::Category::{Configuration, StackTrace};
use super::table::{Detector, literal, literals, why};
use super::text::{at_number, contains, is_digit, last, number, take, take_back};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "php.error",
        category: StackTrace,
        level: Relaxed,
        why: why("a message with its place: `in /path/x.php on line 12`"),
        anchors: literals![" on line ", " at line "],
        any_case: false,
        check: error,
    },
    Detector {
        id: "php.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `#0 /path/x.php(12): call()`"),
        anchors: literals![".php(", ".phtml(", ".inc("],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "php.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a file and line of PHP"),
        anchors: literals![".php:", ".phtml:"],
        any_case: false,
        check: place,
    },
    Detector {
        id: "php.dump",
        category: Configuration,
        level: Standard,
        why: why("a value as `var_dump` prints it, with its length: `string(4) \"root\"`"),
        anchors: literals!["string("],
        any_case: false,
        check: dump,
    },
    Detector {
        id: "php.main",
        category: StackTrace,
        level: Relaxed,
        why: why("the last frame of every PHP trace"),
        anchors: literals!["{main}"],
        any_case: false,
        check: main,
    },
    Detector {
        id: "php.internal_frame",
        category: StackTrace,
        level: Relaxed,
        why: why("a frame without a file: `#0 [internal function]: call()`"),
        anchors: literals!["[internal function]", "eval()'d code"],
        any_case: false,
        check: literal,
    },
];

fn error(hit: &mut Hit<'_>) -> Option<usize> {
    if !at_number(hit.after()) {
        return None;
    }
    let place = crate::find::rfind(hit.before(), b" in ")?;
    let path = hit.before().get(place.saturating_add(4)..)?.trim_ascii();
    let absolute = path.starts_with(b"/") || path.get(1..3).is_some_and(|drive| drive == b":\\" || drive == b":/");
    let script = path.ends_with(b".php") || path.ends_with(b".phtml") || path.ends_with(b"Command line code") || contains(path, ".php(");
    let is_path = !path.contains(&b' ') || script;
    let sign = last(hit.before(), 160).contains(&b':');
    (is_path && (script && sign || absolute && path.len() > 3)).then_some(place.saturating_add(4))
}

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    number(hit.after()).is_some_and(|rest| rest.starts_with(b")")).then(|| path_start(hit))
}

fn place(hit: &mut Hit<'_>) -> Option<usize> {
    (at_number(hit.after()) && hit.before().last().is_some_and(|&byte| super::text::is_name(byte))).then(|| path_start(hit))
}

fn main(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, digits) = take_back(hit.before().trim_ascii_end(), |byte| byte.is_ascii_digit());
    (!digits.is_empty() && before.ends_with(b"#")).then_some(hit.start)
}

fn dump(hit: &mut Hit<'_>) -> Option<usize> {
    let (digits, rest) = take(hit.after(), is_digit);
    let len: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let text = rest.strip_prefix(b") \"")?;
    // It is as long as it says, or goes on behind the line.
    (text.get(len) == Some(&b'"') || text.len() <= len && !text.contains(&b'"')).then_some(hit.start)
}

fn path_start(hit: &Hit<'_>) -> usize {
    hit.start.saturating_sub(super::text::trail(hit.before(), |byte| super::text::is_path(byte) || byte == b':'))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "php.error",
        leaks: &[
            "PHP Warning:  Undefined variable $x in /srv/shop/index.php on line 12",
            "<b>Fatal error</b>:  Uncaught Exception in <b>C:\\shop\\index.php</b> on line <b>3</b><br />",
            "Parse error: syntax error, unexpected '}' in x.php on line 2",
        ],
        clean: &["The amount in the form on line 12 is wrong", "Error in your order on line 3: the quantity is too high"],
    },
    super::tests::Example {
        id: "php.frame",
        leaks: &["#0 /srv/shop/index.php(12): Cart->total()", "#1 C:\\shop\\x.php(3): f(Object(Cart), 'a')"],
        clean: &["Learn index.php(the basics)"],
    },
    super::tests::Example {
        id: "php.place",
        leaks: &["Error: boom in /srv/shop/index.php:12", "at Cart.php:44"],
        clean: &["Use index.php: it is short"],
    },
    super::tests::Example {
        id: "php.dump",
        leaks: &["array(1) {\n  [\"host\"]=>\n  string(8) \"db-1.lan\"\n}", "{\"dump\":\"string(2) \\\"ab\\\"\"}"],
        clean: &["string(x) \"a\"", "string(8)", "string(10) \"name\" expected", "a string(99) \"name\" is too long"],
    },
    super::tests::Example { id: "php.main", leaks: &["#3 {main}", "  #12  {main}"], clean: &["Insert {main} in the template #3"] },
    super::tests::Example {
        id: "php.internal_frame",
        leaks: &["#2 [internal function]: Closure->__invoke()", "x.php(3) : eval()'d code"],
        clean: &["[internal functions of the body] are explained"],
    },
];
