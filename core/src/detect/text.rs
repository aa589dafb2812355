//! Small matchers over the bytes of a line, shared by the detectors. None looks further than the line that it is given.
//! Those with loops are not inlined: there are hundreds of calls, and the size of the module counts. What they ask of a byte is a plain
//! function for the same reason: a loop for each closure took 9 KB.

/// Letters, digits, `_` and `$`, and everything outside ASCII: what names are made of in all languages here.
pub(crate) fn is_name(byte: u8) -> bool {
    kinds(byte) & NAME != 0
}

pub(crate) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// A byte that may stand in a path (a space may, too, but ends it here).
pub(crate) fn is_path(byte: u8) -> bool {
    kinds(byte) & PATH != 0
}

const NAME: u8 = 1;
const PATH: u8 = 2;

/// A table: comparisons would be repeated wherever names and paths are taken.
fn kinds(byte: u8) -> u8 {
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which has no other way to fill an array")]
    static KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        let mut byte = 0u8;
        loop {
            let name = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
            let path = name || matches!(byte, b'.' | b'/' | b'\\' | b'-' | b'@' | b'+' | b'~' | b'%' | b'[' | b']');
            kinds[byte as usize] = if name {
                NAME | PATH
            } else if path {
                PATH
            } else {
                0
            };
            match byte.checked_add(1) {
                Some(next) => byte = next,
                None => break kinds,
            }
        }
    };
    KINDS.get(usize::from(byte)).copied().unwrap_or(0)
}

/// How many bytes at the start are of this kind.
#[inline(never)]
pub(crate) fn lead(text: &[u8], kind: fn(u8) -> bool) -> usize {
    text.iter().take_while(|&&byte| kind(byte)).count()
}

/// How many bytes at the end are of this kind.
#[inline(never)]
pub(crate) fn trail(text: &[u8], kind: fn(u8) -> bool) -> usize {
    text.iter().rev().take_while(|&&byte| kind(byte)).count()
}

/// Splits off the first bytes of this kind.
pub(crate) fn take(text: &[u8], kind: fn(u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at_checked(lead(text, kind)).unwrap_or((text, &[]))
}

/// Splits off the last bytes of this kind: what is before them, and they.
pub(crate) fn take_back(text: &[u8], kind: fn(u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at_checked(text.len().saturating_sub(trail(text, kind))).unwrap_or((text, &[]))
}

/// The text behind a line number of one to seven digits.
#[inline(never)]
pub(crate) fn number(text: &[u8]) -> Option<&[u8]> {
    let (digits, rest) = take(text, is_digit);
    (1..=7).contains(&digits.len()).then_some(rest)
}

/// Whether the text starts with a line number.
pub(crate) fn at_number(text: &[u8]) -> bool {
    number(text).is_some()
}

pub(crate) fn contains(text: &[u8], part: &str) -> bool {
    find(text, part).is_some()
}

#[inline(never)]
pub(crate) fn find(text: &[u8], part: &str) -> Option<usize> {
    // Lines are too short for a searcher that has to be built first.
    let mut places = memchr::memchr_iter(*part.as_bytes().first()?, text);
    places.find(|&place| text.get(place..).is_some_and(|text| text.starts_with(part.as_bytes())))
}

/// How frequent a byte is in error bodies: on a logarithmic scale, more for a more frequent one. Only speed depends on it.
pub(crate) fn frequency(byte: u8) -> u32 {
    match byte {
        b' ' => 7,
        b'e' | b't' | b'a' | b'r' | b's' | b'n' | b'o' | b'i' | b'l' | b'"' => 6,
        b'c' | b'p' | b'd' | b'u' | b'/' | b'.' | b':' => 5,
        b'm' | b'h' | b'b' | b'f' | b'g' | b'0' | b'1' | b'<' | b'>' | b',' | b'-' => 4,
        b'v' | b'y' | b'k' | b'w' | b'x' | b'=' | b'_' | b'2' => 3,
        b'j' | b'3'..=b'9' | b'A'..=b'Z' | b'\'' | b';' | b'(' | b')' => 2,
        b'q' | b'z' | b'{' | b'}' | b'&' | b'\\' | b'#' => 1,
        _ => 0,
    }
}

/// The text behind the first `part`.
#[inline(never)]
pub(crate) fn behind<'a>(text: &'a [u8], part: &str) -> Option<&'a [u8]> {
    text.get(find(text, part)?.saturating_add(part.len())..)
}

/// Whether the last character before something belongs to a name, so that the something is only the rest of a longer one.
pub(crate) fn ends_in_name(text: &[u8]) -> bool {
    text.last().is_some_and(|&byte| is_name(byte)) && !ends_in_sign(text)
}

/// Quotation marks and signs outside ASCII belong to no name: `“`, `«`, `「`, `：`.
fn ends_in_sign(text: &[u8]) -> bool {
    matches!(text, [.., 0xC2, _] | [.., 0xE2, 0x80 | 0x81, _] | [.., 0xE3, 0x80, _] | [.., 0xEF, 0xBC, 0x80..=0x8F | 0x9A..=0xA0])
}

#[inline(never)]
pub(crate) fn starts_with_any(text: &[u8], parts: &[&str]) -> bool {
    parts.iter().any(|part| text.starts_with(part.as_bytes()))
}

#[inline(never)]
pub(crate) fn ends_in_any(text: &[u8], parts: &[&str]) -> bool {
    parts.iter().any(|part| text.ends_with(part.as_bytes()))
}

#[inline(never)]
pub(crate) fn is_any(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text == word.as_bytes())
}

#[inline(never)]
pub(crate) fn is_any_case(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

#[inline(never)]
pub(crate) fn contains_any(text: &[u8], parts: &[&str]) -> bool {
    parts.iter().any(|part| contains(text, part))
}

/// The first `len` bytes, or all.
pub(crate) fn first(text: &[u8], len: usize) -> &[u8] {
    text.get(..len).unwrap_or(text)
}

/// The last `len` bytes, or all.
pub(crate) fn last(text: &[u8], len: usize) -> &[u8] {
    text.get(text.len().saturating_sub(len)..).unwrap_or(text)
}
