//! Tells a coding by the first bytes of what it coded.

use super::deflate::{Deflate, is_zlib_header};
use super::gzip::{self, Gzip};
use super::{Coding, Name, zstd};

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// They are this coding.
    Coded(Name),
    /// They are none that can be told.
    Nothing,
    /// More bytes are needed.
    Undecided,
}

/// Looks at the first bytes; `complete` where no more will come. Only the first [`ENOUGH`] count, and what was said of the first
/// bytes stays true however many follow.
///
/// Brotli has no mark to tell it by, and may begin like gzip: a page of 2188 bytes does, with the largest window. So where the
/// header says brotli (`claimed`), the bytes behind gzip's mark have to make sense as well.
pub(super) fn sniff(bytes: &[u8], complete: bool, claimed: Option<Name>) -> Sniffed {
    let bytes = bytes.get(..ENOUGH).unwrap_or(bytes);
    let more = if complete { Sniffed::Nothing } else { Sniffed::Undecided };
    let more_wanted = bytes.len() < ENOUGH && !complete;
    let makes_sense = |coding: &mut dyn Coding| coding.feed(bytes, &mut |_| Ok(())).is_ok();
    for (name, magic) in [(Name::Gzip, &gzip::MAGIC[..]), (Name::Zstd, &zstd::MAGIC[..])] {
        if bytes.starts_with(magic) {
            return match (name, claimed) {
                (Name::Gzip, Some(Name::Brotli)) if more_wanted => Sniffed::Undecided,
                (Name::Gzip, Some(Name::Brotli)) if !makes_sense(&mut Gzip::new()) => Sniffed::Nothing,
                _ => Sniffed::Coded(name),
            };
        }
        if magic.starts_with(bytes) {
            return more;
        }
    }
    match *bytes {
        [ZLIB] => more,
        // Two bytes may be the beginning of a text, as of `x^2`. So the rest has to make sense as well.
        [ZLIB, second, ..] if is_zlib_header(ZLIB, second) => {
            if more_wanted {
                return Sniffed::Undecided;
            }
            if !is_text(bytes) && makes_sense(&mut Deflate::new()) { Sniffed::Coded(Name::Deflate) } else { Sniffed::Nothing }
        }
        _ => Sniffed::Nothing,
    }
}

/// Whether bytes are UTF-8, perhaps cut off, without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let control = |&byte: &u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    !bytes.iter().any(control) && std::str::from_utf8(bytes).err().is_none_or(|error| error.error_len().is_none())
}

/// The first byte of a zlib stream with a window of 32 KiB. Others are legal, but nobody writes them, and they are no rare bytes.
const ZLIB: u8 = 0x78;

/// No deflated data of this length looks like text, hardly any text like deflated data.
pub(super) const ENOUGH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        use Sniffed::{Coded, Nothing, Undecided};
        let rows: &[(&[u8], Sniffed, Sniffed)] = &[
            // bytes, then what they say with more to come, then as all there is
            (b"", Undecided, Nothing),
            (b"a", Nothing, Nothing),
            (b"{\"error\":1}", Nothing, Nothing),
            (b"\x1f", Undecided, Nothing),
            (b"\x1f\x8b", Undecided, Nothing),
            (b"\x1f\x8b\x08", Coded(Name::Gzip), Coded(Name::Gzip)),
            (b"\x1f\x8b\x07", Nothing, Nothing),
            (b"\x1fa", Nothing, Nothing),
            (b"(", Undecided, Nothing),
            (b"(\xb5/", Undecided, Nothing),
            (b"(\xb5/\xfd", Coded(Name::Zstd), Coded(Name::Zstd)),
            (b"(b", Nothing, Nothing),
            (b"x", Undecided, Nothing),
            (b"xy", Nothing, Nothing),
            (b"x\x9c", Undecided, Coded(Name::Deflate)),
            (b"x\x9c\x03\0\0\0\0\x01", Undecided, Coded(Name::Deflate)),
            // A stored block whose length is not confirmed; a wrong checksum; bytes after the end.
            (b"x\x9c\x01\0\0\0\0", Undecided, Nothing),
            (b"x\x9c\x03\0\0\0\0\x02", Undecided, Nothing),
            (b"x\x9c\x03\0\0\0\0\x01!", Undecided, Nothing),
            // With a preset dictionary.
            (b"x\xbb", Nothing, Nothing),
            (b"x^", Undecided, Nothing),
            (b"x^2 + y^2 is not a number", Undecided, Nothing),
            (b"x^\x03\0\0\0\0\x01", Undecided, Coded(Name::Deflate)),
            ("x\u{69a}".as_bytes(), Undecided, Nothing),
            (b"x\xda", Undecided, Nothing),
        ];
        for (bytes, more, complete) in rows {
            assert_eq!((sniff(bytes, false, None), sniff(bytes, true, None)), (*more, *complete), "{bytes:02x?}");
        }
    }

    #[test]
    fn no_text_is_taken_for_zlib() {
        for text in ["x^2 is the square. ", "x^y: no such operator. ", "x^abc ", "x^^^^^^^", "x^]", "x^[0-9]+$ does not match "] {
            let text = text.repeat(100);
            assert_eq!(sniff(text.as_bytes(), false, None), Sniffed::Nothing, "{text}");
        }
    }
}
