//! The languages of pages and messages: which one a client gets, and what each thing is called in it.

use crate::page;
use http::{HeaderMap, StatusCode};

/// The languages on offer; the first is the default.
#[derive(Debug)]
pub(crate) struct Languages {
    list: Vec<Language>,
}

/// One language.
#[derive(Debug)]
pub(crate) struct Language {
    tag: String,
    right_to_left: bool,
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

impl Language {
    /// The tag (BCP 47), for `lang` and `content-language`.
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn is_right_to_left(&self) -> bool {
        self.right_to_left
    }

    /// The title of a status, for people.
    pub(crate) fn title(&self, status: StatusCode) -> &str {
        page::reason(status)
    }

    /// What happened, in one sentence without its full stop.
    pub(crate) fn message(&self, status: StatusCode) -> &str {
        page::message(status)
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        match text {
            Text::Error => "Error",
            Text::WhatToDo => "What you can do",
            Text::Wait => "Wait a moment, then load the page again.",
            Text::WaitFor => "Try again in {time}.",
            Text::CheckAddress => "Check the address and what you entered, then try again.",
            Text::QuoteId => "If it happens again, give support this request ID: it leads them to the cause.",
            Text::RequestId => "Request ID",
            Text::Time => "Time",
            Text::Copy => "Copy",
            Text::Copied => "Copied",
            Text::TryAgain => "Try again",
            Text::GetHelp => "Get help",
            Text::Seconds => "s",
            Text::Minutes => "min",
            Text::Hours => "h",
        }
    }
}

impl Languages {
    /// The language for a client (RFC 4647 §3.4, lookup).
    pub(crate) fn lookup(&self, _request_headers: &HeaderMap) -> Option<&Language> {
        self.list.first()
    }
}

impl Default for Languages {
    fn default() -> Self {
        Languages { list: vec![Language { tag: "en".to_owned(), right_to_left: false }] }
    }
}
