//! Small views of text that never panic.

/// The first `n` bytes; all of it where that is no place to cut.
pub(super) fn take(text: &str, n: usize) -> &str {
    text.get(..n).unwrap_or(text)
}

/// What follows the first `n` bytes; nothing where that is no place to cut.
pub(super) fn skip(text: &str, n: usize) -> &str {
    text.get(n..).unwrap_or_default()
}

/// The bytes from `start` to `end`; nothing where those are no places to cut.
pub(super) fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
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
    // One such loop for all: a copy for each costs the module more than a call per character costs time.
    fn run<'t>(text: &'t str, most: usize, fits: &dyn Fn(char) -> bool) -> &'t str {
        let text = window(text, most);
        take(text, text.find(|c| !fits(c)).unwrap_or(text.len()))
    }
    run(text, most, &fits)
}

/// Whether a text starts with one of these.
pub(super) fn starts_with_any(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| text.starts_with(prefix))
}

/// Whether a text starts with `prefix`, upper or lower case.
pub(super) fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether a text ends with `end`, upper or lower case.
pub(super) fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    text.len().checked_sub(end.len()).is_some_and(|start| starts_with_ignoring_case(skip(text, start), end))
}

/// How many bytes at the beginning are of a class.
pub(super) fn span(text: &[u8], class: u8) -> usize {
    text.iter().position(|byte| !is(*byte, class)).unwrap_or(text.len())
}

pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

/// Whether a text is `length` hex digits.
pub(super) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Tells of most texts at once that they start with none of some words, by their first three bytes.
pub(super) struct Starts([u64; 64]);

impl Starts {
    pub(super) const fn new() -> Self {
        Starts([0; 64])
    }

    /// These words as well; of at least three bytes.
    #[expect(clippy::indexing_slicing, reason = "runs in the compiler")]
    pub(super) const fn with(mut self, mut words: &[&str]) -> Self {
        while let [word, others @ ..] = words {
            let word = word.as_bytes();
            let (place, bit) = Self::place(word[0], word[1], word[2]);
            self.0[place] |= bit;
            words = others;
        }
        self
    }

    /// These words as well, each with a zero behind it; of at least three bytes.
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs in the compiler")]
    pub(super) const fn with_terminated(mut self, words: &str) -> Self {
        let words = words.as_bytes();
        let mut start = 0;
        let mut at = 0;
        while at < words.len() {
            if words[at] == 0 {
                let (place, bit) = Self::place(words[start], words[start + 1], words[start + 2]);
                self.0[place] |= bit;
                start = at + 1;
            }
            at += 1;
        }
        self
    }

    /// Whether a text may start with one of the words.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let Some([a, b, c]) = text.first_chunk() else { return false };
        let (place, bit) = Self::place(*a, *b, *c);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }

    /// Any mixture that spreads words of letters.
    const fn place(a: u8, b: u8, c: u8) -> (usize, u64) {
        let mixed = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9E37_79B1);
        ((mixed >> 26) as usize, 1 << ((mixed >> 20) & 63))
    }
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
pub(super) const MAX_BLANKS: usize = 128;

/// Letters, digits, `_`
pub(super) const WORD: u8 = 1;
/// The same and `-`
pub(super) const NAME: u8 = 2;
/// Everything else
pub(super) const GAP: u8 = 4;
/// Where an @ may stand, spelled or not: all but its beginnings
pub(super) const NO_AT: u8 = 8;

/// The classes of each byte.
#[expect(clippy::indexing_slicing, reason = "runs in the compiler")]
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => WORD | NAME | NO_AT,
            b'-' => NAME | NO_AT,
            b'@' | b'%' | b'&' | b'\\' => GAP,
            _ => GAP | NO_AT,
        };
        if byte == 255 {
            break classes;
        }
        byte = byte.wrapping_add(1);
    }
};
