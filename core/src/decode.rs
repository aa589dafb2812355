//! Undoes content codings incrementally (RFC 9110 §8.4). Sniffs before it trusts the header.
//!
//! What is understood: `gzip` (also called `x-gzip`), `deflate` (zlib and bare), `br`, `zstd` and `identity`, at most two around a
//! body. Hosts and applications mislabel in both directions, so the bytes are asked first: what begins like gzip, zstd or zlib
//! is decoded as that, whatever the header says. A body that is called coded and is neither that nor begins like another coding
//! is corrupt: nobody knows what the client would make of it.
//!
//! Three limits hold for each coding around a body, so that neither memory nor time grow with what a few bytes can promise: how many bytes
//! come out (`inspect.max_bytes`), how far a pointer reaches back (32 KiB in deflate, 16 MiB in br, 8 MiB in zstd, and never
//! further than the bytes that may come out), and how many bytes come out for one that goes in (see [`MAX_RATIO`]).
//! Memory for one coding: 45 KiB for gzip and deflate, up to twice `max_bytes` for br, up to twice `max_bytes` and 400 KiB for zstd,
//! plus what tables need.

mod brotli;
mod deflate;
mod gzip;
mod inflate;
mod sniff;
#[cfg(test)]
mod tests;
mod zstd;

use crate::head::Payload;
use brotli::Brotli;
use deflate::Deflate;
use gzip::Gzip;
use http::header::{CONTENT_ENCODING, HeaderMap};
use sniff::{ENOUGH, Sniffed, sniff};
use std::fmt;
use std::ops::ControlFlow;
use zstd::Zstd;

/// The state of one body's decoding. Output is handed out in slices of at most 32 KiB.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
}

/// Why a body cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// `content-encoding` names a coding that is not understood, or too many; the bounded, lower-case name.
    Unknown(String),
    /// The bytes are not what they claim to be.
    Corrupt,
    /// The body ended too early.
    Truncated,
    /// More comes out than is wanted, or far more than went in.
    TooLong,
}

/// Where decoded bytes go. It stops the work with `Break`.
type Sink<'s> = dyn FnMut(&[u8]) -> ControlFlow<()> + 's;

impl Decoder {
    /// A decoder for a body with these response headers. No coding may give more than `max_bytes`; a body that is not
    /// coded may be longer.
    pub(crate) fn new(headers: &HeaderMap, payload: Payload, max_bytes: u64) -> Self {
        let claims = match payload {
            Payload::AsSent => claims(headers),
            Payload::Absent | Payload::Decoded => Ok(Vec::new()),
        };
        let state = match claims {
            Ok(claims) => State::Live(Layer::Start(Start { claims, allowed: MAX_LAYERS, max_bytes, held: Vec::new() })),
            Err(name) => State::Unknown(name),
        };
        Decoder { state }
    }

    /// Decodes the next bytes into `sink`; the sink stops the work with `Break` (its cap is reached).
    /// The concatenated output, and whether and after how much output an error comes, never depend on the split into chunks.
    ///
    /// What was decoded before an error has been handed out, up to a block or a kilobyte in zstd and br. An error stays: later calls return
    /// it again. After a `Break` later calls do nothing.
    pub(crate) fn push(&mut self, chunk: &[u8], sink: &mut Sink<'_>) -> Result<(), DecodeError> {
        let result = match &mut self.state {
            State::Live(layer) => layer.feed(chunk, sink),
            State::Unknown(name) if !chunk.is_empty() => Err(Stop::Error(DecodeError::Unknown(std::mem::take(name)))),
            State::Unknown(_) => Ok(()),
            State::Over(result) => return result.clone(),
        };
        match result {
            Ok(()) => Ok(()),
            Err(stop) => self.close(stop.into()),
        }
    }

    /// The body ended.
    pub(crate) fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), DecodeError> {
        let result = match &mut self.state {
            State::Live(layer) => layer.end(sink).or_else(Into::into),
            State::Unknown(name) => Err(DecodeError::Unknown(std::mem::take(name))),
            State::Over(result) => return result.clone(),
        };
        self.close(result)
    }

    fn close(&mut self, result: Result<(), DecodeError>) -> Result<(), DecodeError> {
        self.state = State::Over(result.clone());
        result
    }
}

#[derive(Debug)]
enum State {
    Live(Layer),
    /// Refused before its first byte.
    Unknown(String),
    Over(Result<(), DecodeError>),
}

/// Why the work stops before the input does.
#[derive(Debug)]
enum Stop {
    Broke,
    Error(DecodeError),
}

impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        Stop::Error(error)
    }
}

impl From<Stop> for Result<(), DecodeError> {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Broke => Ok(()),
            Stop::Error(error) => Err(error),
        }
    }
}

/// One content coding, undone in pieces of any size. An empty body is none of its streams, and no error.
trait Coding {
    /// Decodes the next bytes. What goes `out`, and before which error, does not depend on the pieces.
    fn feed(&mut self, bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop>;

    /// The input ended: gives out what was held back.
    fn end(&mut self, out: &mut Out<'_>) -> Result<(), Stop>;
}

/// Where the bytes that a coding gives go: never an empty slice.
type Out<'o> = dyn FnMut(&[u8]) -> Result<(), Stop> + 'o;

/// The codings by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Name {
    /// By the name in a header, in any case.
    fn of(name: &[u8]) -> Option<Self> {
        NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes())).map(|(_, name)| *name)
    }

    fn text(self) -> &'static str {
        NAMES.iter().find(|(_, name)| *name == self).map_or("", |(text, _)| text)
    }

    fn start(self, max_bytes: u64) -> Box<dyn Coding> {
        match self {
            Name::Gzip => Box::new(Gzip::new()),
            Name::Deflate => Box::new(Deflate::new()),
            Name::Brotli => Box::new(Brotli::new(max_bytes)),
            Name::Zstd => Box::new(Zstd::new(max_bytes)),
        }
    }
}

/// What a body is at some depth: the first bytes tell.
#[derive(Debug)]
enum Layer {
    Start(Start),
    Plain,
    Coded(Box<Coded>),
}

#[derive(Debug)]
struct Start {
    /// The codings that the header promises from here on, the outermost last.
    claims: Vec<Name>,
    /// How many may follow.
    allowed: u8,
    max_bytes: u64,
    /// The first bytes, while they do not tell.
    held: Vec<u8>,
}

/// A coding, and what comes out of it.
struct Coded {
    name: Name,
    coding: Box<dyn Coding>,
    fed: u64,
    given: u64,
    max_bytes: u64,
    inner: Layer,
}

impl Layer {
    fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Stop> {
        match self {
            Layer::Start(start) => {
                if start.held.is_empty() {
                    let sniffed = sniff(bytes, false, start.claimed());
                    if sniffed != Sniffed::Undecided {
                        *self = start.decide(sniffed)?;
                        return self.feed(bytes, sink);
                    }
                }
                let room = ENOUGH.saturating_sub(start.held.len());
                let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
                start.held.extend_from_slice(now);
                let sniffed = sniff(&start.held, false, start.claimed());
                if sniffed == Sniffed::Undecided {
                    return Ok(());
                }
                let held = std::mem::take(&mut start.held);
                *self = start.decide(sniffed)?;
                self.feed(&held, sink)?;
                self.feed(later, sink)
            }
            Layer::Plain => emit(bytes, sink),
            Layer::Coded(coded) => coded.feed(bytes, sink),
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        match self {
            Layer::Start(start) if start.held.is_empty() => Ok(()),
            Layer::Start(start) => {
                let held = std::mem::take(&mut start.held);
                *self = start.decide(sniff(&held, true, start.claimed()))?;
                self.feed(&held, sink)?;
                self.end(sink)
            }
            Layer::Plain => Ok(()),
            Layer::Coded(coded) => coded.end(sink),
        }
    }
}

impl Start {
    /// The coding that the header promises next.
    fn claimed(&self) -> Option<Name> {
        self.claims.last().copied()
    }

    /// The layer that the first bytes and the header make out together.
    fn decide(&mut self, sniffed: Sniffed) -> Result<Layer, DecodeError> {
        let mut claims = std::mem::take(&mut self.claims);
        let claimed = claims.pop();
        let Some(name) = (match sniffed {
            Sniffed::Coded(name) => Some(name),
            Sniffed::Nothing | Sniffed::Undecided => claimed,
        }) else {
            return Ok(Layer::Plain);
        };
        if claimed != Some(name) && claims.last() == Some(&name) {
            // Somebody undid the outer coding and left its name.
            claims.pop();
        }
        let Some(allowed) = self.allowed.checked_sub(1) else { return Err(DecodeError::Unknown(name.text().to_owned())) };
        let max_bytes = self.max_bytes;
        let inner = Layer::Start(Start { claims, allowed, max_bytes, held: Vec::new() });
        Ok(Layer::Coded(Box::new(Coded { name, coding: name.start(max_bytes), fed: 0, given: 0, max_bytes, inner })))
    }
}

impl Coded {
    fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.fed = self.fed.saturating_add(bytes.len() as u64);
        let (given, max_bytes, inner) = (&mut self.given, self.max_bytes, &mut self.inner);
        self.coding.feed(bytes, &mut |output| pass(output, given, max_bytes, inner, sink))
    }

    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let (given, max_bytes, inner) = (&mut self.given, self.max_bytes, &mut self.inner);
        let ended = self.coding.end(&mut |output| pass(output, given, max_bytes, inner, sink));
        // Where the end comes too early, what was decoded before it is still handed out.
        if matches!(ended, Ok(()) | Err(Stop::Error(DecodeError::Truncated))) {
            self.inner.end(sink)?;
        }
        ended?;
        if self.given > FREE_BYTES && self.given > self.fed.saturating_mul(MAX_RATIO) {
            return Err(DecodeError::TooLong.into());
        }
        Ok(())
    }
}

impl fmt::Debug for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coded").field("name", &self.name).field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// Passes on what a coding gives, up to its limit. To the byte: where it stops must not depend on how the coding slices.
fn pass(output: &[u8], given: &mut u64, max_bytes: u64, inner: &mut Layer, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let room = usize::try_from(max_bytes.saturating_sub(*given)).unwrap_or(usize::MAX);
    let (output, beyond) = output.split_at_checked(room).unwrap_or((output, &[]));
    *given = given.saturating_add(output.len() as u64);
    inner.feed(output, sink)?;
    if beyond.is_empty() { Ok(()) } else { Err(DecodeError::TooLong.into()) }
}

fn emit(bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Stop> {
    for slice in bytes.chunks(MAX_SLICE) {
        if sink(slice).is_break() {
            return Err(Stop::Broke);
        }
    }
    Ok(())
}

/// The codings that `content-encoding` names, the outermost last, or the first one that is not understood.
fn claims(headers: &HeaderMap) -> Result<Vec<Name>, String> {
    let mut claims = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for text in value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
            if text.is_empty() || text.eq_ignore_ascii_case(b"identity") {
                continue;
            }
            match Name::of(text) {
                Some(name) if claims.len() < usize::from(MAX_LAYERS) => claims.push(name),
                _ => return Err(display_name(text)),
            }
        }
    }
    Ok(claims)
}

/// A coding's name as the report may show it.
fn display_name(name: &[u8]) -> String {
    name.iter().take(MAX_NAME).map(|byte| if byte.is_ascii_graphic() { char::from(byte.to_ascii_lowercase()) } else { '?' }).collect()
}

/// Where a coding has two names, the usual one first.
const NAMES: &[(&str, Name)] =
    &[("gzip", Name::Gzip), ("x-gzip", Name::Gzip), ("deflate", Name::Deflate), ("br", Name::Brotli), ("zstd", Name::Zstd)];

/// Doubly compressed bodies happen (an application and the proxy before it); more layers are an attack.
const MAX_LAYERS: u8 = 2;
const MAX_NAME: usize = 32;

/// How many bytes of a complete body may come out of a coding for one that went in. Pages of real software stay below 100; gzip can reach
/// 1030, br and zstd a hundred times that. A body that exceeds it is made to cost, and nobody reads it.
const MAX_RATIO: u64 = 500;
/// So little that no ratio is held against it: a page may be one word and much padding.
const FREE_BYTES: u64 = 64 * 1024;

/// The longest slice handed out.
const MAX_SLICE: usize = 32 * 1024;
