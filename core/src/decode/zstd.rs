//! The coding `zstd` (RFC 8878), with the window of RFC 9659: 8 MiB at most. Dictionaries are refused.

use super::{Coding, DecodeError, Out, Stop};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io;
use std::hash::Hasher as _;
use twox_hash::XxHash64;

/// Zstandard frames one after the other, skippable ones among them.
///
/// The library reads from a stream that it may block on. So this module takes frames apart itself and hands over one block at a
/// time, each as the last of its frame: after the last the library shows all that it has decoded. Blocks are held
/// until they are complete (128 KiB at most), and decoded data until its frame ends, in place of a window: it is never more than
/// the limit of the body plus a block.
pub(super) struct Zstd {
    part: Part,
    /// What came of the part so far.
    held: Vec<u8>,
    frame: Option<Box<Frame>>,
    /// Output that is wanted.
    max_bytes: u64,
}

#[derive(Clone, Copy)]
enum Part {
    /// The magic number of a frame.
    Magic,
    SkippedLength,
    Skipped {
        left: u32,
    },
    /// The first byte after the magic number, then the rest of the header.
    Descriptor,
    Header {
        descriptor: u8,
        len: usize,
    },
    BlockHeader,
    Block {
        len: usize,
        last: bool,
    },
    Checksum,
}

/// A frame whose header was read.
struct Frame {
    decoder: FrameDecoder,
    /// Decoded so far.
    len: usize,
    /// What the header says of the length.
    announced: Option<u64>,
    checksum: Option<XxHash64>,
}

impl Zstd {
    /// A stream whose output is wanted up to `max_bytes`.
    pub(super) fn new(max_bytes: u64) -> Self {
        Zstd { part: Part::Magic, held: Vec::new(), frame: None, max_bytes }
    }

    /// How many bytes the part has.
    fn wanted(&self) -> usize {
        match self.part {
            Part::Magic | Part::SkippedLength | Part::Checksum => 4,
            Part::Skipped { .. } => 0,
            Part::Descriptor => 1,
            Part::Header { len, .. } | Part::Block { len, .. } => len,
            Part::BlockHeader => BLOCK_HEADER,
        }
    }

    /// The part is complete.
    fn step(&mut self, out: &mut Out<'_>) -> Result<Part, Stop> {
        let corrupt = Err(DecodeError::Corrupt.into());
        let held = self.held.as_slice();
        let next = match self.part {
            Part::Magic if held == MAGIC => Part::Descriptor,
            Part::Magic if is_skippable(held) => Part::SkippedLength,
            Part::Magic | Part::Skipped { .. } => return corrupt,
            Part::SkippedLength => match little_endian(held) as u32 {
                0 => Part::Magic,
                left => Part::Skipped { left },
            },
            Part::Descriptor => {
                let descriptor = held.first().copied().unwrap_or_default();
                if descriptor & RESERVED != 0 {
                    return corrupt;
                }
                Part::Header { descriptor, len: header_len(descriptor) }
            }
            Part::Header { descriptor, .. } => {
                self.frame = Some(Box::new(Frame::new(descriptor, held, self.max_bytes)?));
                Part::BlockHeader
            }
            Part::BlockHeader => {
                let header = little_endian(held);
                let (last, kind, size) = (header & 1 == 1, (header >> 1) & 3, header >> 3);
                let content = match kind {
                    RLE => 1,
                    RESERVED_KIND => return corrupt,
                    _ => usize::try_from(size).unwrap_or(usize::MAX),
                };
                if content > MAX_BLOCK {
                    return corrupt;
                }
                // The header stays: the library wants to see it.
                self.part = Part::Block { len: BLOCK_HEADER.saturating_add(content), last };
                return Ok(self.part);
            }
            Part::Block { last, .. } => {
                let Some(frame) = &mut self.frame else { return corrupt };
                frame.block(&mut self.held, out)?;
                match (last, &frame.checksum) {
                    (false, _) => Part::BlockHeader,
                    (true, _) if frame.announced.is_some_and(|len| len != frame.len as u64) => return corrupt,
                    (true, Some(_)) => Part::Checksum,
                    (true, None) => Part::Magic,
                }
            }
            Part::Checksum => {
                let sum = self.frame.as_ref().and_then(|frame| frame.checksum.as_ref()).map(|hash| hash.finish());
                if sum.map(|sum| sum & u64::from(u32::MAX)) != Some(little_endian(held)) {
                    return corrupt;
                }
                Part::Magic
            }
        };
        if matches!(next, Part::Magic) {
            self.frame = None;
        }
        self.held.clear();
        Ok(next)
    }
}

impl Coding for Zstd {
    fn feed(&mut self, mut bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
        loop {
            if let Part::Skipped { left } = self.part {
                let now = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                bytes = bytes.get(now..).unwrap_or_default();
                let left = left.saturating_sub(u32::try_from(now).unwrap_or(u32::MAX));
                self.part = if left == 0 { Part::Magic } else { Part::Skipped { left } };
            } else {
                let missing = self.wanted().saturating_sub(self.held.len());
                let (now, later) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
                self.held.extend_from_slice(now);
                bytes = later;
                if now.len() == missing {
                    self.part = self.step(out)?;
                    continue;
                }
            }
            if bytes.is_empty() {
                return Ok(());
            }
        }
    }

    fn end(&mut self, _: &mut Out<'_>) -> Result<(), Stop> {
        let held = self.held.as_slice();
        match self.part {
            Part::Magic if held.is_empty() => Ok(()),
            Part::Magic if !MAGIC.starts_with(held) && !is_skippable(held) => Err(DecodeError::Corrupt.into()),
            _ => Err(DecodeError::Truncated.into()),
        }
    }
}

impl Frame {
    /// Reads the header that follows the descriptor (RFC 8878 §3.1.1.1).
    fn new(descriptor: u8, header: &[u8], max_bytes: u64) -> Result<Self, DecodeError> {
        let (window_len, dictionary_len, _) = field_lens(descriptor);
        let (window, rest) = header.split_at_checked(window_len).unwrap_or_default();
        let (dictionary, content) = rest.split_at_checked(dictionary_len).unwrap_or_default();
        let announced = match content.len() {
            0 => None,
            // With two bytes, lengths below 256 are left out.
            2 => Some(little_endian(content).saturating_add(256)),
            _ => Some(little_endian(content)),
        };
        let window = match (window, announced) {
            ([byte, ..], _) => {
                let base = 1u64 << 10 << (byte >> 3);
                base.saturating_add((base >> 3).saturating_mul(u64::from(byte & 7)))
            }
            ([], announced) => announced.unwrap_or_default(),
        };
        if announced.is_some_and(|len| len > max_bytes) {
            return Err(DecodeError::TooLong);
        }
        if window > MAX_WINDOW || little_endian(dictionary) != 0 {
            return Err(DecodeError::Corrupt);
        }
        // In place of the frame's own header: no checksum, no dictionary, and as window what limits a block, since nothing that
        // was decoded is dropped while the frame goes on.
        let [a, b, c, d, ..] = window.min(MAX_BLOCK as u64).to_le_bytes();
        let [m0, m1, m2, m3] = MAGIC;
        let mut decoder = FrameDecoder::new();
        decoder.init(&[m0, m1, m2, m3, SINGLE_SEGMENT_AND_4_BYTES, a, b, c, d][..]).map_err(|_| DecodeError::Corrupt)?;
        let checksum = (descriptor & CHECKSUM != 0).then(|| XxHash64::with_seed(0));
        Ok(Frame { decoder, len: 0, announced, checksum })
    }

    /// Decodes a block, its header before it.
    fn block(&mut self, block: &mut [u8], out: &mut Out<'_>) -> Result<(), Stop> {
        if let Some(first) = block.first_mut() {
            *first |= 1;
        }
        self.decoder.decode_blocks(&*block, BlockDecodingStrategy::UptoBlocks(1)).map_err(|_| DecodeError::Corrupt)?;
        let mut peek = Peek { frame_len: &mut self.len, checksum: &mut self.checksum, out, result: Ok(()) };
        self.decoder.collect_to_writer(&mut peek).map_err(|_| DecodeError::Corrupt)?;
        peek.result
    }
}

/// Looks at what a frame has decoded and takes nothing of it: later blocks may point back to it.
struct Peek<'p, 'o> {
    frame_len: &'p mut usize,
    checksum: &'p mut Option<XxHash64>,
    out: &'p mut Out<'o>,
    result: Result<(), Stop>,
}

impl io::Write for Peek<'_, '_> {
    /// `all`: since nothing is ever taken, the library's ring never wraps and this is the frame from its beginning.
    fn write(&mut self, all: &[u8]) -> Result<usize, io::Error> {
        let fresh = all.get(*self.frame_len..).unwrap_or_default();
        *self.frame_len = all.len();
        if let Some(hash) = self.checksum {
            hash.write(fresh);
        }
        if !fresh.is_empty() {
            self.result = (self.out)(fresh);
        }
        Ok(0)
    }

    fn flush(&mut self) -> Result<(), io::Error> {
        Ok(())
    }
}

/// The lengths of the fields that a descriptor announces: window, dictionary, content size.
fn field_lens(descriptor: u8) -> (usize, usize, usize) {
    let single = descriptor & SINGLE_SEGMENT != 0;
    let dictionary = match descriptor & 3 {
        3 => 4,
        len => usize::from(len),
    };
    let content = match descriptor >> 6 {
        0 => usize::from(single),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    (usize::from(!single), dictionary, content)
}

fn header_len(descriptor: u8) -> usize {
    let (window, dictionary, content) = field_lens(descriptor);
    window.saturating_add(dictionary).saturating_add(content)
}

/// Whether bytes are, or begin like, the magic number of a skippable frame.
fn is_skippable(bytes: &[u8]) -> bool {
    let [first, rest @ ..] = bytes else { return true };
    first & 0xf0 == 0x50 && SKIPPABLE_REST.starts_with(rest)
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// RFC 9659: no encoder may ask more of a client, and clients refuse more.
const MAX_WINDOW: u64 = 8 << 20;

// RFC 8878 §3.1.1.
pub(super) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE_REST: [u8; 3] = [0x2a, 0x4d, 0x18];
const SINGLE_SEGMENT: u8 = 1 << 5;
const RESERVED: u8 = 1 << 3;
const CHECKSUM: u8 = 1 << 2;
const SINGLE_SEGMENT_AND_4_BYTES: u8 = SINGLE_SEGMENT | 2 << 6;
const BLOCK_HEADER: usize = 3;
const MAX_BLOCK: usize = 128 * 1024;
const RLE: u64 = 1;
const RESERVED_KIND: u64 = 3;
