//! The patterns of `inspect.allow` and `inspect.deny`: a small regular expression over bytes, as a set of positions.
//!
//! A position is a byte class of the pattern. All that are reached at once are the bits of one word (Glushkov's automaton), so that a
//! step costs a few instructions for each reached position, a body is read once, and nothing but the word is carried from chunk to
//! chunk. `regex-lite` would cost the modules 53 KB for a syntax that few need here; the tests hold this to its answers.
//!
//! Syntax: characters; `.` and `[a-z]`, `[^"]` (none of them matches a line break); `\d`, `\w`, `\s` and `\D`, `\W`, `\S`; `\` before a
//! sign; `(…)`, `(?:…)`, `|`; `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`; `(?i)` at the beginning for letters (ASCII) of any case.

use std::ops::Range;

/// A compiled pattern, at most [`MAX_POSITIONS`] positions.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// For each byte, the positions that accept it.
    accepts: Box<[Set; 256]>,
    /// Which positions may come behind each.
    follow: Vec<Set>,
    /// Where a match starts, and ends.
    first: Set,
    last: Set,
}

/// A set of positions.
type Set = u128;

/// What of a pattern is matched so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Matching {
    reached: Set,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// Which character, from 1 on.
    pub(crate) character: usize,
    /// Reads behind the place.
    pub(crate) problem: String,
}

/// Characters, classes and their repetitions count: `[0-9]{4}` has four.
const MAX_POSITIONS: usize = 128;
/// More than any ID or number that is to be masked.
const MAX_LONGEST: usize = 256;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 16;

impl Pattern {
    /// # Errors
    /// What is wrong where.
    pub(crate) fn new(text: &str) -> Result<Self, PatternError> {
        let (ignore_case, rest) = text.strip_prefix("(?i)").map_or((false, text), |rest| (true, rest));
        let pattern = Pattern { accepts: Box::new([0; 256]), follow: Vec::new(), first: 0, last: 0 };
        let mut parser = Parser { text, rest, pattern, ignore_case };
        let whole = parser.alternatives(MAX_DEPTH)?;
        if !parser.rest.is_empty() {
            return Err(parser.error(parser.rest, "`)` closes no group: write `\\)` for the sign"));
        }
        if whole.empty {
            return Err(parser.error(text, "the pattern matches the empty text, and so everywhere: write something that must be there"));
        }
        Ok(Pattern { first: whole.first, last: whole.last, ..parser.pattern })
    }

    /// Reads one more byte; tells whether a match ends with it.
    pub(crate) fn step(&self, matching: &mut Matching, byte: u8) -> bool {
        self.step_from(matching, byte, self.first)
    }

    /// How many characters and classes it has, repetitions counted.
    pub(crate) fn positions(&self) -> usize {
        self.follow.len()
    }

    /// Where the shortest match starts that ends with the last byte.
    pub(crate) fn start_of_last(&self, bytes: &[u8]) -> Option<usize> {
        (0..bytes.len()).rev().find(|start| {
            let mut matching = Matching::default();
            let mut ended = false;
            for (index, byte) in bytes.iter().enumerate().skip(*start) {
                ended = self.step_from(&mut matching, *byte, if index == *start { self.first } else { 0 });
                if matching.reached == 0 {
                    return false;
                }
            }
            ended
        })
    }

    /// Whether a match has all of `part` in it.
    pub(crate) fn covers(&self, line: &[u8], part: &Range<usize>) -> bool {
        let mut matching = Matching::default();
        line.iter().enumerate().any(|(at, byte)| {
            let first = if at <= part.start { self.first } else { 0 };
            self.step_from(&mut matching, *byte, first) && at >= part.end.saturating_sub(1)
        })
    }

    /// How long the longest match is that begins with the first byte, of at most [`MAX_LONGEST`], 0 where there is none; how many bytes that took;
    /// and whether it may go on behind the last byte.
    pub(crate) fn longest_at(&self, bytes: &[u8]) -> (usize, usize, bool) {
        let mut matching = Matching::default();
        let (mut longest, mut taken) = (0, 0_usize);
        for byte in bytes.iter().take(MAX_LONGEST) {
            let first = if taken == 0 { self.first } else { 0 };
            taken = taken.saturating_add(1);
            if self.step_from(&mut matching, *byte, first) {
                longest = taken;
            }
            if matching.reached == 0 {
                return (longest, taken, false);
            }
        }
        (longest, taken, taken == bytes.len())
    }

    fn step_from(&self, matching: &mut Matching, byte: u8, first: Set) -> bool {
        let mut next = first;
        let mut left = matching.reached;
        while left != 0 {
            next |= self.follow.get(left.trailing_zeros() as usize).copied().unwrap_or_default();
            left &= left.wrapping_sub(1);
        }
        next &= self.accepts.get(usize::from(byte)).copied().unwrap_or_default();
        matching.reached = next;
        next & self.last != 0
    }
}

/// Reads a pattern from left to right and makes its positions on the way.
struct Parser<'t> {
    text: &'t str,
    rest: &'t str,
    pattern: Pattern,
    ignore_case: bool,
}

/// What part of a pattern matches.
#[derive(Clone, Copy)]
struct Part {
    first: Set,
    last: Set,
    /// Also the empty text.
    empty: bool,
}

impl<'t> Parser<'t> {
    fn alternatives(&mut self, depth: usize) -> Result<Part, PatternError> {
        let mut whole = self.sequence(depth)?;
        while self.eat("|") {
            let other = self.sequence(depth)?;
            whole = Part { first: whole.first | other.first, last: whole.last | other.last, empty: whole.empty || other.empty };
        }
        Ok(whole)
    }

    fn sequence(&mut self, depth: usize) -> Result<Part, PatternError> {
        if self.rest.is_empty() || self.rest.starts_with(['|', ')']) {
            return Err(self.error(self.rest, "something is missing: write what is to match"));
        }
        let mut whole = self.repeated(depth)?;
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let next = self.repeated(depth)?;
            whole = self.join(whole, next);
        }
        Ok(whole)
    }

    fn repeated(&mut self, depth: usize) -> Result<Part, PatternError> {
        let start = self.rest;
        let part = self.one(depth)?;
        let repetition = self.rest;
        let times = self.times()?;
        if self.rest.starts_with(['*', '+', '?', '{']) && self.rest != repetition {
            return Err(self.error(self.rest, "a repetition is repeated: put `(…)` around it, and leave out a `?` for the shortest match"));
        }
        let behind = self.rest;
        // Further copies are read anew: each needs positions of its own.
        let mut whole = Part { empty: part.empty || times.least == 0, ..part };
        let mut last = part;
        for number in 2..=times.most.unwrap_or(times.least) {
            self.rest = start;
            last = self.one(depth)?;
            whole = self.join(whole, Part { empty: last.empty || number > times.least, ..last });
        }
        if times.most.is_none() {
            self.link(last.last, last.first);
        }
        self.rest = behind;
        Ok(whole)
    }

    fn times(&mut self) -> Result<Times, PatternError> {
        for (sign, times) in
            [("*", Times { least: 0, most: None }), ("+", Times { least: 1, most: None }), ("?", Times { least: 0, most: Some(1) })]
        {
            if self.eat(sign) {
                return Ok(times);
            }
        }
        let start = self.rest;
        if !self.eat("{") {
            return Ok(ONCE);
        }
        let least = self.number();
        let most =
            if self.eat(",") { if self.rest.starts_with('}') { Some(None) } else { self.number().map(Some) } } else { least.map(Some) };
        match (least, most) {
            (Some(least), Some(most)) if self.eat("}") && most.is_none_or(|most| most > 0 && most >= least) => Ok(Times { least, most }),
            _ => Err(self.error(start, "this is no repetition: write `{2}`, `{2,}` or `{2,5}`, or `\\{` for the sign")),
        }
    }

    fn number(&mut self) -> Option<usize> {
        let (digits, rest) = self.rest.split_at_checked(self.rest.bytes().take_while(u8::is_ascii_digit).count())?;
        self.rest = rest;
        // One more than there may be is enough to be refused for its length.
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(usize::MAX).min(MAX_POSITIONS.saturating_add(1)))
    }

    /// A group, a class or a character.
    fn one(&mut self, depth: usize) -> Result<Part, PatternError> {
        let start = self.rest;
        let mut characters = start.chars();
        let sign = characters.next().unwrap_or_default();
        self.rest = characters.as_str();
        match sign {
            '(' => {
                if !self.eat("?:") && self.rest.starts_with('?') {
                    return Err(self.error(start, "this group is not known here: write `(…)` or `(?:…)`, and `(?i)` only at the beginning"));
                }
                let Some(depth) = depth.checked_sub(1) else { return Err(self.error(start, "groups are nested too deeply")) };
                let part = self.alternatives(depth)?;
                if !self.eat(")") {
                    return Err(self.error(start, "this group is not closed: write `)`, or `\\(` for the sign"));
                }
                Ok(part)
            }
            '.' => self.position(start, &ByteSet::of(b"\n").negated()),
            '[' => {
                let class = self.class(start)?;
                self.position(start, &class)
            }
            '\\' => {
                let class = self.escaped(start)?;
                self.position(start, &class)
            }
            '*' | '+' | '?' | '{' => Err(self.error(start, "there is nothing to repeat before this: write `\\` before it for the sign")),
            '^' | '$' => {
                Err(self.error(start, "the ends of a line are not known here: leave it out, or write `\\` before it for the sign"))
            }
            '\n' => Err(self.error(start, LINE_BREAK)),
            _ => {
                let mut bytes = [0; 4];
                let mut whole: Option<Part> = None;
                for byte in sign.encode_utf8(&mut bytes).bytes() {
                    let part = self.position(start, &self.folded(ByteSet::of(&[byte])))?;
                    whole = Some(match whole {
                        Some(before) => self.join(before, part),
                        None => part,
                    });
                }
                whole.ok_or_else(|| self.error(start, "something is missing: write what is to match"))
            }
        }
    }

    /// Behind `[`.
    fn class(&mut self, start: &'t str) -> Result<ByteSet, PatternError> {
        let negated = self.eat("^");
        let mut class = ByteSet::default();
        let mut first = true;
        loop {
            let here = self.rest;
            if !first && self.eat("]") {
                let class = self.folded(class);
                return Ok(if negated { class.with(&ByteSet::of(b"\n")).negated() } else { class });
            }
            first = false;
            let low = self.member(start)?;
            if !self.rest.starts_with("-]") && self.eat("-") {
                let high = self.member(start)?;
                let (Some(low), Some(high)) = (low.only(), high.only()) else { return Err(self.error(here, RANGE)) };
                if low > high {
                    return Err(self.error(here, RANGE));
                }
                (low..=high).for_each(|byte| class.add(byte));
            } else {
                class = class.with(&low);
            }
        }
    }

    /// A byte or an escape in a class.
    fn member(&mut self, class: &'t str) -> Result<ByteSet, PatternError> {
        let start = self.rest;
        let mut characters = start.chars();
        let sign = characters.next();
        self.rest = characters.as_str();
        match sign {
            None => Err(self.error(class, "this class is not closed: write `]`, or `\\[` for the sign")),
            Some('\\') => self.escaped(start),
            Some('[') => Err(self.error(start, "classes have no classes within: write `\\[` for the sign")),
            Some('\n') => Err(self.error(start, LINE_BREAK)),
            Some(sign) => match u8::try_from(sign) {
                Ok(byte) if byte.is_ascii() => Ok(ByteSet::of(&[byte])),
                _ => Err(self.error(start, "a class holds ASCII characters only: write others as `(ä|ö)`")),
            },
        }
    }

    /// Behind `\`.
    fn escaped(&mut self, start: &'t str) -> Result<ByteSet, PatternError> {
        let mut characters = self.rest.chars();
        let sign = characters.next().unwrap_or_default();
        self.rest = characters.as_str();
        let class = match sign.to_ascii_lowercase() {
            'd' => ByteSet::by(|byte| byte.is_ascii_digit()),
            'w' => ByteSet::by(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            's' => ByteSet::by(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)),
            't' if sign == 't' => ByteSet::of(b"\t"),
            // `\<` and `\>` are ends of words elsewhere.
            _ if sign.is_ascii_punctuation() && !matches!(sign, '<' | '>') => ByteSet::of(&[sign as u8]),
            _ => return Err(self.error(start, "this escape is not known here: write `\\d`, `\\w`, `\\s`, `\\t`, or `\\` before a sign")),
        };
        Ok(if sign.is_ascii_uppercase() { class.with(&ByteSet::of(b"\n")).negated() } else { class })
    }

    /// With the letters of the other case, where case does not count. Before a class is negated, not after.
    fn folded(&self, class: ByteSet) -> ByteSet {
        let other = ByteSet::by(|byte| byte.is_ascii_alphabetic() && class.has(byte ^ 0x20));
        if self.ignore_case { class.with(&other) } else { class }
    }

    /// Adds a position.
    fn position(&mut self, at: &str, class: &ByteSet) -> Result<Part, PatternError> {
        let index = self.pattern.follow.len();
        if index >= MAX_POSITIONS {
            let problem =
                format!("the pattern is too long: at most {MAX_POSITIONS} characters and classes, each repetition counted, are allowed");
            return Err(self.error(at, &problem));
        }
        let own: Set = 1u128.wrapping_shl(index as u32);
        for (byte, accepts) in (0..=u8::MAX).zip(self.pattern.accepts.iter_mut()) {
            if class.has(byte) {
                *accepts |= own;
            }
        }
        self.pattern.follow.push(0);
        Ok(Part { first: own, last: own, empty: false })
    }

    fn join(&mut self, before: Part, behind: Part) -> Part {
        self.link(before.last, behind.first);
        Part {
            first: before.first | if before.empty { behind.first } else { 0 },
            last: behind.last | if behind.empty { before.last } else { 0 },
            empty: before.empty && behind.empty,
        }
    }

    /// Each of `to` may come behind each of `from`.
    fn link(&mut self, from: Set, to: Set) {
        for (index, follow) in (0..).zip(&mut self.pattern.follow) {
            if from.wrapping_shr(index) & 1 != 0 {
                *follow |= to;
            }
        }
    }

    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `at` is what of the pattern begins at the place.
    fn error(&self, at: &str, problem: &str) -> PatternError {
        let before = self.text.len().saturating_sub(at.len());
        let character = self.text.get(..before).unwrap_or_default().chars().count().saturating_add(1);
        PatternError { character, problem: problem.to_owned() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Times {
    least: usize,
    /// `None`: any number.
    most: Option<usize>,
}

const ONCE: Times = Times { least: 1, most: Some(1) };

const RANGE: &str = "this is no range: write the lower character first, as in `a-z`, and `\\-` for the sign";
const LINE_BREAK: &str = "a line break is never found: no match goes beyond a line";

/// A set of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ByteSet([u128; 2]);

impl ByteSet {
    fn of(bytes: &[u8]) -> Self {
        let mut set = ByteSet::default();
        bytes.iter().for_each(|byte| set.add(*byte));
        set
    }

    fn by(holds: impl Fn(u8) -> bool) -> Self {
        let mut set = ByteSet::default();
        (0..=u8::MAX).filter(|byte| holds(*byte)).for_each(|byte| set.add(byte));
        set
    }

    fn add(&mut self, byte: u8) {
        let [low, high] = &mut self.0;
        *if byte.is_ascii() { low } else { high } |= 1u128.wrapping_shl(byte.into());
    }

    fn has(&self, byte: u8) -> bool {
        let [low, high] = self.0;
        (if byte.is_ascii() { low } else { high }).wrapping_shr(byte.into()) & 1 != 0
    }

    fn with(self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        ByteSet([a | c, b | d])
    }

    fn negated(self) -> Self {
        let [low, high] = self.0;
        ByteSet([!low, !high])
    }

    /// The byte, if it is one only.
    fn only(self) -> Option<u8> {
        let mut bytes = (0..=u8::MAX).filter(|byte| self.has(*byte));
        bytes.next().filter(|_| bytes.next().is_none())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn finds(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::new(pattern).unwrap();
        let mut matching = Matching::default();
        text.bytes().any(|byte| pattern.step(&mut matching, byte))
    }

    #[test]
    fn patterns() {
        let rows = [
            ("abc", "xxabcx", true),
            ("abc", "abxc", false),
            ("a.c", "a\nc", false),
            ("ACME-[0-9]{4}", "see ACME-1234.", true),
            ("ACME-[0-9]{4}", "see ACME-123.", false),
            ("(?i)acme", "AcMe", true),
            ("(?i)id[^a-z]x", "idAx", false),
            ("(?i)id[^a-z]x", "ID-X", true),
            (r"(?i)id\Wx", "idax", false),
            ("(?i)[k-m]x", "LX", true),
            ("a(b|cd)+e", "abcdbe", true),
            ("a(b|cd)+e", "ae", false),
            ("a(b|cd)*e", "ae", true),
            ("ab{2,}c", "abbbbc", true),
            ("ab{2,}c", "abc", false),
            ("ab{1,3}c", "abbbbc", false),
            ("x(ab?){2}y", "xaaby", true),
            ("x(ab?){2}y", "xaby", false),
            ("[^\"]+\"x", "a\"x", true),
            (r"\d\w\s\.", "1a .", true),
            (r"\D\W\S", "a b", true),
            ("[a-]b", "-b", true),
            ("[]a]b", "]b", true),
            ("[^]a]b", "]b", false),
            (r"[\]\-x]b", "-b", true),
            ("größe", "Die größe", true),
            ("ö+x", "\u{f6}\u{f6}x", true),
            ("b(aa)+c", "baaac", false),
            ("b(aa)+c", "baaaac", true),
        ];
        for (pattern, text, found) in rows {
            assert_eq!(finds(pattern, text), found, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        let most = "a".repeat(MAX_POSITIONS);
        assert!(Pattern::new(&most).is_ok());
        let rows = [
            ("", 1, "something is missing"),
            ("a|", 3, "something is missing"),
            ("()", 2, "something is missing"),
            ("ab(c", 3, "this group is not closed"),
            ("ab)c", 3, "closes no group"),
            ("ä[a-", 2, "this class is not closed"),
            ("[]", 1, "this class is not closed"),
            ("[z-a]", 2, "this is no range"),
            (r"[\d-z]", 2, "this is no range"),
            ("[ä]", 2, "ASCII characters only"),
            ("[[:alpha:]]", 2, "no classes within"),
            (r"\bfoo", 1, "this escape is not known here"),
            (r"foo\", 4, "this escape is not known here"),
            ("^a", 1, "the ends of a line"),
            ("a\nb", 2, "a line break is never found"),
            ("*a", 1, "nothing to repeat"),
            ("a**", 3, "a repetition is repeated"),
            ("a+?", 3, "a repetition is repeated"),
            ("a{,2}", 2, "this is no repetition"),
            ("a{0}", 2, "this is no repetition"),
            ("a{3,2}", 2, "this is no repetition"),
            ("a{2", 2, "this is no repetition"),
            ("a{99999999999999999999}", 1, "too long"),
            ("a{129}", 1, "too long"),
            ("a{}", 2, "this is no repetition"),
            ("a{1}*", 5, "a repetition is repeated"),
            (r"\<a", 1, "this escape is not known here"),
            ("(?=a)b", 1, "this group is not known here"),
            ("a(?i)b", 2, "this group is not known here"),
            ("a*", 1, "matches the empty text"),
            ("(a|b?)(c{0,2})", 1, "matches the empty text"),
            ("(a{64}b{64}){2}", 2, "too long"),
            (&format!("{most}b"), 129, "too long"),
            (&"(".repeat(17), 17, "nested too deeply"),
            ("((((a{99}){99}){99}){99}){99}", 5, "too long"),
        ];
        for (text, character, problem) in rows {
            let error = Pattern::new(text).unwrap_err();
            assert_eq!(error.character, character, "{text}: {error:?}");
            assert!(error.problem.contains(problem), "{text}: {error:?}");
        }
    }

    #[test]
    fn what_a_match_covers() {
        let rows = [
            ("b.*d", "abcde", 2..3, true),
            ("b.*d", "abcde", 1..4, true),
            ("b.*d", "abcde", 0..3, false),
            ("b.*d", "abcde", 3..5, false),
            ("bc|cd", "abcde", 1..4, false),
            ("x", "abc", 1..2, false),
            ("b", "abc", 1..2, true),
        ];
        for (pattern, line, part, covered) in rows {
            assert_eq!(Pattern::new(pattern).unwrap().covers(line.as_bytes(), &part), covered, "{pattern} {part:?}");
        }
    }

    /// The same answers as `regex-lite`, over patterns and texts of few letters, so that matches and near misses are frequent.
    #[test]
    fn agrees_with_another_engine() {
        let mut seed = 7u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let parts = [
            "a", "b", ".", "[ab]", "[^a]", r"\w", "c", "(", ")", "|", "(?:", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", r"\d", "1",
            "-",
        ];
        let (mut compiled, mut matched) = (0, 0);
        for _ in 0..60_000 {
            let pattern: String = (0..=next(8)).map(|_| parts[next(parts.len() as u64) as usize]).collect();
            let pattern = if next(2) == 0 { format!("(?i){pattern}") } else { pattern };
            let Ok(own) = Pattern::new(&pattern) else { continue };
            let other = regex_lite::Regex::new(&pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            compiled += 1;
            for _ in 0..8 {
                let text: String = (0..next(9)).map(|_| ["a", "b", "c", "1", "-", "\n", "A", "B"][next(8) as usize]).collect();
                // Where the two differ on purpose.
                let expected = text.lines().any(|line| other.is_match(line));
                let mut matching = Matching::default();
                let found = text.bytes().any(|byte| own.step(&mut matching, byte));
                assert_eq!(found, expected, "{pattern} in {text:?}");
                matched += usize::from(found);
            }
        }
        assert!(compiled > 5_000 && matched > 5_000, "{compiled} {matched}");
    }
}
