//! Where in a text a finding is, for a person to read.

/// Line and column of an offset in a text, from 1; the column in characters. None beyond the text, and none for texts in UTF-16,
/// whose line feeds need decoding.
pub(crate) fn line_and_column(text: &[u8], offset: u64) -> Option<(usize, usize)> {
    let before = text.get(..usize::try_from(offset).ok()?)?;
    if before.contains(&0) {
        return None;
    }
    let mut lines = before.split(|byte| *byte == b'\n');
    let last = lines.next_back().unwrap_or_default();
    let column = String::from_utf8_lossy(last).chars().count().saturating_add(1);
    Some((lines.count().saturating_add(1), column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let many = "1\n".repeat(5000);
        let rows = [
            ("the beginning", "ab\ncd", 0, Some((1, 1))),
            ("within a line", "ab\n cd ef\ngh", 6, Some((2, 4))),
            ("characters, not bytes", "äöü é", 7, Some((1, 5))),
            ("at a line end", "ab\r\ncd", 2, Some((1, 3))),
            ("the end", "ab", 2, Some((1, 3))),
            ("beyond the end", "ab", 3, None),
            ("far in", &format!("{many}here\n"), 10_000, Some((5001, 1))),
            ("UTF-16", "a\0\n\0b\0", 4, None),
        ];
        for (name, text, offset, expected) in rows {
            assert_eq!(line_and_column(text.as_bytes(), offset), expected, "{name}");
        }
        assert_eq!(line_and_column(b"\xe9\n\xe9here", 3), Some((2, 2)), "not UTF-8");
    }
}
