//! .NET: frames and the lines between them.

use super::Category::StackTrace;
use super::table::{Detector, literal, literals, why};
use super::text::{at_number, ends_in_any, is_any, is_name, starts_with_any, take, take_back};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "dotnet.frame",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame: `   at Namespace.Class.Method(Type name)`, in the languages of the runtime"),
        anchors: literals![
            "   at ",
            "\tat ",
            "at System.",
            "at Microsoft.",
            "   bei ",
            "   en ",
            "   em ",
            "   in ",
            "   \u{e0} ",
            "   \u{432} "
        ],
        any_case: false,
        check: frame,
    },
    Detector {
        id: "dotnet.offset",
        category: StackTrace,
        level: Relaxed,
        why: why("one frame of a release build: `Namespace.Class.Method(Type name) +71`"),
        anchors: literals![") +1", ") +2", ") +3", ") +4", ") +5", ") +6", ") +7", ") +8", ") +9"],
        any_case: false,
        check: offset,
    },
    Detector {
        id: "dotnet.place",
        category: StackTrace,
        level: Relaxed,
        why: why("a source file with its line, as debug builds write it"),
        anchors: literals![":line ", ".cs:", ".vb:", ".fs:", ".cshtml:", ".razor:"],
        any_case: false,
        check: place,
    },
    Detector {
        id: "dotnet.rethrown",
        category: StackTrace,
        level: Relaxed,
        why: why("the lines that join the traces of one exception"),
        anchors: literals!["--- End of stack trace from prev", "--- End of inner exception st", "--- End of managed"],
        any_case: false,
        check: literal,
    },
];

/// A qualified name with its argument list, and nothing else but a place behind it. Mono writes `Method (Type name) [0x0001a] in file:12`.
fn frame(hit: &mut Hit<'_>) -> Option<usize> {
    let (method, rest) =
        take(hit.after(), |byte| is_name(byte) || matches!(byte, b'.' | b'<' | b'>' | b'`' | b'+' | b'[' | b']' | b'|' | b',' | b'-'));
    let mono = rest.strip_prefix(b" ");
    // A colon or a file's name is the place of a JVM's frame, and no argument.
    let (arguments, rest) = take(mono.unwrap_or(rest).strip_prefix(b"(")?, |byte| !matches!(byte, b'(' | b')' | b'\\' | b'"' | b':'));
    let jvm = is_any(arguments, &["Native Method", "Unknown Source"]) || ends_in_any(arguments, &[".java", ".kt", ".scala"]);
    let rest = rest.strip_prefix(b")")?.trim_ascii_end();
    let qualified = method.iter().filter(|&&byte| byte == b'.').count() >= 1 && method.first().is_some_and(|byte| is_name(*byte));
    // Arguments are `Type name`: a sentence in parentheses has more words between two commas.
    let typed = arguments.split(|&byte| byte == b',').all(|argument| argument.trim_ascii().split(|&byte| byte == b' ').count() <= 3);
    let ends = match mono {
        Some(_) => rest.starts_with(b" [0x"),
        None => match rest.first() {
            Some(b' ') => starts_with_any(rest, &[" in ", " +", " ["]),
            Some(byte) => matches!(byte, b'\r' | b'\\' | b'"' | b'<' | b'\'' | b'&'),
            None => true,
        },
    };
    (qualified && typed && !jvm && ends).then_some(hit.start)
}

/// A qualified name, its arguments, and a number up to the end of the line. Firms in front of a telephone number are short (`S.p.A.`).
fn offset(hit: &mut Hit<'_>) -> Option<usize> {
    let (digits, rest) = take(hit.after(), |byte| byte.is_ascii_digit());
    let ends = digits.len() < 6 && rest.first().is_none_or(|byte| matches!(byte, b'\r' | b'<' | b'\\' | b'"'));
    let (before, arguments) = take_back(hit.before(), |byte| !matches!(byte, b'(' | b')'));
    let (_, method) = take_back(before.strip_suffix(b"(")?, |byte| {
        is_name(byte) || matches!(byte, b'.' | b'`' | b'+' | b'<' | b'>' | b'[' | b']' | b',')
    });
    let qualified = method.iter().filter(|&&byte| byte == b'.').count() >= if arguments.contains(&b' ') { 1 } else { 2 };
    (ends && qualified && method.split(|&byte| byte == b'.').all(|part| part.len() > 1)).then_some(hit.start)
}

fn place(hit: &mut Hit<'_>) -> Option<usize> {
    let file = super::text::trail(hit.before(), super::text::is_path);
    let named = hit.before().last().is_some_and(|&byte| is_name(byte)) && file > 2;
    let word = hit.word();
    let source = word != ":line " || super::text::last(hit.before(), 8).contains(&b'.');
    let rest = hit.after().strip_prefix(b"line ").unwrap_or(hit.after());
    (named && source && at_number(rest)).then(|| hit.start.saturating_sub(file))
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "dotnet.frame",
        leaks: &[
            "   at System.Linq.ThrowHelper.ThrowNoElementsException()",
            "   at Shop.Orders.<Total>d__3.MoveNext()\r\n",
            "   at Shop.Cart.Add[T](Int32 id, String name) in D:\\a\\Cart.cs:line 12",
            "\tat Shop.Cart.Add (System.Int32 id, System.String name) [0x00007] in <filename unknown>:0",
            "   bei System.Int32.Parse(String s)",
            "at System.Data.OleDb.OleDbCommand.ExecuteCommand(CommandBehavior behavior, Object& result)",
        ],
        clean: &[
            "   at Dr.Who(the shop) we have it",
            "   in St.Gallen (Switzerland)",
            "   in St.Gallen (Switzerland) [open]",
            "   at 10:30 (UTC)",
        ],
    },
    super::tests::Example {
        id: "dotnet.offset",
        leaks: &[
            "System.Web.UI.Page.ProcessRequestMain(Boolean before, Int32 n) +2071",
            "[X]\r\n   Shop.Web.Cart.Total() +12\r\n",
            "Shop.Orders.<Total>d__3.MoveNext() +71",
            "_Default.Page_Load(Object sender, EventArgs e) +61",
        ],
        clean: &[
            "call us at (555) +1 800",
            "U.S.A.(toll free) +18005",
            "Acme S.p.A.(Milano) +39 02 123",
            "Drupal.behaviors.timer.start(5) +1; }",
            "f(x) +1",
        ],
    },
    super::tests::Example {
        id: "dotnet.place",
        leaks: &["in /_/src/Orders.cs:line 42", "Orders.cs:42", "Views/Home.cshtml:line 3"],
        clean: &["Order X-1:line 3 was refused"],
    },
    super::tests::Example {
        id: "dotnet.rethrown",
        leaks: &["--- End of stack trace from previous location ---"],
        clean: &["--- End of story ---"],
    },
];
