//! What the operator adds to the table: texts and patterns that are allowed, or denied.

use super::pattern::Pattern;
use super::unescape::Unescape;
use super::view::{Buffer, Tally};
use std::ops::Range;

/// What is no leak here, and what is one.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) allowed_texts: Vec<String>,
    pub(crate) allowed_patterns: Vec<Pattern>,
    pub(crate) denied_texts: Vec<String>,
    pub(crate) denied_patterns: Vec<Pattern>,
}

impl Terms {
    /// Whether a part of a line lies within what is allowed, in the line as it is or with its escapes undone.
    pub(crate) fn allow(&self, line: &[u8], part: Range<usize>, tally: &mut Tally) -> bool {
        // Each question costs time: a body that asks too many of them has no further excuse.
        if self.allowed_texts.is_empty() && self.allowed_patterns.is_empty() || tally.asked >= MAX_QUESTIONS {
            return false;
        }
        tally.asked = tally.asked.saturating_add(1);
        let (mut plain, mut unescape) = (Buffer::new(), Unescape::new());
        let (before, rest) = line.split_at_checked(part.start).unwrap_or((line, &[]));
        let (within, after) = rest.split_at_checked(part.len()).unwrap_or((rest, &[]));
        let mut end_of = |bytes| {
            unescape.push(bytes, 0, &mut plain);
            plain.bytes().len()
        };
        let plain_part = end_of(before)..end_of(within);
        end_of(after);
        unescape.end(&mut plain);
        // What vanishes with a tag is nowhere in the text.
        self.cover(line, &part) || !plain_part.is_empty() && self.cover(plain.bytes(), &plain_part)
    }

    fn cover(&self, line: &[u8], part: &Range<usize>) -> bool {
        let mut texts = self.allowed_texts.iter().flat_map(|text| {
            let found = crate::find::find_all(line, text.as_bytes());
            found.map(|at| at..at.saturating_add(text.len()))
        });
        texts.any(|found| found.start <= part.start && part.end <= found.end)
            || self.allowed_patterns.iter().any(|pattern| pattern.covers(line, part))
    }
}

/// The forms in which a denied text is looked for: itself, as JSON writes it, and with `?` for what is not ASCII, as which characters
/// arrive that were escaped or in UTF-16.
pub(crate) fn forms(text: String) -> impl Iterator<Item = String> {
    let json = text.replace('\\', "\\\\").replace('"', "\\\"");
    let narrow: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    let (json, narrow) = ((json != text).then_some(json), (narrow != text).then_some(narrow));
    std::iter::once(text).chain(json).chain(narrow)
}

/// How often what is allowed is looked for in one view of a body.
const MAX_QUESTIONS: u32 = 1000;
