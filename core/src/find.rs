//! Where a text stands in bytes.
//!
//! By the smallest of memchr's searchers: its own choice among all of them brings 9 KB of module, for texts that are looked for in a few
//! hundred bytes. Linear, but for bytes that were made to collide with a known text; then each costs a comparison.

use memchr::arch::all::rabinkarp::{Finder, FinderRev};

/// The first place of `text`.
pub(crate) fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    Finder::new(text).find(bytes, text)
}

/// Its last place.
pub(crate) fn rfind(bytes: &[u8], text: &[u8]) -> Option<usize> {
    FinderRev::new(text).rfind(bytes, text)
}

/// Its places, none overlapping the one before.
pub(crate) fn find_all(bytes: &[u8], text: &[u8]) -> impl Iterator<Item = usize> {
    let finder = Finder::new(text);
    let mut from = 0_usize;
    std::iter::from_fn(move || {
        let at = from.saturating_add(finder.find(bytes.get(from..)?, text)?);
        from = at.saturating_add(text.len().max(1));
        Some(at)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_memmem_finds() {
        let pieces = ["", "a", "aa", "ab", "aab", "abaab", "aabaabaab", "b", "ba", "x", "abab", "ababab"];
        for bytes in pieces.iter().flat_map(|left| pieces.map(|right| [left, "-", right, "aab"].concat())) {
            for text in pieces {
                let (bytes, text) = (bytes.as_bytes(), text.as_bytes());
                assert_eq!(find(bytes, text), memchr::memmem::find(bytes, text), "{text:?} in {bytes:?}");
                assert_eq!(rfind(bytes, text), memchr::memmem::rfind(bytes, text), "{text:?} in {bytes:?}");
                let all: Vec<usize> = find_all(bytes, text).collect();
                assert_eq!(all, memchr::memmem::find_iter(bytes, text).collect::<Vec<_>>(), "{text:?} in {bytes:?}");
            }
        }
    }
}
