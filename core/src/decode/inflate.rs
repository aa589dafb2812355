//! The deflate algorithm (RFC 1951), without and with the wrapping of zlib (RFC 1950), fed in pieces of any size.

use super::{DecodeError, Out, Stop};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_PARSE_ZLIB_HEADER};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// One deflated stream. It keeps the last 32 KiB of its output, because later data may point back to them.
pub(super) struct Inflate {
    state: DecompressorOxide,
    /// A ring.
    window: Box<[u8]>,
    at: usize,
    flags: u32,
}

impl Inflate {
    /// A stream without header and checksum.
    pub(super) fn raw() -> Self {
        Self::new(0)
    }

    /// A stream with the header and the checksum of zlib. A preset dictionary is refused.
    pub(super) fn zlib() -> Self {
        Self::new(TINFL_FLAG_PARSE_ZLIB_HEADER)
    }

    fn new(flags: u32) -> Self {
        let window = vec![0; WINDOW].into_boxed_slice();
        Inflate { state: DecompressorOxide::new(), window, at: 0, flags: flags | TINFL_FLAG_HAS_MORE_INPUT }
    }

    /// Forgets everything: another stream follows. The window stays, a stream must not point before its own beginning.
    pub(super) fn restart(&mut self) {
        self.state.init();
    }

    /// Inflates until the input or the stream ends: what is left of the input, where it is the stream that ended.
    pub(super) fn feed<'b>(&mut self, mut bytes: &'b [u8], out: &mut Out<'_>) -> Result<Option<&'b [u8]>, Stop> {
        loop {
            let (status, read, written) = decompress(&mut self.state, bytes, &mut self.window, self.at, self.flags);
            bytes = bytes.get(read..).unwrap_or_default();
            let end = self.at.saturating_add(written);
            let output = self.window.get(self.at..end).unwrap_or_default();
            if !output.is_empty() {
                out(output)?;
            }
            self.at = if end >= WINDOW { 0 } else { end };
            match status {
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::NeedsMoreInput => return Ok(None),
                TINFLStatus::Done => return Ok(Some(bytes)),
                _ => return Err(DecodeError::Corrupt.into()),
            }
        }
    }
}

/// The window of deflate.
pub(super) const WINDOW: usize = 32 * 1024;
