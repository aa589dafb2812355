//! Where in a text a finding is, for a person to read.

/// Where a finding is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Line and column, from 1; the column in characters.
    pub(crate) line_and_column: Option<(usize, usize)>,
    /// The line, or its part around the finding, secrets masked.
    pub(crate) snippet: Option<String>,
}

/// Finds a place in a text, which is the decoded body or its beginning. `mask` hides the secrets in a piece of it; `None` if it
/// cannot return all of it.
pub(crate) fn locate(text: &[u8], offset: u64, mask: impl Fn(&[u8]) -> Option<String>) -> Place {
    let Some((before, after)) = usize::try_from(offset).ok().and_then(|offset| text.split_at_checked(offset)) else {
        return Place::default();
    };
    // What is not text in UTF-8 grows when it is masked, up to three times: then less of it has to do.
    let snippet = [MAX_BEFORE, MAX_BEFORE / 4].iter().find_map(|reach| snippet(before, after, *reach, &mask));
    Place { line_and_column: line_and_column(before), snippet }
}

/// Line and column of what follows these bytes. None for texts in UTF-16, whose line feeds need decoding.
fn line_and_column(before: &[u8]) -> Option<(usize, usize)> {
    if before.contains(&0) {
        return None;
    }
    let mut lines = before.split(|byte| *byte == b'\n');
    let last = lines.next_back().unwrap_or_default();
    let column = String::from_utf8_lossy(last).chars().count().saturating_add(1);
    Some((lines.count().saturating_add(1), column))
}

/// The line around the place where the two parts meet, masked.
///
/// What is masked there depends on what stands before, so `reach` bytes of that are masked along. They are also masked alone: as far
/// as both agree, they reach up to the place.
fn snippet(before: &[u8], after: &[u8], reach: usize, mask: impl Fn(&[u8]) -> Option<String>) -> Option<String> {
    let (_, before) = before.split_at_checked(before.len().saturating_sub(reach))?;
    let after = after.get(..MAX_AFTER).unwrap_or(after);
    let alone = if before.is_empty() { String::new() } else { mask(before)? };
    let both: Vec<char> = mask(&[before, after].concat())?.chars().collect();
    let shared = alone.chars().zip(&both).take_while(|(a, b)| a == *b).count();

    let (head, tail) = both.split_at_checked(shared)?;
    // Evidence may begin with the line end before it.
    let blank = tail.iter().take_while(|c| c.is_whitespace()).count();
    let at = if blank == tail.len() { head.len() } else { head.len().saturating_add(blank) };
    let (head, tail) = both.split_at_checked(at)?;

    let head = head.rsplit(|c| *c == '\n').next().unwrap_or_default();
    let tail = tail.split(|c| *c == '\n').next().unwrap_or_default();
    let (cut, head) = head.split_at_checked(head.len().saturating_sub(SHOWN_BEFORE)).filter(|_| is_long(head, tail)).unwrap_or((&[], head));
    let room = SHOWN.saturating_sub(head.len());
    let (tail, rest) = tail.split_at_checked(room).unwrap_or((tail, &[]));

    let shown: String = head.iter().chain(tail).map(|c| if c.is_control() { ' ' } else { *c }).collect();
    let shown = shown.trim();
    let mark = |part: &[char]| if part.iter().all(|c| c.is_whitespace()) { "" } else { "…" };
    (!shown.is_empty()).then(|| format!("{}{shown}{}", mark(cut), mark(rest)))
}

fn is_long(head: &[char], tail: &[char]) -> bool {
    head.len().saturating_add(tail.len()) > SHOWN
}

/// So many bytes of a body core quotes in a report, so that no more can be masked at once.
pub(crate) const MAX_PIECE: usize = 4096;
const MAX_AFTER: usize = 400;
const MAX_BEFORE: usize = MAX_PIECE - MAX_AFTER;
/// Characters that fit on a line beside detector and place.
const SHOWN: usize = 100;
/// So many of them stand before the place, if the line is longer.
const SHOWN_BEFORE: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves digits out, and hides what follows `secret=`.
    fn mask(piece: &[u8]) -> Option<String> {
        assert!(piece.len() <= MAX_PIECE && !piece.is_empty());
        let text = String::from_utf8_lossy(piece).replace(|c: char| c.is_ascii_digit(), "");
        if text.len() > MAX_PIECE {
            return None;
        }
        Some(text.split_once("secret=").map(|(before, _)| format!("{before}secret=***")).unwrap_or(text))
    }

    #[test]
    fn places() {
        let many = "1\n".repeat(5000);
        let long = format!("{0}!{0}", "x".repeat(200));
        let cut = format!("…{}!{}…", "x".repeat(30), "x".repeat(69));
        let rows = [
            ("the beginning", "ab\ncd", 0, Some((1, 1)), Some("ab")),
            ("within a line", "ab\n cd ef\ngh", 6, Some((2, 4)), Some("cd ef")),
            ("after what is masked", "a 12345 b\nc 678 d", 12, Some((2, 3)), Some("c  d")),
            ("within what is masked", "a 123\nsecret=abcdef", 15, Some((2, 10)), Some("secret=***")),
            ("characters, not bytes", "äöü é", 7, Some((1, 5)), Some("äöü é")),
            ("at a line end", "ab\r\ncd", 2, Some((1, 3)), Some("cd")),
            ("the end", "ab", 2, Some((1, 3)), Some("ab")),
            ("beyond the end", "ab", 3, None, None),
            ("nothing left to show", "12", 1, Some((1, 2)), None),
            ("a long line", &long, 200, Some((1, 201)), Some(cut.as_str())),
            ("far in", &format!("{many}here\n"), 10_000, Some((5001, 1)), Some("here")),
            ("UTF-16", "a\0\n\0b\0", 4, None, Some("b")),
        ];
        for (name, text, offset, line_and_column, snippet) in rows {
            let got = locate(text.as_bytes(), offset, mask);
            assert_eq!((got.line_and_column, got.snippet.as_deref()), (line_and_column, snippet), "{name}");
        }

        let not_utf8 = [&b"\xe9\n".repeat(4000)[..], b"\xe9here\n"].concat();
        let got = locate(&not_utf8, 8001, mask);
        assert_eq!(got, Place { line_and_column: Some((4001, 2)), snippet: Some("\u{fffd}here".to_owned()) });
    }
}
