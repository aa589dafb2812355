//! Messages that only a runtime, its library or an operating system writes: internals even without a class in front.

pub(crate) mod compiled;
pub(crate) mod other;
pub(crate) mod prefix;
pub(crate) mod script;
