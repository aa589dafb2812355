//! The line that says what went wrong: an exception's class and its message.

use super::text::{Text as _, after, cut};

/// A class with its message; this may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'t> {
    pub(super) class: &'t str,
    pub(super) message: &'t str,
}

/// The class that a line names anywhere, by its form: `…Error: message`, `(…Error) message`, `message (…Error)`, `…Error at /path`,
/// `…Error('message')`.
pub(super) fn find(line: &str) -> Option<Head<'_>> {
    if let Some((message, class)) = line.ahead_of(")").and_then(|line| line.last_halves(" (")).filter(|(_, class)| is_class(class, false)) {
        // Ruby
        return Some(Head { class, message: message.bare() });
    }
    // Elixir: `** (exit) shutdown`; SQLAlchemy: `(sqlite3.OperationalError) no such table`.
    let thrown = line.behind("** ");
    let bracket = thrown.unwrap_or(line).behind("(").and_then(|line| line.halves(")"));
    if let Some((class, message)) = bracket.filter(|(class, _)| thrown.is_some() || is_class(class, true)) {
        return Some(Head { class, message: message.bare() });
    }
    let mut start = 0_usize;
    while let Some(offset) =
        Some(after(line, start)).map(|rest| (rest, rest.until(is_class_char))).filter(|(rest, at)| *at < rest.len()).map(|(_, at)| at)
    {
        let at = start.saturating_add(offset);
        let rest = after(line, at);
        let word = cut(rest, rest.until(|c| !is_class_char(c)));
        start = at.saturating_add(word.len());
        let class = word.drop_end(":.");
        // `java.util.concurrent/`, `module/java.lang.Error`
        if is_exception(class) {
            let opened = cut(line, at).chars().next_back();
            let before = cut(line, at);
            if let Some(head) = said(class, before, opened, after(rest, class.len())) {
                return Some(head);
            }
        }
    }
    None
}

/// The class with which a line begins, where its place says that it is one: any name, then a colon. Nothing may follow where the name has
/// parts, or where the place is `sure`.
pub(super) fn placed(line: &str, is_sure: bool) -> Option<Head<'_>> {
    let word = cut(line, line.until(|c| !is_class_char(c)));
    let class = word.drop_end(":");
    let rest = after(line, class.len());
    let named = class.len() > 2 && class.starts(|c| c.is_ascii_alphabetic()) && !class.has("://");
    let rest = code(rest);
    let ends = rest.is_empty() && (is_sure || class.has(".") || class.has("::"));
    if named && (ends || rest == ":" || rest.begins(": ")) {
        return Some(Head { class, message: rest.skip(|c| c == ':').bare() });
    }
    None
}

/// Whether a whole text is the name of an exception's class; where the place is `sure`, of any class.
pub(super) fn is_class(text: &str, is_sure: bool) -> bool {
    let is_name = text.chars().all(is_class_char);
    let has_parts = || !text.has("/") && text.any(|c| matches!(c, '.' | '\\' | ':')) && !text.ends(".") && !text.ends(":");
    is_name && (is_exception(text) && is_suffixed(text) || (is_sure || text.has("::")) && has_parts())
}

fn said<'t>(class: &'t str, before: &'t str, opened: Option<char>, rest: &'t str) -> Option<Head<'t>> {
    let head = |message: &'t str| Some(Head { class, message: message.bare() });
    let is_first = before.bare().is_empty() || matches!(opened, Some('"' | '\'' | '>' | '[' | '%' | '*' | '&'));
    // What began in a string or an element ends there.
    let rest = match opened {
        Some('"') => rest.halves("\"").map_or(rest, |(inside, _)| inside),
        Some('>') => rest.halves("<").map_or(rest, |(inside, _)| inside),
        Some('<') if before.ends("#<") => rest.ahead_of(">").unwrap_or(rest),
        Some('[') => rest.ahead_of("]").or_else(|| rest.ahead_of("] {")).unwrap_or(rest),
        _ => rest,
    };
    if is_bare(class) && !is_first {
        return None;
    }
    let coded = code(rest);
    if let Some(message) = coded.behind(":").or_else(|| rest.behind("'>:")) {
        let follows = message.is_empty() || message.starts(|c| matches!(c, ' ' | '\'')) || rest.begins("'");
        return follows.then(|| head(message)).flatten();
    }
    if is_bare(class) {
        return None;
    }
    if coded.is_empty() {
        // Alone, or behind words that are no sentence of their own.
        return if is_first && is_suffixed(class) || before.ends("exception ") || before.ends("is ") || before.ends("by ") {
            head("")
        } else {
            None
        };
    }
    if !is_first {
        return None;
    }
    if let Some(inside) = rest.behind("(").and_then(|rest| rest.ahead_of(")")) {
        return head(inside.drop_end(",").skip(|c| matches!(c, '\'' | '"')).drop_end("'\""));
    }
    if let Some(inside) = rest.behind(" {").or_else(|| rest.behind("{")) {
        return head(inside.drop_end("}"));
    }
    (rest.begins(" at /") || rest.begins(" in ") && rest.has("#")).then(|| head("")).flatten()
}

/// Without Node's ` [ERR_CODE]` before the colon.
fn code(rest: &str) -> &str {
    rest.behind(" [").and_then(|code| code.halves("]")).filter(|(code, _)| !code.has(" ")).map_or(rest, |(_, rest)| rest)
}

fn is_class_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | ':' | '\\' | '/')
}

/// `Error` and `Exception`: every language has one, and so have sentences.
fn is_bare(class: &str) -> bool {
    SUFFIXES.get(..BARE).unwrap_or_default().contains(&class)
}

fn name(class: &str) -> &str {
    class.rsplit(['.', ':', '\\', '$', '/']).next().unwrap_or(class)
}

fn is_suffixed(class: &str) -> bool {
    let name = name(class);
    SUFFIXES.iter().any(|suffix| name.ends(suffix)) || ODD.contains(&name) || class.begins("Errno::E")
}

fn is_exception(class: &str) -> bool {
    let name = name(class);
    let ends = is_bare(class) || is_suffixed(class) && !SUFFIXES.contains(&class);
    let scoped = class.has("::") || class.has("\\") && !class.has(":\\");
    let starts = name.starts(|c| c.is_ascii_uppercase() || c == '_');
    let mixed = name.any(|c| c.is_ascii_lowercase());
    let outer = class.starts(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '\\')) && !class.has("//");
    outer && starts && mixed && (ends || scoped) || class.begins("Errno::E")
}

/// How the names of exceptions end; the first of them are names of their own.
const SUFFIXES: &[&str] =
    &["Error", "Exception", "Throwable", "ExceptionGroup", "Fault", "Failure", "Interrupt", "Violation", "Warning", "Timeout", "Panic"];
const BARE: usize = 4;

/// Exceptions named otherwise, in standard libraries and frameworks that everyone uses.
const ODD: &[&str] =
    &["StopIteration", "StopAsyncIteration", "SystemExit", "GeneratorExit", "DoesNotExist", "MultipleObjectsReturned", "Http404"];
