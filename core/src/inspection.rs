//! One body: decoded, looked at, measured. Keeps detector state and an excerpt, never the body.

use crate::decode::{DecodeError, Decoder};
use crate::detect::{Detectors, Finding, Form, Scanner};
use crate::exchange::End;
use crate::generic::is_generic;
use crate::head::ResponseHead;
use crate::report::Reason;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use std::ops::ControlFlow;

/// What is known of a body so far.
#[derive(Debug)]
pub(crate) struct Inspection {
    decoder: Decoder,
    look: Look,
    /// The head says that the body is over the limit.
    announced_too_long: bool,
    /// Bytes as they arrived, at most the limit.
    received: u64,
    /// Only a generic error is safe.
    strict: bool,
    /// Why nothing more is looked at.
    stopped: Option<Reason>,
}

impl Inspection {
    /// Nothing seen yet; at most `max_bytes` will be, before and after decoding. In `strict` mode a body must look generic.
    pub(crate) fn new(head: &ResponseHead, max_bytes: u64, strict: bool) -> Self {
        let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        Inspection {
            decoder: Decoder::new(&head.headers, head.body, max_bytes),
            look: Look { scanner: Scanner::new(form_of(head)), max_bytes, decoded: 0, excerpt: Vec::new(), settled: false, over: false },
            announced_too_long: announced.is_some_and(|length| length > max_bytes),
            received: 0,
            strict,
            stopped: None,
        }
    }

    /// The next bytes of the body.
    pub(crate) fn push(&mut self, detectors: &Detectors, chunk: &[u8]) {
        if self.stopped.is_some() {
            return;
        }
        let room = usize::try_from(self.look.max_bytes.saturating_sub(self.received)).unwrap_or(usize::MAX);
        let (chunk, beyond) = chunk.split_at_checked(room).unwrap_or((chunk, &[]));
        self.received = self.received.saturating_add(chunk.len() as u64);
        let look = &mut self.look;
        let result = self.decoder.push(chunk, &mut |bytes| look.at(detectors, bytes));
        if self.look.over || (result.is_ok() && !beyond.is_empty()) {
            self.stopped = Some(Reason::OverLimit);
        } else if let Err(error) = result {
            self.stopped = Some(reason_of(&error));
        }
    }

    /// The body ended, in whichever way.
    pub(crate) fn end(&mut self, detectors: &Detectors, end: End) {
        if self.stopped.is_none() {
            self.stopped = match end {
                End::Complete => {
                    let look = &mut self.look;
                    let result = self.decoder.end(&mut |bytes| look.at(detectors, bytes));
                    if self.look.over {
                        Some(Reason::OverLimit)
                    } else if let Err(error) = result {
                        Some(reason_of(&error))
                    } else {
                        // The excerpt holds more than any generic error has.
                        let special = self.strict && (self.is_more_than_excerpt() || !is_generic(&self.look.excerpt));
                        special.then_some(Reason::NotGeneric)
                    }
                }
                End::Aborted => Some(Reason::Aborted),
                End::TimedOut => Some(Reason::TimedOut),
                End::Overloaded => Some(Reason::Overloaded),
            };
        }
        self.look.scanner.end(detectors);
    }

    /// Something was shown to it.
    pub(crate) fn has_begun(&self) -> bool {
        self.received > 0 || self.stopped.is_some()
    }

    /// Nothing was found, and nothing was missed.
    pub(crate) fn is_safe(&self) -> bool {
        self.stopped.is_none() && self.findings().is_empty()
    }

    /// No further byte will be looked at.
    pub(crate) fn is_over(&self) -> bool {
        self.stopped.is_some()
    }

    /// The head says that the body is over the limit.
    pub(crate) fn is_announced_too_long(&self) -> bool {
        self.announced_too_long
    }

    /// What was found says more than what was missed.
    pub(crate) fn reason(&self) -> Reason {
        match self.stopped {
            _ if !self.findings().is_empty() => Reason::Unsafe,
            _ if self.announced_too_long => Reason::OverLimit,
            Some(reason) => reason,
            None => Reason::Clean,
        }
    }

    /// What was found, up to the end of the stride in which the first finding was clear.
    pub(crate) fn findings(&self) -> &[Finding] {
        self.look.scanner.findings()
    }

    /// Bytes of the decoded body, as far as it was read. Not those that arrived: after an error these depend on the chunks.
    pub(crate) fn decoded(&self) -> u64 {
        self.look.decoded
    }

    /// The excerpt is not the whole body.
    pub(crate) fn is_more_than_excerpt(&self) -> bool {
        self.look.decoded > self.look.excerpt.len() as u64
    }

    /// The whole body, where it is short and came without any content coding.
    pub(crate) fn whole(&self) -> Option<&[u8]> {
        (self.received == self.look.decoded && !self.is_more_than_excerpt()).then_some(self.look.excerpt.as_slice())
    }

    /// The beginning of the decoded body.
    pub(crate) fn excerpt(&self) -> &[u8] {
        &self.look.excerpt
    }

    /// The same, for the report.
    pub(crate) fn into_excerpt(self) -> Vec<u8> {
        self.look.excerpt
    }
}

/// The decoded side.
#[derive(Debug)]
struct Look {
    scanner: Scanner,
    max_bytes: u64,
    /// Bytes after decoding, at most `max_bytes`.
    decoded: u64,
    excerpt: Vec<u8>,
    /// The verdict is known: the rest is only measured.
    settled: bool,
    /// There are more than `max_bytes`.
    over: bool,
}

impl Look {
    fn at(&mut self, detectors: &Detectors, bytes: &[u8]) -> ControlFlow<()> {
        let room = usize::try_from(self.max_bytes.saturating_sub(self.decoded)).unwrap_or(usize::MAX);
        let (mut bytes, beyond) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        let wanted = bytes.len().min(EXCERPT_BYTES.saturating_sub(self.excerpt.len()));
        self.excerpt.extend_from_slice(bytes.get(..wanted).unwrap_or_default());

        // In strides of the body, not of the chunk: where the scan stops must not depend on the chunks.
        while !self.settled && !bytes.is_empty() {
            let stride = if self.decoded < FIRST_STRIDES { SHORT_STRIDE } else { LONG_STRIDE };
            let within = self.decoded & stride.saturating_sub(1);
            let left = usize::try_from(stride.saturating_sub(within)).unwrap_or(usize::MAX);
            let (piece, rest) = bytes.split_at_checked(left).unwrap_or((bytes, &[]));
            self.scanner.push(detectors, piece);
            self.decoded = self.decoded.saturating_add(piece.len() as u64);
            bytes = rest;
            if piece.len() == left && !self.scanner.findings().is_empty() {
                self.scanner.end(detectors);
                self.settled = true;
            }
        }
        self.decoded = self.decoded.saturating_add(bytes.len() as u64);
        self.over = !beyond.is_empty();
        if self.over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// What the media type of a head and its `charset` say.
fn form_of(head: &ResponseHead) -> Form {
    let value = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::Pairs;
    }
    let parameter = value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    parameter.map_or(Form::Bytes, Form::of_charset)
}

fn reason_of(error: &DecodeError) -> Reason {
    match error {
        DecodeError::Unknown(_) => Reason::UnknownCoding,
        DecodeError::Corrupt => Reason::Corrupt,
        DecodeError::Truncated => Reason::Aborted,
        DecodeError::TooLong => Reason::OverLimit,
    }
}

/// Once something was found, the rest of its stride is looked at and no more: one finding decides, a few more help the reader, and
/// an outage must not be paid for with a full scan of every body. Most leaks show in the first lines, so strides are short there.
/// Powers of two.
const SHORT_STRIDE: u64 = 256;
const LONG_STRIDE: u64 = 4096;
const FIRST_STRIDES: u64 = 1024;

/// A whole Python or Java trace of usual depth fits; a log line stays readable.
const EXCERPT_BYTES: usize = 4096;
