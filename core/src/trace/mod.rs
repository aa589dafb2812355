//! Reads what an error says of itself: the exception's class, its message, the calls that led to it, and a fingerprint.
//!
//! A body is read line by line (JSON: string by string, and by the names of its members), with escapes, entities and tags undone.
//! Each line is a call ([`frame`]), the line with class and message ([`head`]), or one of a few [`MARKS`]; no language has a parser of
//! its own. Of several exceptions one is told: the deepest `Caused by` of a JVM, .NET or JavaScript trace, because that is what went
//! wrong; in Python, which writes the causes first, the last. The work is linear in the text, of which a few KiB are read.

mod fingerprint;
mod frame;
mod head;
mod json;
mod text;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros
)]
mod tests;

use crate::detect::unescaped;
pub(crate) use fingerprint::Fnv;
use frame::{Frame, Shape};
use head::Head;
use text::{Text as _, after, is_letter_or_digit};

/// What a body tells of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    /// The class of the exception; `panic` for those of Go and Rust.
    pub(crate) exception_type: Option<String>,
    /// Its message, one line.
    pub(crate) message: Option<String>,
    /// At most eight calls, one line each (`app/orders.py:42 in total`): first those of the application, then those of runtime,
    /// framework and packages; within each the innermost first.
    pub(crate) frames: Vec<String>,
    /// 16 hex digits: the same for the same error with other IDs, numbers and addresses. Over class and calls without line numbers;
    /// where there are no calls, over class and message.
    pub(crate) fingerprint: String,
}

impl Trace {
    /// The same with its texts changed.
    pub(crate) fn map(self, change: impl Fn(&str) -> String) -> Trace {
        Trace {
            exception_type: self.exception_type.as_deref().map(&change),
            message: self.message.as_deref().map(&change),
            frames: self.frames.iter().map(|frame| change(frame)).collect(),
            fingerprint: self.fingerprint,
        }
    }
}

/// Reads the beginning of a decoded body that has something unsafe in it.
#[inline(never)]
pub(crate) fn read(excerpt: &[u8]) -> Option<Trace> {
    let bytes: Vec<u8> = excerpt.iter().copied().filter(|&byte| byte != 0).take(MAX_BYTES).collect();
    let text = String::from_utf8_lossy(&bytes);
    let text = text.skip(|c| c.is_whitespace() || matches!(c, '\u{feff}' | char::REPLACEMENT_CHARACTER));
    let mut reader = Reader::default();
    if json::is_json(text) {
        json::read(&mut reader, text, 0);
    } else {
        reader.is_markup = text.begins("<");
        reader.lines(&plain(text, ESCAPED.iter().any(|sign| text.has(sign))));
        reader.fall_back(text);
    }
    reader.finish()
}

/// How sure it is that a line names the error.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    #[default]
    Nothing,
    /// A message without a class.
    Message,
    /// A class by its form.
    Form,
    /// A class at its place in a trace.
    Place,
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Reader {
    rank: Rank,
    class: Option<String>,
    message: Option<String>,
    frames: Vec<Frame>,
    members: json::Members,
    /// The next frame belongs to another exception, which is the one to tell.
    is_next: bool,
    /// As Python writes its frames.
    is_outermost_first: bool,
    /// Within a Python traceback: what is not indented ends it.
    is_traceback: bool,
    /// The next line is a panic's message.
    is_message_next: bool,
    is_markup: bool,
    /// The line before, unless it was a frame.
    previous: String,
}

/// What a line means that begins like this.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Traceback,
    /// The cause of what was said before.
    Cause,
    GoPanic,
    RustPanic,
    /// An exception's class, and nothing else.
    Class,
    Message,
}

impl Reader {
    fn lines(&mut self, text: &str) {
        for line in text.split(['\n', '\r', '\t']) {
            // Exception groups draw a frame around their traces.
            let line = line.skip(char::is_whitespace).behind("| ").unwrap_or(line);
            let line = if self.is_markup { behind_attributes(line) } else { line };
            self.line(text::window(line.bare(), MAX_LINE), line.begins(" "));
        }
    }

    fn line(&mut self, line: &str, is_indented: bool) {
        if line.is_empty() {
            return;
        }
        if std::mem::take(&mut self.is_message_next) {
            self.tell(Rank::Place, None, line);
            return;
        }
        if let Some((mark, rest)) = MARKS.iter().find_map(|(text, mark)| Some((*mark, behind(line, text)?)))
            && self.marked(mark, rest)
        {
            self.previous.clear();
            return;
        }
        if line.begins("panic(") {
            // Go: what was above is the handler that caught the panic.
            self.is_next = true;
        }
        match frame::read(line, &self.previous) {
            Some(Shape::Frame(frame)) => self.frame(frame),
            Some(Shape::Located(said, frame)) if self.rank < Rank::Form && self.frames.is_empty() => {
                self.frames.push(frame);
                if !self.head(said, Rank::Form) && self.rank < Rank::Message {
                    self.tell(Rank::Message, None, said);
                }
            }
            Some(Shape::Located(..)) => {}
            None => self.other(line, is_indented),
        }
    }

    /// A line with one of the [`MARKS`]; whether there is no more in it.
    fn marked(&mut self, mark: Mark, rest: &str) -> bool {
        match mark {
            Mark::Traceback => {
                (self.is_next, self.is_traceback, self.is_outermost_first) = (true, true, !rest.has("recent call first"));
                self.rank = self.rank.min(Rank::Form);
            }
            Mark::Cause if self.is_traceback => return false,
            Mark::Cause => {
                self.is_next = true;
                self.rank = Rank::Nothing;
                self.head(rest, Rank::Place);
            }
            Mark::GoPanic if self.rank < Rank::Place => {
                let said = rest.halves(": ").filter(|_| rest.begins("serving ")).map_or(rest, |(_, said)| said);
                self.tell(Rank::Place, Some("panic"), said.ahead_of(" [recovered]").unwrap_or(said));
            }
            Mark::RustPanic if self.rank < Rank::Place => {
                self.tell(Rank::Place, Some("panic"), "");
                let (said, place) = match rest.behind("'").and_then(|rest| rest.last_halves("', ")) {
                    Some((said, place)) => (Some(said), place),
                    None => (None, rest),
                };
                if let Some(Shape::Frame(frame)) = frame::read(place.drop_end(":"), "") {
                    self.frames.push(frame);
                }
                match said {
                    Some(said) => self.tell(Rank::Place, None, said),
                    None => self.is_message_next = true,
                }
            }
            Mark::Class if self.rank < Rank::Place && !rest.has(" ") && !rest.is_empty() => {
                self.tell(Rank::Form, Some(rest.skip(|c| c == '\'').drop_end("'")), "");
            }
            Mark::Message if self.rank == Rank::Form && self.message.is_none() => self.tell(Rank::Form, None, rest),
            _ => return false,
        }
        true
    }

    fn frame(&mut self, frame: Frame) {
        if std::mem::take(&mut self.is_next) {
            self.frames.clear();
        }
        if self.rank < Rank::Place && !self.is_traceback {
            // What stands right before the first call.
            let previous = std::mem::take(&mut self.previous);
            let is_call = previous.ends(":") || !frame.function.is_empty() && previous.has(&frame.function);
            if self.frames.is_empty() && !is_call && !self.head(&previous, Rank::Place) && self.rank == Rank::Nothing {
                self.tell(Rank::Message, None, &previous);
            }
            if self.rank == Rank::Form {
                self.rank = Rank::Place;
            }
        }
        self.frames.push(frame);
        self.previous.clear();
    }

    /// A line that is no frame.
    fn other(&mut self, line: &str, is_indented: bool) {
        if self.is_traceback {
            // Between its frames Python quotes the source.
            if !is_indented && !self.frames.is_empty() && !self.is_next {
                self.is_traceback = false;
                if let Some(head) = head::placed(line, true) {
                    self.tell(Rank::Place, Some(head.class), head.message);
                }
            }
        } else if self.rank < Rank::Form && self.head(line, Rank::Form) {
            // `KeyError at /orders`, `KeyError in OrdersController#show`: the message is below.
            self.is_message_next = self.message.is_none() && !self.is_markup && line.has(" ");
        }
        line.clone_into(&mut self.previous);
    }

    /// Takes class and message of a line; whether it has a class.
    fn head(&mut self, line: &str, rank: Rank) -> bool {
        // .NET and Mono write the cause behind an arrow.
        let line = line.last_halves(" ---> ").map_or(line, |(_, cause)| cause);
        let thrown = line.halves("Uncaught ").map(|(_, thrown)| thrown);
        let found = head::find(line).or_else(|| head::placed(thrown.or(Some(line).filter(|_| rank == Rank::Place))?, false));
        match found {
            Some(Head { class, message }) => self.tell(rank, Some(class), message),
            None if rank == Rank::Place && self.is_next => self.tell(Rank::Message, None, line),
            None if self.rank < Rank::Message => {
                if let Some(at) = SAID.iter().find_map(|said| line.at(said)) {
                    // In a script on a page it is a member's value.
                    let start = text::cut(line, at)
                        .last_halves("\": \"")
                        .filter(|_| self.is_markup)
                        .map_or(0, |(member, _)| member.len().saturating_add(4));
                    self.tell(Rank::Message, None, after(line, start));
                }
            }
            None => {}
        }
        found.is_some()
    }

    fn tell(&mut self, rank: Rank, class: Option<&str>, message: &str) {
        let mut message = message.bare();
        if self.is_markup {
            // Elements whose names the second view does not know.
            message = message.halves("</").map_or(message, |(text, _)| text);
            message = message.last_halves(">").filter(|_| message.begins("<")).map_or(message, |(_, text)| text);
        }
        if let Some(class) = class {
            self.class = Some(class.to_owned());
            self.message = None;
        }
        if !message.is_empty() {
            self.message = Some(message.to_owned());
        }
        if class.is_some() || !message.is_empty() {
            self.rank = self.rank.max(rank);
        }
    }

    /// The first line of a trace, or of a short text, is its message where nothing else is.
    fn fall_back(&mut self, text: &str) {
        let is_short = || memchr::memchr_iter(b'\n', text.as_bytes()).take(MAX_LINES).count() < MAX_LINES;
        if self.rank == Rank::Nothing && !self.is_markup && (!self.frames.is_empty() || is_short()) {
            let first = Some(text::first_line(text)).filter(|line| line.has(" ") && !line.ends(":"));
            self.tell(Rank::Message, None, first.unwrap_or_default());
        }
    }

    fn finish(mut self) -> Option<Trace> {
        if self.is_outermost_first {
            self.frames.reverse();
        }
        if self.rank < Rank::Place && self.members.class.is_some() {
            let same = self.class == self.members.class;
            self.class = self.members.class;
            self.message = if same { self.message.or(self.members.message) } else { self.members.message.or(self.message) };
        } else if self.rank < Rank::Form {
            self.message = self.members.message.or(self.message);
        } else if self.message.is_none() {
            self.message = self.members.message;
        }
        if self.class.is_none() && self.message.is_none() && self.frames.is_empty() {
            return None;
        }
        let (library, mut frames): (Vec<Frame>, Vec<Frame>) = self.frames.into_iter().partition(Frame::is_library);
        frames.extend(library);
        frames.truncate(MAX_FRAMES);
        Some(Trace {
            fingerprint: fingerprint::of(self.class.as_deref(), self.message.as_deref(), &frames),
            frames: frames.iter().map(Frame::to_line).collect(),
            exception_type: self.class,
            message: self.message,
        })
    }
}

/// What is behind a mark; marks stand at the beginning of a line, or behind a blank, a bracket or a quote.
fn behind<'t>(line: &'t str, mark: &str) -> Option<&'t str> {
    let at = line.at(mark)?;
    let fits = at == 0 || mark.ends(" ") && !mark.ends(": ") && !line.get(..at)?.chars().next_back().is_some_and(is_letter_or_digit);
    fits.then(|| after(line, at.saturating_add(mark.len())).bare())
}

/// The text of an element; the second view leaves the attributes of a tag before it.
fn behind_attributes(line: &str) -> &str {
    let is_attribute = |(before, _): &(&str, &str)| before.has("=\"") || before.has("='");
    let texts = ["\">", "'>"].iter().filter_map(|end| line.last_halves(end).filter(is_attribute)).map(|(_, text)| text);
    let text = texts.min_by_key(|text| text.len()).unwrap_or(line);
    // `<br/>`
    let bare = text.skip(char::is_whitespace);
    bare.behind("/>").or_else(|| bare.behind(">")).unwrap_or(text)
}

/// A text with entities and tags undone, and escapes where it `has_escapes`; a lone `<` or backslash is part of a name or a path.
fn plain(text: &str, has_escapes: bool) -> String {
    let is_marked_up = MARKUP.iter().any(|tag| text.has(tag));
    let kept: Vec<(&str, &str)> = [("<", "\u{1}", is_marked_up), ("\\", "\u{2}", has_escapes)]
        .into_iter()
        .filter(|(sign, _, undone)| !undone && text.has(sign))
        .map(|(sign, place, _)| (sign, place))
        .collect();
    let held = kept.iter().fold(text.to_owned(), |text, (sign, place)| text.replace(sign, place));
    let plain = String::from_utf8_lossy(&unescaped(held.as_bytes())).into_owned();
    kept.iter().fold(plain, |text, (sign, place)| text.replace(place, sign))
}

/// What begins the parts of a trace.
const MARKS: &[(&str, Mark)] = &[
    ("Traceback (most ", Mark::Traceback),
    ("Caused by: ", Mark::Cause),
    ("Root cause: ", Mark::Cause),
    ("[cause]: ", Mark::Cause),
    ("---> ", Mark::Cause),
    ("panic: ", Mark::GoPanic),
    ("http: panic serving ", Mark::GoPanic),
    ("panicked at ", Mark::RustPanic),
    ("terminate called after throwing an instance of ", Mark::Class),
    ("Type: ", Mark::Class),
    ("what(): ", Mark::Message),
    ("Message: ", Mark::Message),
];

/// What only an error says, and mostly one of a database.
#[rustfmt::skip]
const SAID: &[&str] = &[
    "SQLSTATE", "SQL syntax", "syntax error", "ORA-", "does not exist", "doesn't exist", "no such table", "no such column",
    "Unknown column", "Duplicate entry", "duplicate key", "violates ", "constraint failed", "Access denied for user",
    "Invalid object name", "E11000", "Connection refused", "ECONNREFUSED", "No such file or directory", "undefined method", "attempt to ",
    "Sanitizer:", "Failed assertion",
];

/// Texts that have tags have some of these.
const MARKUP: &[&str] = &["</", "<br", "<!"];

/// Texts that are strings of JSON have some of these.
const ESCAPED: &[&str] = &["\\n ", "\\\"", "\\nTrace", "\\n\\t"];

const MAX_BYTES: usize = 4096;
/// A report has no room for more of a line.
const MAX_LINE: usize = 1024;
const MAX_FRAMES: usize = 8;
/// More lines are a page or a dump.
const MAX_LINES: usize = 8;
