//! Turns a UTF-16 body into narrow bytes, so that the detectors see its text. Any other body passes as it is.

use std::borrow::Cow;

/// Decides on the first four bytes: a byte order mark, or two ASCII characters with their zero bytes.
#[derive(Debug)]
pub(crate) struct Narrow {
    head: Vec<u8>,
    form: Form,
    /// The first byte of a code unit, when a chunk ended there.
    half: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Unknown,
    Bytes,
    Little,
    Big,
}

/// How many bytes the decision needs.
const HEAD: usize = 4;

impl Narrow {
    pub(crate) fn new() -> Self {
        Narrow { head: Vec::new(), form: Form::Unknown, half: None }
    }

    /// How many bytes of the body stand for one narrow byte.
    pub(crate) fn scale(&self) -> u64 {
        match self.form {
            Form::Little | Form::Big => 2,
            Form::Unknown | Form::Bytes => 1,
        }
    }

    /// The narrow bytes of a chunk. The first few come with a later chunk, when the form is known.
    pub(crate) fn push<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.form != Form::Unknown {
            return self.narrow(bytes);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < HEAD { Cow::Borrowed(&[]) } else { self.decide() }
    }

    /// The body ended: a body shorter than the decision needs comes out now.
    pub(crate) fn end(&mut self) -> Cow<'static, [u8]> {
        if self.form == Form::Unknown { self.decide() } else { Cow::Borrowed(&[]) }
    }

    fn decide(&mut self) -> Cow<'static, [u8]> {
        self.form = match self.head.as_slice() {
            [0xff, 0xfe, ..] => Form::Little,
            [0xfe, 0xff, ..] => Form::Big,
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Form::Little,
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => Form::Big,
            _ => Form::Bytes,
        };
        let head = std::mem::take(&mut self.head);
        Cow::Owned(self.narrow(&head).into_owned())
    }

    fn narrow<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.form == Form::Bytes {
            return Cow::Borrowed(bytes);
        }
        let mut narrow = Vec::with_capacity(bytes.len().div_ceil(2));
        for &byte in bytes {
            match self.half.take() {
                None => self.half = Some(byte),
                Some(first) => {
                    let (low, high) = if self.form == Form::Little { (first, byte) } else { (byte, first) };
                    // The byte order mark is no text in front of the first word.
                    narrow.push(match (high, low) {
                        (0, low) => low,
                        (0xfe, 0xff) => b' ',
                        _ => b'?',
                    });
                }
            }
        }
        Cow::Owned(narrow)
    }
}
