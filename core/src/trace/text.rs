//! Cuts of text that never panic. None is inlined: each is used in many places, and none of them is in a hurry.

/// The first `end` bytes; all of it where that is no place to cut.
#[inline(never)]
pub(super) fn cut(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

/// What is behind the first `start` bytes.
#[inline(never)]
pub(super) fn after(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

/// What is before `rest`, which is the end of `text`.
pub(super) fn before<'t>(text: &'t str, rest: &str) -> &'t str {
    cut(text, text.len().saturating_sub(rest.len()))
}

/// The beginning of a text, at most `most` bytes.
pub(super) fn window(text: &str, most: usize) -> &str {
    // A character has at most four bytes.
    if text.len() <= most { text } else { (0..4).find_map(|back| text.get(..most.saturating_sub(back))).unwrap_or_default() }
}

/// Without blanks around it.
pub(super) fn first_line(text: &str) -> &str {
    cut(text, text.until(|c| matches!(c, '\n' | '\r'))).bare()
}

/// A test of one character.
pub(super) type Class = fn(char) -> bool;

pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Outside ASCII every character counts as a letter: that needs no tables.
pub(super) fn is_letter_or_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii()
}

/// What `str` has as generic methods.
pub(super) trait Text {
    /// Where `part` is for the first time.
    fn at(&self, part: &str) -> Option<usize>;
    fn has(&self, part: &str) -> bool;
    fn begins(&self, part: &str) -> bool;
    fn ends(&self, part: &str) -> bool;
    /// What is behind `part`, where the text begins with it.
    fn behind(&self, part: &str) -> Option<&str>;
    /// What is before `part`, where the text ends with it.
    fn ahead_of(&self, part: &str) -> Option<&str>;
    /// What is before and behind the first `part`.
    fn halves(&self, part: &str) -> Option<(&str, &str)>;
    /// What is before and behind the last `part`.
    fn last_halves(&self, part: &str) -> Option<(&str, &str)>;
    /// Where the first character of a class is, or the end.
    fn until(&self, class: Class) -> usize;
    fn any(&self, class: Class) -> bool;
    fn starts(&self, class: Class) -> bool;
    /// Without the characters of a class at the beginning.
    fn skip(&self, class: Class) -> &str;
    /// Without these characters, all of ASCII, at the end.
    fn drop_end(&self, ascii: &str) -> &str;
    /// Without blanks around it.
    fn bare(&self) -> &str;
}

impl Text for str {
    #[inline(never)]
    fn at(&self, part: &str) -> Option<usize> {
        crate::find::find(self.as_bytes(), part.as_bytes())
    }

    #[inline(never)]
    fn has(&self, part: &str) -> bool {
        self.at(part).is_some()
    }

    #[inline(never)]
    fn begins(&self, part: &str) -> bool {
        self.behind(part).is_some()
    }

    #[inline(never)]
    fn ends(&self, part: &str) -> bool {
        self.ahead_of(part).is_some()
    }

    #[inline(never)]
    fn behind(&self, part: &str) -> Option<&str> {
        self.strip_prefix(part)
    }

    #[inline(never)]
    fn ahead_of(&self, part: &str) -> Option<&str> {
        self.strip_suffix(part)
    }

    #[inline(never)]
    fn halves(&self, part: &str) -> Option<(&str, &str)> {
        let at = self.at(part)?;
        Some((cut(self, at), after(self, at.saturating_add(part.len()))))
    }

    #[inline(never)]
    fn last_halves(&self, part: &str) -> Option<(&str, &str)> {
        let at = (0..=self.len().checked_sub(part.len())?).rev().find(|at| after(self, *at).begins(part))?;
        Some((cut(self, at), after(self, at.saturating_add(part.len()))))
    }

    #[inline(never)]
    fn until(&self, class: Class) -> usize {
        self.find(class).unwrap_or(self.len())
    }

    #[inline(never)]
    fn any(&self, class: Class) -> bool {
        self.until(class) < self.len()
    }

    #[inline(never)]
    fn starts(&self, class: Class) -> bool {
        self.chars().next().is_some_and(class)
    }

    #[inline(never)]
    fn skip(&self, class: Class) -> &str {
        self.trim_start_matches(class)
    }

    #[inline(never)]
    fn drop_end(&self, ascii: &str) -> &str {
        let kept = self.bytes().rposition(|byte| !ascii.as_bytes().contains(&byte)).map_or(0, |last| last.saturating_add(1));
        cut(self, kept)
    }

    #[inline(never)]
    fn bare(&self) -> &str {
        self.trim()
    }
}
