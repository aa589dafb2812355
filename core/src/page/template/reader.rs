//! Reads the tokens of a template's tags, and knows where they stand.

use super::TemplateError;
use crate::config::{did_you_mean, one_of, shortened};

pub(super) struct Reader<'s> {
    pub(super) source: &'s str,
    /// What is read, in bytes.
    pub(super) at: usize,
    /// Where the current tag begins.
    pub(super) open: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The next name, number, text in quotes or sign; empty at the end.
    pub(super) fn token(&mut self) -> &'s str {
        let rest = self.rest().trim_start();
        let first = rest.chars().next().unwrap_or_default();
        let end = if is_word(first) {
            rest.find(|character| !is_word(character))
        } else if matches!(first, '"' | '\'') {
            rest.char_indices().skip(1).find(|&(_, character)| character == first).map(|(end, _)| end.saturating_add(1))
        } else {
            let signs = ["-}}", "-%}", "}}", "%}", "==", "!=", "<=", ">="];
            Some(signs.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len()))
        };
        let token = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at = self.source.len().saturating_sub(rest.len()).saturating_add(token.len());
        token
    }

    /// Whether a name or sign comes next.
    pub(super) fn peek_is(&self, text: &str) -> bool {
        self.rest().trim_start().strip_prefix(text).is_some_and(|rest| !is_name(text) || !rest.starts_with(is_word))
    }

    pub(super) fn is_print(&self) -> bool {
        self.source.get(self.open..).is_some_and(|tag| tag.starts_with("{{"))
    }

    pub(super) fn unfinished(&self, end: &str) -> TemplateError {
        let tag = self.source.get(self.open..).unwrap_or_default();
        self.error(tag, format!("is not finished: close it with `{end}`, or write `{{% raw %}}` before it if it is text"))
    }

    pub(super) fn unknown_member(&self, name: &'s str, member: &'s str, known: &[&str]) -> TemplateError {
        if member.is_empty() {
            let known: Vec<String> = known.iter().map(|member| format!("{name}.{member}")).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return self.error(name, format!("has parts: {}", write_one_of(&known)));
        }
        self.unknown(member, &format!("a part of `{name}`"), known)
    }

    pub(super) fn unknown(&self, text: &str, what: &str, known: &[&str]) -> TemplateError {
        self.error(text, format!("is not {what}: {}{}", write_one_of(known), did_you_mean(text, known)))
    }

    /// An error in the current tag as a whole.
    pub(super) fn here(&self, problem: impl Into<String>) -> TemplateError {
        self.error(self.source.get(self.open..self.at).unwrap_or_default(), problem)
    }

    /// An error at a piece of the source, or in the current tag if the piece is from elsewhere.
    pub(super) fn error(&self, text: &str, problem: impl Into<String>) -> TemplateError {
        let offset = (text.as_ptr() as usize).checked_sub(self.source.as_ptr() as usize);
        let offset = offset.filter(|&offset| !text.is_empty() && offset < self.source.len()).unwrap_or(self.open);
        let (line, column) = self.position(offset);
        TemplateError { line, column, text: shortened(text), problem: problem.into() }
    }

    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(before, |end| before.get(end.saturating_add(1)..).unwrap_or_default());
        (before.matches('\n').count().saturating_add(1), line.chars().count().saturating_add(1))
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric() || (!character.is_ascii() && !character.is_whitespace())
}

pub(super) fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| is_word(first) && !first.is_ascii_digit())
}

/// What a text in quotes says.
pub(super) fn quoted(token: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| token.strip_prefix(quote)?.strip_suffix(quote))
}

pub(super) fn write_one_of(names: &[&str]) -> String {
    match names.first() {
        None => "there is none here".to_owned(),
        Some(_) if names.len() <= MAX_LISTED => format!("write {}", one_of(names)),
        Some(_) => "write one of those that are documented".to_owned(),
    }
}

/// Longer lists do not help.
const MAX_LISTED: usize = 20;
