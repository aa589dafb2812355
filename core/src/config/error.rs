//! Why a configuration was refused.

use crate::json::Json;
use std::fmt;

/// Why a configuration was refused: where, what, and how to mend it.
///
/// Displayed as `rules[1].match.status[0]: "5x0" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The place: a path into the document (`rules[1].match.status[0]`), or `line 3, column 14` where it is not JSON.
    /// Empty for the document itself.
    pub at: String,
    /// The offending text, as JSON, shortened where it is long; empty where there is none (a missing field).
    pub text: String,
    /// What is wrong and how to mend it, to be read after `text`.
    pub problem: String,
}

impl ConfigError {
    /// A refusal of a value.
    pub(crate) fn of(at: impl Into<String>, text: impl Into<Json>, problem: impl Into<String>) -> Self {
        ConfigError { at: at.into(), text: json_text(&text.into()), problem: problem.into() }
    }

    /// A refusal that has no text to show.
    pub(crate) fn at(at: impl Into<String>, problem: impl Into<String>) -> Self {
        ConfigError { at: at.into(), text: String::new(), problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.at.is_empty() { "the document" } else { &self.at })?;
        f.write_str(": ")?;
        if !self.text.is_empty() {
            write!(f, "{} ", self.text)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// The beginning of a text, at most 60 characters and a mark where something is missing.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A value as JSON, safe on a terminal. Long strings are cut; long lists and objects show only what they are.
fn json_text(value: &Json) -> String {
    let json = match value {
        Json::Text(text) => Json::Text(shortened(text)).to_string(),
        other => other.to_string(),
    };
    let json = match value {
        Json::List(_) if json.len() > MAX_CHARS => r#"["…"]"#.to_owned(),
        Json::Object(_) if json.len() > MAX_CHARS => r#"{"…":"…"}"#.to_owned(),
        _ => json,
    };
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') {
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe
}

const MAX_CHARS: usize = 60;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_text_is_bounded_json_without_control_characters() {
        for (value, expected) in [
            (json!("5x0"), r#""5x0""#.to_owned()),
            (json!("a\n\u{1b}\u{9b}\u{202e}"), r#""a\n\u001b\u009b\u202e""#.to_owned()),
            (json!("ä".repeat(1000)), format!("\"{}…\"", "ä".repeat(60))),
            (json!([1, 2]), "[1,2]".to_owned()),
            (json!(vec![1; 1000]), r#"["…"]"#.to_owned()),
            (json!({"a": "b".repeat(1000)}), r#"{"…":"…"}"#.to_owned()),
            (json!(null), "null".to_owned()),
        ] {
            let value: Json = serde_json::from_value(value).unwrap();
            let text = ConfigError::of("", value, "").text;
            assert_eq!(text, expected);
            serde_json::from_str::<Value>(&text).unwrap();
        }
    }
}
