//! Phrases that a library, a driver or a runtime prints and that nobody writes for clients: hardly a check but the words themselves.
//!
//! A phrase is the part of a message that stays the same, and short. It must be jargon: what a person could write to customers
//! ("the connection was closed") is none, and has a check of its own elsewhere or is left out.

pub(crate) mod classic;
pub(crate) mod compiled;
pub(crate) mod javascript;
pub(crate) mod other;
pub(crate) mod python;
pub(crate) mod script;
pub(crate) mod store;
pub(crate) mod translated;

use super::text::{contains_any, find, first, last, take};
use super::view::Hit;

/// The words themselves, unless they are a script's own text, or lead to advice for the reader.
fn phrase(hit: &mut Hit<'_>) -> Option<usize> {
    // What the next member, element or sentence asks for is no part of this one.
    let (sentence, _) = take(first(hit.after(), 40), |byte| !matches!(byte, b'"' | b'<' | b'\\'));
    let sentence = find(sentence, ". ").and_then(|end| sentence.get(..end)).unwrap_or(sentence);
    let advice = contains_any(sentence, &["please ", "Please ", " your ", "ry again"]);
    (!advice && !hit.is_in_script()).then_some(hit.start)
}

/// In a member's text or at the beginning of the body, where messages are: pages of documentation have all words.
fn is_message(hit: &Hit<'_>) -> bool {
    let member = contains_any(last(hit.before(), 160), &["\":\"", "\": \""]);
    let early = hit.position.saturating_add(hit.start as u64) < 200 && hit.after().len() < 300;
    member || early
}
