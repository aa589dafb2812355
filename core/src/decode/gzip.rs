//! The gzip format (RFC 1952), fed in pieces of any size. Header fields are skipped, not kept, however long they are.

use super::{DecodeError, Layer, Sink, Stop};
use crc32fast::Hasher;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use std::fmt;

/// A gzip stream: members one after the other (RFC 1952 §2.2), then zero bytes or nothing.
pub(super) struct Gunzip {
    part: Part,
    inflate: DecompressorOxide,
    /// The last 32 KiB of output, as a ring.
    window: Box<[u8]>,
    at: usize,
    header_crc: Hasher,
    body_crc: Hasher,
    body_len: u32,
    pub(super) inner: Layer,
}

impl fmt::Debug for Gunzip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gunzip").field("part", &self.part).field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// The place within a gzip member. `flags` are those whose fields are still to come.
#[derive(Debug, Clone, Copy)]
enum Part {
    Fixed {
        index: u8,
        flags: u8,
    },
    ExtraLen {
        low: Option<u8>,
        flags: u8,
    },
    Extra {
        left: u16,
        flags: u8,
    },
    /// The file name or the comment, up to its zero.
    Text {
        flags: u8,
    },
    HeaderCrc {
        low: Option<u8>,
    },
    Deflate,
    /// CRC32 and ISIZE, collected from the top down.
    Trailer {
        index: u8,
        value: u64,
    },
    /// After a member, before another.
    Between,
    Padding,
}

impl Gunzip {
    /// A stream whose two magic bytes were seen.
    pub(super) fn new(inner: Layer) -> Self {
        let mut header_crc = Hasher::new();
        header_crc.update(&[MAGIC_1, MAGIC_2]);
        Gunzip {
            part: Part::Fixed { index: 2, flags: 0 },
            inflate: DecompressorOxide::new(),
            window: vec![0; WINDOW].into_boxed_slice(),
            at: 0,
            header_crc,
            body_crc: Hasher::new(),
            body_len: 0,
            inner,
        }
    }

    pub(super) fn feed(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Stop> {
        loop {
            if matches!(self.part, Part::Deflate) {
                bytes = self.inflate(bytes, sink)?;
            }
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(()) };
            self.part = self.step(byte)?;
            bytes = rest;
        }
    }

    /// Whether the stream may end here.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.part, Part::Between | Part::Padding)
    }

    /// Inflates until the input or the member's data ends; what is left of the input.
    fn inflate<'b>(&mut self, mut bytes: &'b [u8], sink: &mut Sink<'_>) -> Result<&'b [u8], Stop> {
        loop {
            let (status, read, written) = decompress(&mut self.inflate, bytes, &mut self.window, self.at, TINFL_FLAG_HAS_MORE_INPUT);
            bytes = bytes.get(read..).unwrap_or_default();
            let end = self.at.saturating_add(written);
            let output = self.window.get(self.at..end).unwrap_or_default();
            self.body_crc.update(output);
            // ISIZE is the length modulo 2^32; no output slice is longer than the window.
            self.body_len = self.body_len.wrapping_add(u32::try_from(written).unwrap_or(u32::MAX));
            self.inner.feed(output, sink)?;
            self.at = if end >= WINDOW { 0 } else { end };
            match status {
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::NeedsMoreInput => return Ok(bytes),
                TINFLStatus::Done => {
                    self.part = Part::Trailer { index: 0, value: 0 };
                    return Ok(bytes);
                }
                _ => return Err(DecodeError::Corrupt.into()),
            }
        }
    }

    /// One byte outside the deflated data.
    fn step(&mut self, byte: u8) -> Result<Part, DecodeError> {
        let corrupt = Err(DecodeError::Corrupt);
        if matches!(self.part, Part::Fixed { .. } | Part::ExtraLen { .. } | Part::Extra { .. } | Part::Text { .. }) {
            self.header_crc.update(&[byte]);
        }
        Ok(match self.part {
            Part::Fixed { index, flags } => match (index, byte) {
                (0, MAGIC_1) | (1, MAGIC_2) | (2, DEFLATE) => Part::Fixed { index: index.saturating_add(1), flags },
                (0..=2, _) => return corrupt,
                (3, flags) if flags & RESERVED != 0 => return corrupt,
                (3, flags) => Part::Fixed { index: 4, flags },
                (4..=8, _) => Part::Fixed { index: index.saturating_add(1), flags },
                _ => next_field(flags),
            },
            Part::ExtraLen { low: None, flags } => Part::ExtraLen { low: Some(byte), flags },
            Part::ExtraLen { low: Some(low), flags } => match u16::from_le_bytes([low, byte]) {
                0 => next_field(flags),
                left => Part::Extra { left, flags },
            },
            Part::Extra { left: 0 | 1, flags } => next_field(flags),
            Part::Extra { left, flags } => Part::Extra { left: left.saturating_sub(1), flags },
            Part::Text { flags } if byte == 0 => next_field(flags),
            Part::Text { flags } => Part::Text { flags },
            Part::HeaderCrc { low: None } => Part::HeaderCrc { low: Some(byte) },
            Part::HeaderCrc { low: Some(low) } => {
                let [a, b, ..] = self.header_crc.clone().finalize().to_le_bytes();
                if [a, b] != [low, byte] {
                    return corrupt;
                }
                Part::Deflate
            }
            Part::Trailer { index, value } => {
                let value = (value >> 8) | (u64::from(byte) << 56);
                if index < 7 {
                    return Ok(Part::Trailer { index: index.saturating_add(1), value });
                }
                let expected = (u64::from(self.body_len) << 32) | u64::from(self.body_crc.clone().finalize());
                if value != expected {
                    return corrupt;
                }
                Part::Between
            }
            Part::Between if byte == MAGIC_1 => {
                self.inflate.init();
                self.header_crc.reset();
                self.header_crc.update(&[byte]);
                self.body_crc.reset();
                self.body_len = 0;
                Part::Fixed { index: 1, flags: 0 }
            }
            Part::Between | Part::Padding if byte == 0 => Part::Padding,
            // `feed` keeps the deflated data to itself.
            Part::Between | Part::Padding | Part::Deflate => return corrupt,
        })
    }
}

/// The part that follows in a member's header, by the flags whose fields are still to come.
fn next_field(flags: u8) -> Part {
    if flags & EXTRA != 0 {
        Part::ExtraLen { low: None, flags: flags & !EXTRA }
    } else if flags & NAME != 0 {
        Part::Text { flags: flags & !NAME }
    } else if flags & COMMENT != 0 {
        Part::Text { flags: flags & !COMMENT }
    } else if flags & HEADER_CRC != 0 {
        Part::HeaderCrc { low: None }
    } else {
        Part::Deflate
    }
}

/// The window of deflate, and the longest slice handed out.
pub(super) const WINDOW: usize = 32 * 1024;

// RFC 1952 §2.3.
pub(super) const MAGIC_1: u8 = 0x1f;
pub(super) const MAGIC_2: u8 = 0x8b;
const DEFLATE: u8 = 8;
pub(super) const HEADER_CRC: u8 = 1 << 1;
pub(super) const EXTRA: u8 = 1 << 2;
pub(super) const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;
