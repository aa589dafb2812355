//! The coding `deflate`. RFC 9110 §8.4.1.2 means a zlib stream by it; servers send bare deflated data under the same name,
//! and clients take both.

use super::inflate::Inflate;
use super::{Coding, DecodeError, Out, Stop};

/// A deflated body. The first two bytes tell which of the two it is.
pub(super) struct Deflate {
    part: Part,
}

enum Part {
    Start { first: Option<u8> },
    Data(Box<Inflate>),
    Over,
}

impl Deflate {
    /// Nothing seen yet.
    pub(super) fn new() -> Self {
        Deflate { part: Part::Start { first: None } }
    }
}

impl Coding for Deflate {
    fn feed(&mut self, mut bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
        while !bytes.is_empty() {
            match &mut self.part {
                Part::Start { first: None } => {
                    self.part = Part::Start { first: bytes.first().copied() };
                    bytes = bytes.get(1..).unwrap_or_default();
                }
                Part::Start { first: Some(first) } => {
                    let (first, second) = (*first, bytes.first().copied().unwrap_or_default());
                    let mut inflate = if is_zlib_header(first, second) { Inflate::zlib() } else { Inflate::raw() };
                    // One byte may be a whole stream as little as two: what follows is looked at in the next turn.
                    self.part = match inflate.feed(&[first], out)? {
                        Some(_) => Part::Over,
                        None => Part::Data(Box::new(inflate)),
                    };
                }
                Part::Data(inflate) => {
                    let Some(rest) = inflate.feed(bytes, out)? else { return Ok(()) };
                    self.part = Part::Over;
                    bytes = rest;
                }
                Part::Over => return Err(DecodeError::Corrupt.into()),
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &mut Out<'_>) -> Result<(), Stop> {
        match self.part {
            Part::Start { first: None } | Part::Over => Ok(()),
            Part::Start { .. } | Part::Data(_) => Err(DecodeError::Truncated.into()),
        }
    }
}

/// Whether two bytes are the header of a zlib stream (RFC 1950 §2.2) without a preset dictionary. Deflated data cannot begin so:
/// it would be a stored block whose padding is not zero.
pub(super) fn is_zlib_header(first: u8, second: u8) -> bool {
    let (method, window) = (first & 0x0f, first >> 4);
    method == 8 && window <= 7 && second & PRESET_DICTIONARY == 0 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

const PRESET_DICTIONARY: u8 = 1 << 5;
