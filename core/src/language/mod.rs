//! The languages of pages and messages: which one a client gets, and what each thing is called in it.
//!
//! The texts of the built-in languages stand in [`built_in`]; an operator's own go before them. English says of every status what
//! happened (`page/status.rs`); the others, and an operator's texts, say it by kind.

mod built_in;
mod compile;
mod lookup;

#[cfg(test)]
mod tests;

use crate::page;
use http::StatusCode;

/// The languages on offer.
#[derive(Debug, Clone)]
pub(crate) struct Languages {
    default: Language,
    others: Vec<Language>,
}

impl Languages {
    /// All languages on offer, the default first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Language> {
        std::iter::once(&self.default).chain(&self.others)
    }
}

/// Every built-in language, English by default.
impl Default for Languages {
    fn default() -> Self {
        let others = built_in::ALL.iter().map(|(tag, texts)| Language::new(tag, texts)).collect();
        Languages { default: Language::default(), others }
    }
}

/// One language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Language {
    tag: String,
    right_to_left: bool,
    /// Texts of a built-in language, in the order of [`NAMES`], each with a zero behind it.
    built_in: &'static str,
    /// An operator's texts, by their place in [`NAMES`]; they go before the built-in ones.
    own: Vec<(usize, String)>,
}

/// English.
impl Default for Language {
    fn default() -> Self {
        Language::new("en", built_in::ENGLISH)
    }
}

impl Language {
    fn new(tag: &str, built_in: &'static str) -> Self {
        Language { tag: tag.to_owned(), right_to_left: lookup::is_right_to_left(tag), built_in, own: Vec::new() }
    }

    /// The tag (BCP 47), for `lang` and `content-language`.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn is_right_to_left(&self) -> bool {
        self.right_to_left
    }

    /// The title of a status, for people.
    pub(crate) fn title(&self, status: StatusCode) -> &str {
        self.find(title_of(status)).unwrap_or_else(|| page::reason(status))
    }

    /// What happened, in one sentence without its full stop.
    pub(crate) fn message(&self, status: StatusCode) -> &str {
        self.find(title_of(status).saturating_add(1)).unwrap_or_else(|| page::message(status))
    }

    /// The message as a whole sentence: with its full stop, where an operator's text has not ended by itself.
    pub(crate) fn sentence(&self, status: StatusCode) -> String {
        let message = self.message(status);
        let ended = message.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '।', '۔', '։']);
        [message, if ended { "" } else { self.full_stop() }].concat()
    }

    fn full_stop(&self) -> &'static str {
        let primary = lookup::primary(self.tag.as_bytes());
        if [b"ja", b"zh"].iter().any(|known| primary.eq_ignore_ascii_case(*known)) { "。" } else { "." }
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        // English has them all.
        self.find(text as usize).or_else(|| field(built_in::ENGLISH, text as usize)).unwrap_or_default()
    }

    fn find(&self, place: usize) -> Option<&str> {
        let own = self.own.iter().find(|own| own.0 == place).map(|own| own.1.as_str());
        own.or_else(|| field(self.built_in, place))
    }
}

fn field(texts: &'static str, place: usize) -> Option<&'static str> {
    texts.split_terminator('\0').nth(place)
}

/// A text of a page that does not depend on the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// Before the code of the status: `Error` (503).
    Error,
    /// The heading of the advice.
    WhatToDo,
    /// To load the page again after a while.
    Wait,
    /// The same with a time, which stands for `{time}`.
    WaitFor,
    /// To look at what was asked for.
    CheckAddress,
    /// To tell support the request ID.
    QuoteId,
    /// What helps with a 503: nothing but time.
    AdviceUnavailable,
    /// What helps with a 504: to ask once more.
    AdviceTimeout,
    /// The label of the ID.
    RequestId,
    /// The label of the time.
    Time,
    /// The button that copies the ID, and what it says afterwards.
    Copy,
    Copied,
    /// The link that loads the page again.
    TryAgain,
    /// The link to support.
    GetHelp,
    /// Units behind a number, in a form that fits every number: `s`, `min`, `h`.
    Seconds,
    Minutes,
    Hours,
}

/// The names of all texts, for configurations: those of [`Text`], in its order, then the title and the message of each kind of status.
const NAMES: [&str; 43] = [
    "error",
    "what_to_do",
    "wait",
    "wait_for",
    "check_address",
    "quote_id",
    "advice_unavailable",
    "advice_timeout",
    "request_id",
    "time",
    "copy",
    "copied",
    "try_again",
    "get_help",
    "seconds",
    "minutes",
    "hours",
    "bad_request_title",
    "bad_request",
    "sign_in_title",
    "sign_in",
    "forbidden_title",
    "forbidden",
    "not_found_title",
    "not_found",
    "method_title",
    "method",
    "request_timeout_title",
    "request_timeout",
    "conflict_title",
    "conflict",
    "too_large_title",
    "too_large",
    "too_many_title",
    "too_many",
    "unexpected_title",
    "unexpected",
    "bad_gateway_title",
    "bad_gateway",
    "unavailable_title",
    "unavailable",
    "gateway_timeout_title",
    "gateway_timeout",
];

/// How many of the names are those of [`Text`].
const PAGE_TEXTS: usize = Text::Hours as usize + 1;

/// The place of the title of a status's kind; its message stands behind it.
fn title_of(status: StatusCode) -> usize {
    let kind: usize = match status.as_u16() {
        401 | 407 | 511 => 1,
        403 | 451 => 2,
        404 | 410 => 3,
        405 => 4,
        408 => 5,
        409 | 412 | 423 => 6,
        413 | 414 | 431 => 7,
        429 => 8,
        502 => 10,
        503 => 11,
        504 => 12,
        _ if status.is_client_error() => 0,
        _ => 9,
    };
    kind.saturating_mul(2).saturating_add(PAGE_TEXTS)
}
