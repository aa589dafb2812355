//! Cuts of text that never panic.

/// The first `end` bytes; all of it where that is no place to cut.
pub(super) fn cut(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

/// The beginning of a text, at most `most` bytes.
pub(super) fn window(text: &str, most: usize) -> &str {
    // A character has at most four bytes.
    if text.len() <= most { text } else { (0..4).find_map(|back| text.get(..most.saturating_sub(back))).unwrap_or_default() }
}

/// What is behind the first `start` bytes.
pub(super) fn after(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

/// What is before `rest`, which is the end of `text`.
pub(super) fn before<'t>(text: &'t str, rest: &str) -> &'t str {
    cut(text, text.len().saturating_sub(rest.len()))
}
