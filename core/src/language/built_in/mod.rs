//! The texts of the built-in languages: polite, plain, short, each language with its texts in the order of [`NAMES`](super::NAMES).
//!
//! For translators: messages have no full stop at the end, advice has one. No number ever stands before a noun; a time is a number
//! with a unit, written for `{time}`. `bad_request` also answers for every rarer fault of a request, `unexpected` for every rarer one of
//! the server; the texts are read on shops and tools alike, so they speak of a request or a service rather than of a page.

mod east_asian;
mod germanic;
mod near_east;
mod romance;
mod slavic;

/// A tag and its texts, each with a zero behind it: one string for a language, for the reason of `Literals`.
pub(super) type BuiltIn = (&'static str, &'static str);

/// English leaves what happened to the table of statuses, which says it of each.
pub(super) const ENGLISH: &str = germanic::ENGLISH.1;

/// All but English, by tag.
pub(super) const ALL: &[BuiltIn] = &[
    near_east::ARABIC,
    slavic::CZECH,
    germanic::GERMAN,
    romance::SPANISH,
    romance::FRENCH,
    near_east::HEBREW,
    romance::ITALIAN,
    east_asian::JAPANESE,
    east_asian::KOREAN,
    germanic::DUTCH,
    slavic::POLISH,
    romance::PORTUGUESE,
    slavic::RUSSIAN,
    germanic::SWEDISH,
    near_east::TURKISH,
    slavic::UKRAINIAN,
    east_asian::CHINESE_SIMPLIFIED,
    east_asian::CHINESE_TRADITIONAL,
];

/// A language. A text that is missing or out of place does not compile.
macro_rules! language {
    ($tag:literal: $($name:ident: $text:literal,)*) => {{
        assert!($crate::language::built_in::in_order($tag, &[$(stringify!($name)),*]), "a text is missing or out of place: see NAMES");
        ($tag, concat!($($text, "\0"),*))
    }};
}
use language;

/// Whether these are the names of the texts of a language: all, or for English those of the page.
const fn in_order(tag: &str, names: &[&str]) -> bool {
    let is_english = matches!(tag.as_bytes(), b"en");
    let expected: &[&str] = if is_english { super::NAMES.split_at(super::PAGE_TEXTS).0 } else { &super::NAMES };
    let (mut left, mut right) = (names, expected);
    while let ([a, a_rest @ ..], [b, b_rest @ ..]) = (left, right) {
        if !is_same(a.as_bytes(), b.as_bytes()) {
            return false;
        }
        (left, right) = (a_rest, b_rest);
    }
    left.is_empty() && right.is_empty()
}

const fn is_same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, a_rest @ ..], [b, b_rest @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (a_rest, b_rest);
    }
    left.is_empty() && right.is_empty()
}
