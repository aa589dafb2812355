//! Phrases that a library, a driver or a runtime prints and that nobody writes for clients: no check but the words themselves.
//!
//! A phrase is the part of a message that stays the same, and short. It must be jargon: what a person could write to customers
//! ("the connection was closed") is none, and has a check of its own elsewhere or is left out.

pub(crate) mod compiled;
pub(crate) mod other;
pub(crate) mod script;
pub(crate) mod store;
