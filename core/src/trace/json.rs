//! Members of JSON that say what went wrong. The text may be cut off anywhere, and need not be JSON throughout.

use super::Reader;
use super::frame::Frame;
use super::head;
use super::plain;
use super::text::{Text as _, after, cut, first_line};
use crate::json::Json;

/// What the members say.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) class: Option<String>,
    pub(super) message: Option<String>,
    /// How much the message's name says.
    weight: u8,
    /// The members of one frame, until the next begins.
    frame: Frame,
    owner: String,
}

/// What a member's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    File,
    Line,
    Function,
    /// The class of a function, or of an exception.
    Owner,
    /// The name of a function, or of an exception.
    Name,
    /// The class of an exception.
    Class,
    /// The same, or anything else.
    Kind,
    /// The more it says, the higher.
    Message(u8),
    Other,
}

/// Whether a text is to be read as JSON.
pub(super) fn is_json(text: &str) -> bool {
    let mut bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    matches!((bytes.next(), bytes.next()), (Some(b'{'), Some(b'"')) | (Some(b'['), Some(b'"' | b'{' | b'[')))
}

/// Reads all members and strings of a text; what is JSON in a string as well.
pub(super) fn read(reader: &mut Reader, text: &str, depth: u8) {
    let mut role = Role::Other;
    let mut rest = text;
    while rest.any(is_mark) {
        let at = rest.until(is_mark);
        let found = after(rest, at);
        let (first, tail) = (found.bytes().next(), after(found, 1));
        match first {
            Some(b'"') => {
                let string = string(tail);
                let tail = after(tail, string.len().saturating_add(1));
                match tail.skip(char::is_whitespace).behind(":") {
                    Some(value) => {
                        role = role_of(string);
                        rest = value;
                    }
                    None => {
                        member(reader, role, &value(string), depth);
                        rest = tail;
                    }
                }
            }
            Some(b'{' | b'}' | b'[') => {
                end_frame(reader);
                rest = tail;
            }
            _ => {
                let number = cut(found, found.until(|c| !c.is_ascii_digit()));
                if role == Role::Line {
                    member(reader, role, number, depth);
                }
                rest = after(found, number.len());
            }
        }
    }
    end_frame(reader);
}

fn is_mark(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '"' | '{' | '}' | '[')
}

/// What is before the quote that ends a string.
fn string(text: &str) -> &str {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !is_escaped => return cut(text, at),
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    text
}

/// The text that a string stands for; of one that is cut off or broken as much as can be read.
fn value(string: &str) -> String {
    match serde_json::from_str(&format!("\"{string}\"")) {
        Ok(Json::Text(text)) => plain(&text, false),
        _ => plain(string, true),
    }
}

fn member(reader: &mut Reader, role: Role, text: &str, depth: u8) {
    let members = &mut reader.members;
    let text = if matches!(role, Role::File | Role::Function | Role::Owner | Role::Name) { first_line(text) } else { text };
    match role {
        Role::File => return text.clone_into(&mut members.frame.file),
        Role::Line if text.bytes().all(|byte| byte.is_ascii_digit()) => return text.clone_into(&mut members.frame.line),
        Role::Function => return text.clone_into(&mut members.frame.function),
        Role::Owner if !head::is_class(text, false) => return text.clone_into(&mut members.owner),
        Role::Name if !head::is_class(text, false) => {
            if members.frame.function.is_empty() {
                text.clone_into(&mut members.frame.function);
            }
            return;
        }
        Role::Owner | Role::Name | Role::Class | Role::Kind | Role::Message(_) if head::is_class(text, role == Role::Class) => {
            if members.class.is_none() {
                members.class = Some(text.to_owned());
                // The message that belongs to it may come behind it.
                members.weight = members.weight.min(MAX_WEIGHT.saturating_sub(1));
            }
            return;
        }
        _ => {}
    }
    if depth < MAX_DEPTH && is_json(text) {
        return read(reader, text, depth.saturating_add(1));
    }
    let weight = match role {
        Role::Message(weight) => weight,
        Role::Class => 1,
        _ => 0,
    };
    let first = first_line(text.bare());
    if weight > members.weight && first.has(" ") && !PHRASES.contains(&first) {
        members.message = Some(first.to_owned());
        members.weight = weight;
    }
    reader.lines(text);
}

/// The members of a frame are complete.
fn end_frame(reader: &mut Reader) {
    let mut frame = std::mem::take(&mut reader.members.frame);
    let owner = std::mem::take(&mut reader.members.owner);
    if !owner.is_empty() && !frame.function.is_empty() && !frame.function.begins(&owner) {
        frame.function = format!("{owner}.{}", frame.function);
    }
    let is_call = !frame.function.is_empty() && !owner.is_empty();
    if !frame.file.is_empty() && !frame.line.is_empty() || is_call {
        // Python's own order; the others begin with the innermost.
        reader.is_outermost_first |= frame.file.ends(".py");
        reader.frames.push(frame);
    }
}

fn role_of(name: &str) -> Role {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().find(|(known, _)| *known == name).map_or(Role::Other, |(_, role)| *role)
}

/// Names of members, in lower case without separators.
const NAMES: &[(&str, Role)] = &[
    ("file", Role::File),
    ("filename", Role::File),
    ("line", Role::Line),
    ("lineno", Role::Line),
    ("linenumber", Role::Line),
    ("function", Role::Function),
    ("methodname", Role::Function),
    ("method", Role::Function),
    ("routine", Role::Function),
    ("class", Role::Owner),
    ("classname", Role::Owner),
    ("declaringclass", Role::Owner),
    ("name", Role::Name),
    ("exception", Role::Class),
    ("type", Role::Kind),
    ("errortype", Role::Class),
    ("exceptiontype", Role::Class),
    ("exceptionclass", Role::Class),
    ("message", Role::Message(4)),
    ("msg", Role::Message(4)),
    ("exceptionmessage", Role::Message(5)),
    ("sqlmessage", Role::Message(4)),
    ("detail", Role::Message(3)),
    ("description", Role::Message(3)),
    ("reason", Role::Message(3)),
    ("error", Role::Message(3)),
    ("errors", Role::Message(2)),
    ("title", Role::Message(1)),
];

const MAX_WEIGHT: u8 = 5;
/// JSON in JSON in JSON.
const MAX_DEPTH: u8 = 2;

/// Messages that say no more than the status.
const PHRASES: &[&str] =
    &["Internal Server Error", "Bad Gateway", "Service Unavailable", "Gateway Timeout", "Bad Request", "Not Found", "Not Implemented"];
