//! C, C++, Perl, and Elixir and Erlang: fewer in front of clients, but as telling.

use super::Category::StackTrace;
use super::table::{Detector, literals, why};
use super::text::{at_number, contains, contains_any, ends_in_name, first, is_any, is_name, is_path, last, number, take, take_back, trail};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "native.crash",
        category: StackTrace,
        level: Relaxed,
        why: why("the last words of a crashed process"),
        anchors: literals![
            "terminate called after throwing",
            "*** stack smashing detected ***",
            "AddressSanitizer: ",
            "Segmentation fault (core dumped)",
            "Aborted (core dumped)",
            "double free or corruption",
            "free(): ",
            "malloc(): ",
            "corrupted size vs. prev_size",
            "munmap_chunk(): ",
            "Assertion `",
            "assertion failed: ",
            "Assertion failed: ",
            "LeakSanitizer: ",
            "ThreadSanitizer: ",
            "MemorySanitizer: ",
            "UndefinedBehaviorSanitizer: ",
            ": signed integer overfl",
            "isolate_dso_base",
        ],
        any_case: false,
        check: crash,
    },
    Detector {
        id: "native.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a file and line of C or C++"),
        anchors: literals![".c:", ".cc:", ".cpp:", ".cxx:", ".h:", ".hpp:"],
        any_case: false,
        check: place,
    },
    Detector {
        id: "native.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `#0  0x00007f... in main`"),
        anchors: literals!["  0x0", " [0x", ") [0x", "(+0x"],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "perl.die",
        category: StackTrace,
        level: Relaxed,
        why: why("a message with its place: `at /path/x.pl line 12.`"),
        anchors: literals![".pl line ", ".pm line ", ".cgi line ", ".psgi line ", ".t line ", "(eval ", "- line "],
        any_case: false,
        check: perl,
    },
    Detector {
        id: "beam.error",
        category: StackTrace,
        level: Relaxed,
        why: why("an Elixir exception: `** (Module.Error) message`"),
        // With its next letter: four bytes would have no gram that a page has not.
        anchors: literals![
            "** (A",
            "** (B",
            "** (C",
            "** (D",
            "** (E",
            "** (F",
            "** (G",
            "** (H",
            "** (I",
            "** (J",
            "** (K",
            "** (L",
            "** (M",
            "** (N",
            "** (O",
            "** (P",
            "** (Q",
            "** (R",
            "** (S",
            "** (T",
            "** (U",
            "** (V",
            "** (W",
            "** (X",
            "** (Y",
            "** (Z",
            "** (exit) ",
            "** (throw) ",
            "** (stop) "
        ],
        any_case: false,
        check: beam_error,
    },
    Detector {
        id: "beam.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `lib/shop/order.ex:12: Shop.Order.total/1`"),
        anchors: literals![".ex:", ".exs:", ".erl:", ".eex:", ".heex:"],
        any_case: false,
        check: place,
    },
];

fn crash(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "Assertion `" => contains(hit.after(), "' failed"),
        "assertion failed: " | "Assertion failed: " => contains_any(hit.after(), &["(", "==", "!=", ".", "&&", " < ", " > "]),
        "free(): " | "malloc(): " => contains_any(hit.after(), &["invalid", "double free", "corrupt", "unaligned", "mismatch", "memory"]),
        _ => true,
    }
    .then_some(hit.start)
}

/// A directory is part of it, or a column or a function comes behind: `example.cc:443` is a host, `example.c: 3` is prose.
fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let name = last(hit.before(), trail(hit.before(), |byte| is_path(byte) || byte == b':'));
    let behind = number(hit.after()).and_then(|rest| rest.strip_prefix(b":"));
    // `(_ssl.c:992)`
    let framed = hit.before().get(..hit.start.saturating_sub(name.len())).is_some_and(|before| before.ends_with(b"("))
        && number(hit.after()).is_some_and(|rest| rest.starts_with(b")"));
    let told = behind.is_some_and(|rest| rest.first().is_some_and(|byte| byte.is_ascii_digit()) || contains(first(rest, 60), ": "));
    let local = (name.contains(&b'/')
        || (told || framed) && hit.line.get(hit.start..hit.end).is_some_and(|word| is_any(word, &[".c:", ".cpp:", ".cxx:", ".h:"])))
        && !contains(name, "://")
        && !name.starts_with(b"//");
    (local && ends_in_name(name) && at_number(hit.after())).then(|| hit.start.saturating_sub(name.len()))
}

fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    let (digits, rest) = take(hit.after(), |byte| byte.is_ascii_hexdigit());
    let (head, number) = take_back(hit.before().trim_ascii_end(), |byte| byte.is_ascii_digit());
    let debugger = !number.is_empty() && head.ends_with(b"#") && rest.starts_with(b" in ");
    let backtrace = rest.starts_with(b"]") && contains(hit.before(), "(") && contains(hit.before(), "/");
    (digits.len() >= 4 && (debugger || backtrace)).then_some(hit.start)
}

fn perl(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = number(hit.after());
    let word = hit.word();
    if word == "(eval " {
        return rest.is_some_and(|rest| rest.starts_with(b") line ")).then_some(hit.start);
    }
    let name = trail(hit.before(), is_path);
    let at = hit.before().get(..hit.start.saturating_sub(name))?.ends_with(b"at ");
    (at && rest.is_some() && (name > 0 || word == "- line ")).then(|| hit.start.saturating_sub(name))
}

fn beam_error(hit: &mut Hit<'_>) -> Option<usize> {
    let (_, rest) = take(hit.after(), |byte| is_name(byte) || byte == b'.');
    (hit.word().ends_with(' ') || rest.starts_with(b") ")).then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "native.crash",
        leaks: &["terminate called after throwing an instance of 'std::runtime_error'", "Segmentation fault (core dumped)"],
        clean: &["The segmentation fault in the rock layer"],
    },
    super::tests::Example {
        id: "native.place",
        leaks: &["src/net/socket.c:88: assertion failed", "[SSL] wrong version number (_ssl.c:992)"],
        clean: &["example.cc:443", "vitamin.c: 3 a day"],
    },
    super::tests::Example {
        id: "native.frame",
        leaks: &["#0  0x00007ffff7a42428 in raise () from libc.so.6", "./server(main+0x1d) [0x400a3d] /srv"],
        clean: &["Colour  0x0f is black"],
    },
    super::tests::Example {
        id: "perl.die",
        leaks: &["Can't locate object method at /srv/shop/Cart.pm line 12.", "Died at x.pl line 3, <STDIN> line 1."],
        clean: &["order - line 3"],
    },
    super::tests::Example {
        id: "beam.error",
        leaks: &["** (RuntimeError) boom", "** (Ecto.NoResultsError) expected at least one result"],
        clean: &["** (note) read this"],
    },
    super::tests::Example {
        id: "beam.frame",
        leaks: &["(shop 0.1.0) lib/shop/order.ex:12: Shop.Order.total/1"],
        clean: &["my.ex: 12 years ago"],
    },
];
