//! The gzip format (RFC 1952), fed in pieces of any size. Header fields are skipped, not kept, however long they are.

use super::inflate::Inflate;
use super::{Coding, DecodeError, Out, Stop};
use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};
use std::sync::LazyLock;

type Checksum = Digest<'static, u32, Table<16>>;

static CRC: LazyLock<Crc<u32, Table<16>>> = LazyLock::new(|| Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC));

/// A gzip stream: members one after the other (RFC 1952 §2.2), then zero bytes or nothing.
pub(super) struct Gzip {
    part: Part,
    inflate: Inflate,
    header_crc: Checksum,
    body_crc: Checksum,
    body_len: u32,
}

/// The place within a gzip member. `flags` are those whose fields are still to come.
#[derive(Clone, Copy)]
enum Part {
    /// Not a byte was seen.
    Empty,
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

impl Gzip {
    /// Nothing seen yet.
    pub(super) fn new() -> Self {
        Gzip { part: Part::Empty, inflate: Inflate::raw(), header_crc: CRC.digest(), body_crc: CRC.digest(), body_len: 0 }
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
            Part::Empty | Part::Between if byte == MAGIC_1 => {
                self.inflate.restart();
                self.header_crc = CRC.digest();
                self.header_crc.update(&[byte]);
                self.body_crc = CRC.digest();
                self.body_len = 0;
                Part::Fixed { index: 1, flags: 0 }
            }
            Part::Between | Part::Padding if byte == 0 => Part::Padding,
            // `feed` keeps the deflated data to itself.
            Part::Empty | Part::Between | Part::Padding | Part::Deflate => return corrupt,
        })
    }
}

impl Coding for Gzip {
    fn feed(&mut self, mut bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
        loop {
            if matches!(self.part, Part::Deflate) {
                let (body_crc, body_len) = (&mut self.body_crc, &mut self.body_len);
                let rest = self.inflate.feed(bytes, &mut |output| {
                    body_crc.update(output);
                    // ISIZE is the length modulo 2^32; no output slice is longer than the window.
                    *body_len = body_len.wrapping_add(u32::try_from(output.len()).unwrap_or(u32::MAX));
                    out(output)
                })?;
                let Some(rest) = rest else { return Ok(()) };
                self.part = Part::Trailer { index: 0, value: 0 };
                bytes = rest;
            }
            let Some((&byte, rest)) = bytes.split_first() else { return Ok(()) };
            self.part = self.step(byte)?;
            bytes = rest;
        }
    }

    fn end(&mut self, _: &mut Out<'_>) -> Result<(), Stop> {
        if matches!(self.part, Part::Empty | Part::Between | Part::Padding) { Ok(()) } else { Err(DecodeError::Truncated.into()) }
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

// RFC 1952 §2.3.
/// How every gzip stream begins: two bytes of magic, and deflate as the method, the only one there is.
pub(super) const MAGIC: [u8; 3] = [MAGIC_1, MAGIC_2, DEFLATE];
const MAGIC_1: u8 = 0x1f;
const MAGIC_2: u8 = 0x8b;
const DEFLATE: u8 = 8;
pub(super) const HEADER_CRC: u8 = 1 << 1;
pub(super) const EXTRA: u8 = 1 << 2;
pub(super) const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;
