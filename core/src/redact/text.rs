//! Small views of text that never panic.

/// The first `n` bytes; all of it where that is no place to cut.
pub(super) fn take(text: &str, n: usize) -> &str {
    text.get(..n).unwrap_or(text)
}

/// What follows the first `n` bytes; nothing where that is no place to cut.
pub(super) fn skip(text: &str, n: usize) -> &str {
    text.get(n..).unwrap_or_default()
}

/// The beginning of a text, at most `most` bytes.
pub(super) fn window(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    // A character has at most four bytes.
    (0..4).find_map(|back| text.get(..most.saturating_sub(back))).unwrap_or_default()
}

/// The longest beginning whose characters all fit, at most `most` bytes.
pub(super) fn run(text: &str, most: usize, fits: impl Fn(char) -> bool) -> &str {
    let text = window(text, most);
    take(text, text.find(|c| !fits(c)).unwrap_or(text.len()))
}

/// Whether a text starts with `prefix`, upper or lower case.
pub(super) fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether a text is `length` hex digits.
pub(super) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads on in a text and knows how far it got.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    whole: &'t str,
    pub(super) rest: &'t str,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Cursor { whole: text, rest: text }
    }

    /// Bytes read.
    pub(super) fn offset(&self) -> usize {
        self.whole.len().saturating_sub(self.rest.len())
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.rest = skip(self.rest, bytes);
    }

    /// Reads `text` where it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Reads one of `texts` where it is next.
    pub(super) fn eat_any(&mut self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.eat(text))
    }

    /// Reads characters that fit, at most `most` bytes.
    pub(super) fn eat_run(&mut self, most: usize, fits: impl Fn(char) -> bool) -> &'t str {
        let run = run(self.rest, most, fits);
        self.advance(run.len());
        run
    }

    /// Reads blanks, tabs and what is left of colours.
    pub(super) fn blanks(&mut self) -> usize {
        self.eat_run(MAX_BLANKS, |c| matches!(c, ' ' | '\t' | char::REPLACEMENT_CHARACTER)).len()
    }

    /// Reads blanks, tabs and line breaks.
    pub(super) fn white(&mut self) {
        self.eat_run(MAX_BLANKS, |c| c.is_ascii_whitespace());
    }
}

/// Aligned columns are wider apart than this nowhere.
const MAX_BLANKS: usize = 128;
