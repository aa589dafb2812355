//! Values of keys: what stands between the two, and where a value ends.

use super::keyed::Key;
use super::text::{Cursor, ends_with_ignoring_case, run, skip, starts_with_any, take, window};
use crate::find::find;

/// What stands between a key and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// `=`, with blanks around it or not, and the like of it.
    Assigned { quoted: bool, spaced: bool },
    /// `:`
    Colon { quoted: bool },
    /// Only markup: the value ends where the next tag begins.
    Markup,
    /// A blank: `--password x`, `PASSWORD 'x'`, or a tab behind any.
    Blank,
}

/// Reads from the end of the key to the beginning of the value.
pub(super) fn relation(cursor: &mut Cursor<'_>, before: &str, key: &Key) -> Option<Relation> {
    let quoted = open_quote(cursor.rest).is_some();
    if let Some((length, _)) = open_quote(cursor.rest) {
        cursor.advance(length);
    }
    // `<password>x`, `<property name="password">x`
    let names_it = || {
        let opening = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '"' | '\'' | '\\'));
        ["name=", "key=", "id="].iter().any(|name| ends_with_ignoring_case(opening, name))
    };
    // `<password type="string">x`
    let attributes =
        if key.is_element && cursor.rest.starts_with(' ') { run(cursor.rest, MAX_TAG, |c| !matches!(c, '<' | '>')) } else { "" };
    let content = skip(cursor.rest, attributes.len());
    let is_open = find(attributes.as_bytes(), b"alue=").is_none() && !attributes.ends_with('/');
    if is_open && starts_with_any(content, &[">", "&gt;"]) && (key.is_element || quoted && names_it()) {
        cursor.advance(attributes.len());
        cursor.eat_any(&[">", "&gt;"]);
        cursor.eat("<![CDATA[");
        return Some(Relation::Markup);
    }
    // `[password] => x`, `["password"]=>`
    cursor.eat("]");
    // `{"name": "password", "value": "x"}`, `<add key="password" value="x">`, and the same in YAML
    let mut pair = *cursor;
    pair.eat_run(MAX_GAP, |c| c.is_ascii_whitespace() || c == ',');
    let value_quoted = open_quote(pair.rest).map(|(length, _)| pair.advance(length)).is_some();
    if pair.offset() > cursor.offset() && pair.eat_any(&["value", "Value", "VALUE"]) {
        if value_quoted && let Some((length, _)) = open_quote(pair.rest) {
            pair.advance(length);
        }
        pair.blanks();
        if pair.eat_any(&["=", ":"]) {
            pair.blanks();
            *cursor = pair;
            return Some(Relation::Colon { quoted: true });
        }
    }
    let is_cell = cursor.rest.starts_with('\t') || cursor.eat("\\t");
    let blanks = cursor.blanks();
    let tags = tags(cursor);
    if tags {
        // `password</span>" => "<span>x`
        cursor.white();
        if let Some((length, _)) = open_quote(cursor.rest) {
            cursor.advance(length);
        }
        cursor.white();
    }
    let sign = cursor.eat_run(3, |c| matches!(c, '=' | ':' | '!' | '>' | '~' | '?'));
    let is_arrow = sign.ends_with('>') || cursor.eat_any(&["&gt;"]);
    let has_sign = sign.contains(['=', ':']) && sign != "::" || cursor.eat_any(SIGNS);
    if !has_sign {
        let is_flag = key.is_flag && !quoted && blanks > 0;
        let is_sql = key.is_sql && blanks > 0 && open_quote(cursor.rest).is_some();
        // `("password", "x")`, `['psql', '--password', 'x']`
        let is_pair = quoted && (key.is_argument || key.is_flag) && cursor.eat(",");
        // Serialized by PHP: `s:8:"password";s:1:"x"`
        if quoted && cursor.eat(";s:") {
            cursor.eat_run(8, |c| c.is_ascii_digit() || c == ':');
            return Some(Relation::Assigned { quoted, spaced: false });
        }
        return if !sign.is_empty() {
            None
        } else if tags {
            Some(Relation::Markup)
        } else if is_pair {
            cursor.blanks();
            Some(Relation::Assigned { quoted, spaced: false })
        } else {
            (is_flag || is_sql || is_cell).then_some(Relation::Blank)
        };
    }
    // `open /run/secrets/token: no such file`
    if sign == ":" && !quoted && key.is_in_path && !tags && cursor.rest.starts_with(' ') {
        return None;
    }
    let spaced = blanks > 0 && cursor.rest.starts_with(' ');
    if is_arrow {
        cursor.white();
        // PHP's var_dump: `string(7) "x"`
        let mut dump = *cursor;
        if dump.eat("string(") {
            dump.eat_run(8, |c| c.is_ascii_digit());
            if dump.eat(") ") {
                *cursor = dump;
            }
        }
    } else {
        cursor.blanks();
    }
    if tags {
        // A quote outside of the tag.
        let mut inner = *cursor;
        inner.advance(open_quote(inner.rest).map_or(0, |(length, _)| length));
        if self::tags(&mut inner) {
            *cursor = inner;
        }
        return Some(Relation::Markup);
    }
    Some(if sign.starts_with(':') && !is_arrow && sign != ":=" {
        Relation::Colon { quoted }
    } else {
        Relation::Assigned { quoted, spaced }
    })
}

/// Reads tags and the white space between them; whether there was one.
fn tags(cursor: &mut Cursor<'_>) -> bool {
    let mut found = false;
    for _ in 0..MAX_TAGS {
        let mut tag = *cursor;
        tag.white();
        if !tag.rest.starts_with('<') {
            break;
        }
        let Some(end) = memchr::memchr(b'>', window(tag.rest, MAX_TAG).as_bytes()) else { break };
        tag.advance(end.saturating_add(1));
        *cursor = tag;
        found = true;
    }
    if found {
        cursor.white();
    }
    found
}

/// Where the value at the beginning of `text` begins and how long it is; `near` is the same text up to a PEM block.
pub(super) fn extent(text: &str, near: &str, key: &Key, relation: Relation, budget: &mut usize) -> Option<(usize, usize)> {
    let mut quote = Cursor::new(text);
    // `b'x'`, `@"x"`
    quote.eat_any(&["b", "u", "r", "f", "L", "@", "$"]);
    if let Some((length, mark)) = open_quote(quote.rest) {
        quote.advance(length);
        let text = quote.rest;
        // A value over several lines is rare; behind a weak key it is more likely an apostrophe.
        let fits = |end: &usize| !take(text, *end).contains('\n') || (key.is_strong && *end <= MAX_QUOTED);
        let is_cut = key.is_strong && text.len() <= MAX_QUOTED;
        let end = mark.close(text).filter(fits);
        return Some((quote.offset(), end.unwrap_or_else(|| if is_cut { text.len() } else { line(text).len() })));
    }
    let quoted = matches!(relation, Relation::Assigned { quoted: true, .. } | Relation::Colon { quoted: true });
    let assigned = matches!(relation, Relation::Assigned { .. });
    if text.starts_with(['[', '{']) && (quoted || assigned) {
        // A list or an object is hidden whole; cut off, to the end of what could belong to it.
        let Some(end) = balanced(text, quoted, budget) else { return Some((0, if quoted { text.len() } else { line(near).len() })) };
        let is_whole =
            skip(text, end).chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ',' | ';' | ')' | ']' | '}' | '&' | '"' | '\''));
        if is_whole {
            return Some((0, end));
        }
    }
    if relation == Relation::Markup {
        let mut ends = memchr::memchr3_iter(b'<', b'\n', b'&', near.as_bytes());
        let end = ends.find(|end| starts_with_any(skip(near, *end), &["<", "\n", "&lt;"])).unwrap_or(near.len());
        return Some((0, take(near, end).trim_end().len()));
    }
    let whole_line = key.is_header || (!quoted && relation != Relation::Blank && key.starts_line);
    let bare = take(near, end_of_bare(near, whole_line, key.is_header));
    let is_cut = bare.len() == near.len();
    let first_word = bare.split([' ', '\t']).next().unwrap_or_default().trim_end_matches(['.', ',', ':']);
    let is_sentence = !key.is_strong && relation == (Relation::Colon { quoted: false }) && SENTENCE.contains(&first_word);
    let is_call =
        !key.is_strong && relation == (Relation::Assigned { quoted: false, spaced: true }) && is_call(line(window(text, MAX_CALL)));
    let is_path = key.is_directory && bare.starts_with('/');
    let is_nothing = is_path || !is_cut && (EMPTY.contains(&bare.trim_end_matches([':', '.'])) || is_sentence || is_call);
    if is_nothing && let Some(left) = budget.checked_sub(bare.len()) {
        *budget = left;
        return None;
    }
    Some((0, bare.len()))
}

/// The end of a value without quotes in a line.
fn end_of_bare(text: &str, whole_line: bool, is_header: bool) -> usize {
    let mut chars = text.char_indices();
    let mut end = text.len();
    let mut previous = '\0';
    while let Some((at, c)) = chars.next() {
        let after = chars.as_str();
        let stops = match c {
            // Only what is behind all of them counts.
            ' ' | '\t' if matches!(previous, ' ' | '\t') => false,
            '\\' if previous == '\\' => false,
            ' ' | '\t' => !whole_line || (!is_header && starts_assignment(after.trim_start_matches([' ', '\t']), false)),
            '<' => after.starts_with(|c: char| matches!(c, '/' | '!') || c.is_ascii_alphabetic()),
            '"' | '\'' | '`' => ends_quoted(after, is_header),
            '\\' => {
                let after = after.trim_start_matches('\\');
                after.strip_prefix(['"', '\'']).is_some_and(|after| !is_header || ends_quoted(after, true))
            }
            ',' | ';' | '&' => {
                let after = after.strip_prefix("amp;").unwrap_or(after);
                (c == '&' && ["quot;", "#34;", "#39;", "#x27;", "lt;"].iter().any(|entity| after.starts_with(entity)))
                    || (!is_header && starts_assignment(after, true))
            }
            c => c.is_whitespace(),
        };
        if stops {
            end = at;
            break;
        }
        previous = c;
    }
    take(text, end).trim_end_matches([',', ';', ')', ']', '}', ' ', '\t']).len()
}

/// Whether a quote sign in a value, with this behind it, ends a text around the value.
fn ends_quoted(after: &str, is_header: bool) -> bool {
    if is_header {
        // `Digest username="x", response="y"` goes on, also where it is cut off.
        let goes_on = |after: &str| starts_assignment(after, false) || !after.contains(|c: char| !c.is_ascii_alphabetic() && c != ' ');
        return after.is_empty()
            || after.starts_with([']', '}', ')', '\n'])
            || after.strip_prefix(',').is_some_and(|after| !goes_on(after));
    }
    after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ')' | ';' | ':' | '>' | '&' | '.'))
}

/// Whether a text starts with `key=` (or, where `any_sign`, also `"key": `).
fn starts_assignment(text: &str, any_sign: bool) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.eat(" ");
    let quoted = open_quote(cursor.rest).map(|(length, _)| cursor.advance(length)).is_some();
    let name = cursor.eat_run(MAX_GAP, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '));
    if quoted {
        let _ = open_quote(cursor.rest).map(|(length, _)| cursor.advance(length));
    }
    let name = name.trim_end();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && (cursor.rest.starts_with('=') || any_sign && cursor.rest.starts_with(':'))
}

/// Whether source code calls something without a literal: `self.parse(line)`.
fn is_call(text: &str) -> bool {
    let text = ["await ", "new ", "return "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let name = run(text, MAX_GAP, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    !name.is_empty() && skip(text, name.len()).starts_with('(') && !text.contains(['"', '\'', '`'])
}

/// The length of a bracketed text up to its closing bracket, in one line or in several; brackets in strings do not count.
/// Reads no more characters than the budget allows, and takes them from it.
fn balanced(text: &str, lines: bool, budget: &mut usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut string = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        *budget = budget.checked_sub(1)?;
        match (string, c) {
            (_, '\\') => {
                chars.next();
            }
            (_, '\n') if !lines => return None,
            (Some(mark), c) if c == mark => string = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => string = Some(c),
            (None, '[' | '{' | '(') => depth = depth.saturating_add(1),
            (None, ']' | '}' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at.saturating_add(c.len_utf8()));
        }
    }
    None
}

/// How a quoted text began, and so how it ends: a mark with backslashes before it, none in plain text, one inside a JSON string, three inside
/// one inside one.
#[derive(Clone, Copy)]
struct Quote {
    mark: &'static str,
    slashes: usize,
}

impl Quote {
    /// Where the quoted text ends.
    fn close(self, text: &str) -> Option<usize> {
        let first = *self.mark.as_bytes().first()?;
        let near = window(text, MAX_QUOTED);
        // What is longer than that ends with its line.
        let far = || memchr::memchr_iter(first, line(skip(text, near.len())).as_bytes());
        let far = std::iter::once_with(far).flatten().map(|at| at.saturating_add(near.len()));
        memchr::memchr_iter(first, near.as_bytes())
            .chain(far)
            .filter(|at| skip(text, *at).starts_with(self.mark))
            .find_map(|at| self.close_at(take(text, at)))
    }

    /// Where the text before a mark ends, if the mark closes it.
    fn close_at(self, text: &str) -> Option<usize> {
        let (mut end, mut before, mut seen) = (text.len(), text, 0_usize);
        while let Some(rest) = SLASHES.iter().find_map(|slash| before.strip_suffix(slash)) {
            (before, seen) = (rest, seen.saturating_add(1));
            if seen <= self.slashes {
                end = before.len();
            }
        }
        // Fewer backslashes: the text around ended. Else each backslash of the content counts twice per level.
        let level = self.slashes.saturating_add(1).saturating_mul(2);
        (seen < self.slashes || seen.checked_rem(level) == Some(self.slashes)).then_some(end)
    }
}

/// The quote at the beginning of a text, and its length.
fn open_quote(text: &str) -> Option<(usize, Quote)> {
    let mut rest = text;
    for slashes in 0..MAX_SLASHES {
        if let Some(mark) = QUOTES.iter().find(|mark| rest.starts_with(**mark)) {
            // `"""x"""`
            let length = if skip(rest, 1).starts_with(mark) && skip(rest, 2).starts_with(mark) { 3 } else { mark.len() };
            return Some((text.len().saturating_sub(rest.len()).saturating_add(length), Quote { mark, slashes }));
        }
        rest = SLASHES.iter().find_map(|slash| rest.strip_prefix(slash))?;
    }
    None
}

fn line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

/// What stands where there is no secret (MySQL: `using password: YES`).
const EMPTY: &[&str] = &["YES", "NO", "true", "false", "True", "False", "null", "NULL", "None", "nil", "undefined"];

/// How a sentence goes on after `token: ` and the like.
#[rustfmt::skip]
const SENTENCE: &[&str] = &[
    "a", "already", "an", "cannot", "closed", "connection", "could", "denied", "does", "error", "expected", "expired", "failed", "failure", "has",
    "incorrect", "invalid", "is", "malformed", "missing", "must", "no", "not", "open", "permission", "rejected", "required", "revoked",
    "the", "timeout", "unauthorized", "unable", "unexpected", "unknown", "unsupported", "was", "wrong",
];

/// Quote signs, as they are and as they are spelled.
#[rustfmt::skip]
const QUOTES: &[&str] = &[
    "\"", "'", "`", "&quot;", "&#34;", "&#39;", "&#039;", "&#x27;", "&#x22;", "&apos;", "&amp;quot;", "&amp;#34;", "&amp;#39;", "&amp;#x27;",
    "\\u0026quot;", "\\u0026#34;", "\\u0026#39;", "\\u0022", "\\u0027", "\\x22", "\\x27", "%22", "%27",
];

/// Signs between a key and its value, as they are spelled.
const SIGNS: &[&str] = &["%3D", "%3d", "%3A", "%3a", "&#61;", "&#x3D;", "\\u003d", "\\u003D", "\\u003a", "\\u003A", "\\x3d", "\\x3a"];

/// A backslash, as it is and as it is spelled.
const SLASHES: &[&str] = &["\\u005c", "\\u005C", "\\", "%5C", "%5c"];

/// More stand before no quote sign: that is a string in a string in a string in a string.
const MAX_SLASHES: usize = 16;

const MAX_GAP: usize = 64;
const MAX_CALL: usize = 256;
const MAX_TAGS: usize = 8;
const MAX_TAG: usize = 256;
const MAX_QUOTED: usize = 2048;
