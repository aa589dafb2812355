//! The coding `br` (RFC 7932). Windows over 16 MiB, which are not in the RFC, are refused.

use super::{Coding, DecodeError, Out, Stop};
use brotli_decompressor::{
    Allocator, BrotliDecoderErrorCode, BrotliDecoderTakeOutput, BrotliDecompressStream, BrotliResult, BrotliState, SliceWrapper,
    SliceWrapperMut,
};

/// A brotli stream.
///
/// The decoder gives out what it has when its input is used up, but not when it finds an error. So it is fed in strides that
/// begin and end at fixed places of the stream: what comes out before an error does not depend on the chunks.
pub(super) struct Brotli {
    state: Box<BrotliState<Heap, Heap, Heap>>,
    stride: Vec<u8>,
    part: Part,
}

#[derive(PartialEq, Eq)]
enum Part {
    /// Not a byte was seen.
    Empty,
    Data,
    Over,
}

impl Brotli {
    /// A stream whose output is wanted up to `max_bytes`.
    pub(super) fn new(max_bytes: u64) -> Self {
        // The decoder's ring is the power of two above what it holds, and never larger than the window.
        let most = usize::try_from(max_bytes.saturating_mul(2).saturating_add(SLACK)).unwrap_or(usize::MAX);
        let heap = Heap { most };
        Brotli { state: Box::new(BrotliState::new_strict(heap, heap, heap)), stride: Vec::new(), part: Part::Empty }
    }

    /// Decodes what the stride holds.
    fn run(&mut self, out: &mut Out<'_>) -> Result<(), Stop> {
        let (mut left, mut offset) = (self.stride.len(), 0);
        loop {
            let result = BrotliDecompressStream(&mut left, &mut offset, &self.stride, &mut 0, &mut 0, &mut [], &mut 0, &mut self.state);
            loop {
                let output = BrotliDecoderTakeOutput(&mut self.state, &mut 0);
                if output.is_empty() {
                    break;
                }
                out(output)?;
            }
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => break,
                BrotliResult::ResultSuccess if left == 0 => {
                    self.part = Part::Over;
                    break;
                }
                BrotliResult::ResultSuccess => return Err(DecodeError::Corrupt.into()),
                BrotliResult::ResultFailure => return Err(error(self.state.error_code).into()),
            }
        }
        self.stride.clear();
        Ok(())
    }
}

impl Coding for Brotli {
    fn feed(&mut self, mut bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
        while !bytes.is_empty() {
            if self.part == Part::Over {
                return Err(DecodeError::Corrupt.into());
            }
            self.part = Part::Data;
            let room = STRIDE.saturating_sub(self.stride.len());
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.stride.extend_from_slice(now);
            bytes = later;
            if self.stride.len() >= STRIDE {
                self.run(out)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Out<'_>) -> Result<(), Stop> {
        if !self.stride.is_empty() {
            self.run(out)?;
        }
        if self.part == Part::Data { Err(DecodeError::Truncated.into()) } else { Ok(()) }
    }
}

/// Memory that is refused is memory for output that is not wanted: a block says how long it is before its first byte.
fn error(code: BrotliDecoderErrorCode) -> DecodeError {
    use BrotliDecoderErrorCode as Code;
    match code {
        Code::BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_1
        | Code::BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_2
        | Code::BROTLI_DECODER_ERROR_ALLOC_TREE_GROUPS
        | Code::BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES
        | Code::BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MAP
        | Code::BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES => DecodeError::TooLong,
        _ => DecodeError::Corrupt,
    }
}

/// Gives the decoder its memory, up to `most` bytes a piece. An empty piece is how it is told that there is none.
#[derive(Clone, Copy)]
struct Heap {
    most: usize,
}

impl<T: Clone + Default> Allocator<T> for Heap {
    type AllocatedMemory = Cells<T>;

    fn alloc_cell(&mut self, len: usize) -> Cells<T> {
        let fits = len.saturating_mul(size_of::<T>()) <= self.most;
        Cells(if fits { vec![T::default(); len] } else { Vec::new() })
    }

    fn free_cell(&mut self, _: Cells<T>) {}
}

struct Cells<T>(Vec<T>);

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Cells(Vec::new())
    }
}

impl<T> SliceWrapper<T> for Cells<T> {
    fn slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> SliceWrapperMut<T> for Cells<T> {
    fn slice_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// Small enough that what is held back until the stride is full does not matter.
const STRIDE: usize = 1024;

/// What the decoder needs whatever the limit is: its tables, and room behind its ring.
const SLACK: u64 = 64 * 1024;
