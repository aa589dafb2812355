//! What reads as programs write it: `axis 2 is out of bounds for array of dimension 1`. No list has all such sentences, but their words and
//! the signs in them are others than those of sentences for clients. Both were counted in thousands of each ([`words`]), and every
//! word has a weight: words of programs count up, words for people (`your`, `payment`, `again`) count down. A sentence over the
//! limit is one that a program says. No word is enough alone, nor are the signs.
//!
//! An answer 4xx speaks of the request, to whoever wrote the program that sent it: `expected int, got str` is no leak there, and nothing of this is
//! looked for. Only English is read, and only where messages mostly are: behind some names of members of JSON and of elements of XML, and in the
//! first line of a text. Pages have too many other words.

mod words;

use super::Category::Exception;
use super::json::text_of;
use super::table::{Detector, literals, why};
use super::text::{contains, first, is_name, lead};
use super::view::Hit;
use crate::config::Level::Standard;
use crate::json::Json;
use std::cmp::Ordering;
use words::{LIMIT, SIGNS, WORDS};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "wording.member",
        category: Exception,
        level: Standard,
        why: why("a message whose words are those of programs"),
        anchors: literals![
            "\"error\"",
            "\"errors\"",
            "\"message\"",
            "\"detail\"",
            "\"details\"",
            "\"msg\"",
            "\"reason\"",
            "\"cause\"",
            "\"title\"",
            "\"description\"",
            "\"error_description\"",
            "\"errormessage\"",
            "\"error_message\"",
        ],
        any_case: true,
        check: member,
    },
    Detector {
        id: "wording.element",
        category: Exception,
        level: Standard,
        why: why("a message whose words are those of programs"),
        anchors: literals!["<message>", "<msg>", "<error>", "<detail>", "<details>", "<reason>", "<faultstring>", "<description>", "<pre>"],
        any_case: true,
        check: element,
    },
    Detector {
        id: "wording.text",
        category: Exception,
        level: Standard,
        why: why("a text whose words are those of programs"),
        // The beginning of the body.
        anchors: literals![""],
        any_case: false,
        check: line,
    },
];

/// Whether it is one of these.
pub(crate) fn is_one(id: &str) -> bool {
    id.starts_with("wording.")
}

/// More than this is no sentence.
const LONGEST: usize = 300;

/// So many sentences of a view are judged, then these detectors are left out. An error has its message among the first; a list of titles would
/// only cost time.
pub(crate) const MOST: u32 = 16;

fn member(hit: &mut Hit<'_>) -> Option<usize> {
    let rest = hit.after().trim_ascii_start().strip_prefix(b":")?;
    let value = rest.get(lead(rest, |byte| matches!(byte, b' ' | b'\t' | b'['))..)?;
    let text = value.strip_prefix(b"\"")?;
    let end = text_of(text).len();
    // In the second view a quote that was escaped looks as if it ended the text, and a part of a sentence says something else.
    let behind = text.get(end.saturating_add(1)..)?.trim_ascii_start();
    if !behind.first().is_none_or(|byte| matches!(byte, b',' | b'}' | b']')) {
        return None;
    }
    let Ok(Json::Text(sentence)) = serde_json::from_slice(value.get(..end.saturating_add(2))?) else { return None };
    hit.tally.sentences = hit.tally.sentences.saturating_add(1);
    let start = hit.line.len().saturating_sub(text.len());
    is_of_a_program(sentence.as_bytes()).then(|| evidence(hit, start, end))
}

fn element(hit: &mut Hit<'_>) -> Option<usize> {
    let end = memchr::memchr(b'<', hit.after())?;
    hit.tally.sentences = hit.tally.sentences.saturating_add(1);
    let found = is_of_a_program(first(hit.after(), end));
    found.then(|| evidence(hit, hit.end, end))
}

/// The sentence itself is what an operator may allow.
fn evidence(hit: &mut Hit<'_>, start: usize, len: usize) -> usize {
    (hit.start, hit.end) = (start, start.saturating_add(len));
    start
}

fn line(hit: &mut Hit<'_>) -> Option<usize> {
    is_of_a_program(hit.line).then(|| evidence(hit, 0, hit.line.len()))
}

/// What the signs of a sentence count.
struct Signs {
    /// Before anything is counted.
    start: i32,
    /// A name as `max_size`, `maxSize`, `max.size` or in backticks.
    name: i32,
    /// One word in quotes.
    single: i32,
    double: i32,
    /// A small letter at the beginning, and what ends a sentence at its end.
    lower: i32,
    stop: i32,
    /// By the number of blanks: up to 3, 7, 11, 15, 19, more.
    length: [i32; 6],
}

fn is_of_a_program(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    is_sentence(text) && points(text) > LIMIT
}

/// Whether the words of a text are those of one sentence in English: not of an address, of markup, of data.
fn is_sentence(text: &[u8]) -> bool {
    let data = matches!(text.first(), Some(b'{' | b'[')) || text.iter().any(|byte| matches!(byte, b'<' | b'@')) || contains(text, "://");
    text.len() <= LONGEST && text.is_ascii() && text.contains(&b' ') && !data
}

/// What a sentence counts, in quarters. tests/corpus/wording/train.py counts the same.
fn points(text: &[u8]) -> i32 {
    let is_dotted = |part: &[u8]| matches!(part, [b'a'..=b'z', b'a'..=b'z', b'.', b'a'..=b'z', b'a'..=b'z']);
    let (mut words, mut name) = (0i32, text.contains(&b'`') || text.windows(5).any(is_dotted));
    for word in text.split(|&byte| !is_name(byte)).filter(|word| word.len() >= 2) {
        if is_snake(word) || word.windows(2).any(|pair| matches!(pair, [b'a'..=b'z', b'A'..=b'Z'])) {
            name = true;
        } else {
            words = words.saturating_add(weight(word));
        }
    }
    let blanks = text.iter().filter(|&&byte| byte == b' ').count();
    let signs = [
        (true, SIGNS.start),
        (name, SIGNS.name),
        (quotes_word(text, b'\''), SIGNS.single),
        (quotes_word(text, b'"'), SIGNS.double),
        (text.first().is_some_and(u8::is_ascii_lowercase), SIGNS.lower),
        (matches!(text.last(), Some(b'.' | b'!' | b'?')), SIGNS.stop),
        (true, SIGNS.length.get(blanks / 4).or(SIGNS.length.last()).copied().unwrap_or(0)),
    ];
    signs.iter().filter(|(shown, _)| *shown).fold(words, |sum, (_, points)| sum.saturating_add(*points))
}

/// Whether there is a `_` inside.
fn is_snake(word: &[u8]) -> bool {
    let is_letter = |byte: &u8| *byte != b'_';
    let (Some(start), Some(end)) = (word.iter().position(is_letter), word.iter().rposition(is_letter)) else { return false };
    word.get(start..end).unwrap_or_default().contains(&b'_')
}

/// Whether there is one word in quotes of this kind.
fn quotes_word(text: &[u8], quote: u8) -> bool {
    let mut parts = text.split(|&byte| byte == quote).skip(1).peekable();
    while let Some(part) = parts.next() {
        // The last one is not closed.
        if parts.peek().is_some() && !part.is_empty() && part.iter().all(|&byte| is_name(byte)) {
            return true;
        }
    }
    false
}

/// What a word counts: nothing, where it is not known.
fn weight(word: &[u8]) -> i32 {
    let Some(row) = WORDS.get(word.len()) else { return 0 };
    let size = word.len().saturating_add(1);
    let entry = |index: usize| row.as_bytes().get(index.saturating_mul(size)..)?.split_at_checked(word.len());
    let (mut first, mut end) = (0usize, row.len().checked_div(size).unwrap_or(0));
    while first < end {
        let middle = first.midpoint(end);
        let Some((known, rest)) = entry(middle) else { return 0 };
        match known.iter().copied().cmp(word.iter().map(u8::to_ascii_lowercase)) {
            Ordering::Less => first = middle.saturating_add(1),
            Ordering::Greater => end = middle,
            Ordering::Equal => return rest.first().map_or(0, |&letter| i32::from(letter).saturating_sub(i32::from(b'N'))),
        }
    }
    0
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[crate::detect::tests::Example] = &[
    crate::detect::tests::Example {
        id: "wording.member",
        leaks: &[
            "{\"status\":500,\"error\":\"axis 2 is out of bounds for array of dimension 1\"}",
            "{\n  \"message\": \"expected 'start' to be an iterator, got a callback function\"\n}",
            "{\"errors\":[\"unsupported dtype for the sparse matrix\"]}",
        ],
        clean: &[
            "{\"message\":\"Your card was declined. Please try another payment method.\"}",
            "{\"message\":\"Expected \\\"start\\\" before the end of your booking\"}",
            "{\"description\":\"Der Parameter 'start' muss vor dem Ende liegen\"}",
            "{\"note\":\"axis 2 is out of bounds for array of dimension 1\"}",
        ],
    },
    crate::detect::tests::Example {
        id: "wording.element",
        leaks: &["<error><message>cannot reshape array of size 6 into shape (4,2)</message></error>"],
        clean: &["<error><message>The shape of your order cannot be changed any more.</message></error>"],
    },
    crate::detect::tests::Example {
        id: "wording.text",
        leaks: &["cannot reshape array of size 6 into shape (4,2)", "expected bytes for the stream, got undefined"],
        clean: &["The service is down for maintenance.", "We expected your stream to start.\nIt did not."],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Detectors, Finding, Form, Scanner, Terms};

    fn scan(terms: Terms, body: &str) -> Vec<Finding> {
        let detectors = Detectors::new(Standard, Vec::new(), Vec::new(), terms);
        let mut scanner = Scanner::new(Form::Bytes, true);
        scanner.push(&detectors, body.as_bytes());
        scanner.end(&detectors);
        scanner.findings().to_vec()
    }

    #[test]
    fn counts_what_was_counted_when_the_words_were_learnt() {
        for (text, counted) in words::COUNTED {
            assert_eq!(points(text.as_bytes()), *counted, "{text}");
        }
    }

    #[test]
    fn the_words_are_in_order() {
        for (length, row) in WORDS.iter().enumerate() {
            let words: Vec<&[u8]> =
                row.as_bytes().chunks_exact(length + 1).map(|entry| entry.split_last().map_or(entry, |(_, word)| word)).collect();
            assert_eq!(row.len(), words.len() * (length + 1), "whole entries of {length} letters");
            assert!(words.is_sorted() && words.iter().all(|word| word.iter().all(u8::is_ascii_lowercase)), "{length} letters");
        }
    }

    #[test]
    fn no_word_is_enough_alone() {
        let heaviest =
            WORDS.iter().flat_map(|row| row.bytes()).filter(u8::is_ascii_uppercase).max().map_or(0, |letter| i32::from(letter - b'N'));
        assert!(heaviest + SIGNS.start < LIMIT, "{heaviest}");
        let signs = SIGNS.name + SIGNS.single + SIGNS.double + SIGNS.lower + SIGNS.length.iter().max().unwrap_or(&0);
        assert!(signs + SIGNS.start < LIMIT, "{signs}");
    }

    #[test]
    fn the_first_sentences_are_judged() {
        for (before, found) in [(MOST - 1, true), (MOST, false)] {
            let titles = r#"{"title":"A blue chair"},"#.repeat(before as usize);
            let body = format!(r#"[{titles}{{"error":"expected bytes for the stream, got undefined"}}]"#);
            assert_eq!(!scan(Terms::default(), &body).is_empty(), found, "{before} before it");
        }
    }

    #[test]
    fn an_operator_allows_the_sentence() {
        let sentence = r#"expected \"bytes\" for the stream, got undefined"#;
        let bodies = [
            format!(r#"{{"error": "{sentence}"}}"#),
            format!("<e><message>{}</message></e>", sentence.replace('\\', "")),
            sentence.replace('\\', ""),
        ];
        for body in bodies {
            for (allowed, found) in [(sentence.replace('\\', ""), false), ("\"error\"".into(), true), ("got undefined".into(), true)] {
                let terms = Terms { allowed_texts: crate::detect::forms(allowed.clone()).collect(), ..Terms::default() };
                let findings = scan(terms, &body);
                assert_eq!(findings.iter().any(|finding| is_one(finding.detector)), found, "{body} with {allowed}: {findings:?}");
            }
        }
    }

    #[test]
    fn where_messages_are() {
        let rows = [
            ("the first line", "expected bytes for the stream, got undefined\nsee the log", true),
            ("another line", "Sorry.\nexpected bytes for the stream, got undefined", false),
            ("quotes inside", r#"{"message":"expected \"bytes\" for the stream, got \"undefined\""}"#, true),
            (
                "a part that looks closed",
                r#"{"title":"our words", "message":"expected \"bytes\", got undefined stream iterator index"}"#,
                true,
            ),
            ("other spelling", r#"{ "Message" : "expected bytes for the stream, got undefined" }"#, true),
            ("escapes", r#"{"error":"expected \u0027bytes\u0027 for the\nstream, got undefined"}"#, true),
            ("the first of several", r#"{"errors": [ "expected bytes for the stream, got undefined", "x"]}"#, true),
            ("cut off", r#"{"error":"expected bytes for the stream, got undefined"#, false),
            ("another member", r#"{"text":"expected bytes for the stream, got undefined"}"#, false),
            ("no text", r#"{"error":{"expected bytes for the stream, got undefined":1}}"#, false),
            ("an element", "<e><Message>expected bytes for the stream, got undefined</Message></e>", true),
            ("another language", r#"{"error":"expected bytes für den stream, got undefined"}"#, false),
            ("an address", r#"{"error":"expected bytes for the stream, got undefined, see https://shop.test"}"#, false),
        ];
        for (name, body, found) in rows {
            let findings = scan(Terms::default(), body);
            assert_eq!(findings.iter().any(|finding| is_one(finding.detector)), found, "{name}: {findings:?}");
        }
    }

    /// Each as a member of JSON.
    #[test]
    fn clients_may_read_what_is_written_for_them() {
        let texts = include_str!("../../../tests/corpus/wording/clients.txt");
        let taken: Vec<&str> = texts.lines().filter(|text| is_of_a_program(text.as_bytes())).collect();
        assert!(taken.is_empty(), "{taken:#?}");
        assert!(texts.lines().count() > 600);
    }
}
