//! What else an operator wants masked: IP addresses, and patterns of their own.

use super::MASK;
use crate::detect::Pattern;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// What is masked beside what always is.
#[derive(Debug, Default)]
pub(crate) struct Masks {
    /// IP addresses, of either version.
    pub(crate) addresses: bool,
    pub(crate) patterns: Vec<Pattern>,
}

impl Masks {
    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        !self.addresses && self.patterns.is_empty()
    }

    /// A text without what is to be hidden, but otherwise as it is.
    pub(crate) fn hide(&self, text: &str) -> String {
        if self.is_empty() { text.to_owned() } else { self.apply(text, &[]).0 }
    }

    /// The text with its mask, and where some places of it are then: a place within what is masked is at its mask.
    pub(super) fn apply(&self, text: &str, places: &[usize]) -> (String, Vec<usize>) {
        let mut out = String::with_capacity(text.len());
        let mut places: Vec<(usize, Option<usize>)> = places.iter().map(|place| (*place, None)).collect();
        // Moves the places up to `end` by what the output is behind or ahead of the text.
        let mut move_places = |from: usize, end: usize, start_of_output: usize, is_masked: bool| {
            for (place, moved) in &mut places {
                if moved.is_none() && *place < end {
                    *moved = Some(start_of_output.saturating_add(if is_masked { 0 } else { place.saturating_sub(from) }));
                }
            }
        };
        let mut copied = 0_usize;
        while let Some(hidden) = self.next(text, copied) {
            move_places(copied, hidden.start, out.len(), false);
            out.push_str(text.get(copied..hidden.start).unwrap_or_default());
            move_places(hidden.start, hidden.end, out.len(), true);
            out.push_str(MASK);
            copied = hidden.end;
        }
        move_places(copied, usize::MAX, out.len(), false);
        out.push_str(text.get(copied..).unwrap_or_default());
        (out, places.into_iter().map(|(_, moved)| moved.unwrap_or_default()).collect())
    }

    /// The first thing to hide from `from` on, with all that overlaps it. Never empty, and between characters.
    fn next(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut previous = text.get(..from).and_then(|before| before.chars().next_back());
        let mut hidden: Option<Range<usize>> = None;
        for (at, character) in text.get(from..)?.char_indices() {
            let start = from.saturating_add(at);
            if hidden.as_ref().is_some_and(|hidden| hidden.end <= start) {
                break;
            }
            let rest = text.get(start..).unwrap_or_default();
            let is_inside = previous.is_some_and(|before| before.is_ascii_alphanumeric() || matches!(before, '_' | '.' | ':'));
            let mut length = if self.addresses && !is_inside { address(rest) } else { 0 };
            for pattern in &self.patterns {
                length = length.max(pattern.longest_at(rest.as_bytes()));
            }
            if length > 0 {
                // A pattern may end within a character: all of it is hidden.
                let end = (start.saturating_add(length)..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                let known = hidden.unwrap_or(start..end);
                hidden = Some(known.start..known.end.max(end));
            }
            previous = Some(character);
        }
        hidden
    }
}

/// The length of the IP address that a text begins with, without a port; 0 where there is none.
fn address(text: &str) -> usize {
    let end = text.bytes().take(MAX_ADDRESS).position(|byte| !byte.is_ascii_hexdigit() && !matches!(byte, b'.' | b':'));
    let Some(token) = text.get(..end.unwrap_or(text.len().min(MAX_ADDRESS))) else { return 0 };
    let goes_on = text.as_bytes().get(token.len()).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let token = token.trim_end_matches('.');
    let before_port = token.split(':').next().unwrap_or_default();
    if before_port.parse::<Ipv4Addr>().is_ok() {
        return before_port.len();
    }
    // A name with colons in it (`a::b`) is an address only with a digit.
    let is_address = |token: &str| token.parse::<Ipv6Addr>().is_ok() && token.bytes().any(|byte| byte.is_ascii_digit());
    [token, token.trim_end_matches(':')].into_iter().find(|token| !goes_on && is_address(token)).map_or(0, str::len)
}

/// The longest: `ffff:` six times, and an address of version 4.
const MAX_ADDRESS: usize = 46;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn masked(addresses: bool, patterns: &[&str], text: &str) -> String {
        let patterns = patterns.iter().map(|pattern| Pattern::new(pattern).unwrap()).collect();
        Masks { addresses, patterns }.apply(text, &[]).0
    }

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("from 10.1.2.3 to 192.168.0.1:8080.", "from *** to ***:8080."),
            ("10.1.2.3", "***"),
            ("connect to [2001:db8::1]:443, ::1, fe80::1%eth0.", "connect to [***]:443, ***, ***%eth0."),
            ("::ffff:10.0.0.1", "***"),
            ("2001:db8::", "***"),
            ("2001:DB8:0:0:8:800:200C:417A:", "***:"),
            ("(10.1.2.3)", "(***)"),
            ("ip=10.1.2.3,ip=10.1.2.4", "ip=***,ip=***"),
            (
                "std::string, a::b, Foo::Bar, 12:30:45, 1.2.3, 1.2.3.4.5, 300.1.1.1",
                "std::string, a::b, Foo::Bar, 12:30:45, 1.2.3, 1.2.3.4.5, 300.1.1.1",
            ),
            ("x10.1.2.3, v1.2.3.4", "x10.1.2.3, v1.2.3.4"),
            ("", ""),
        ] {
            assert_eq!(masked(true, &[], text), expected, "{text}");
            assert_eq!(masked(false, &[], text), text);
        }
    }

    #[test]
    fn own_patterns() {
        for (patterns, text, expected) in [
            (&["CUST-[0-9]+"][..], "order of CUST-4711, CUST-1, CUST-", "order of ***, ***, CUST-"),
            (&["a+", "aab"], "xaaabx", "x***x"),
            (&["é."], "né-\u{20ac}!", "n***\u{20ac}!"),
            (&["é."], "né\u{20ac}!", "n***!"),
            (&["(?i)secret"], "SeCret secrets", "*** ***s"),
            (&["x"], "xx", "******"),
            (&["nothing"], "text", "text"),
        ] {
            assert_eq!(masked(false, patterns, text), expected, "{patterns:?}");
        }
    }

    #[test]
    fn places_move_with_the_text() {
        let masks = Masks { addresses: true, patterns: vec![Pattern::new("CUST-[0-9]+").unwrap()] };
        let (text, places) = masks.apply("a CUST-1 b 10.1.2.3 c", &[0, 2, 5, 9, 11, 20, 99]);
        assert_eq!(text, "a *** b *** c");
        assert_eq!(places, [0, 2, 2, 6, 8, 12, 91]);
    }

    #[test]
    fn linear_in_what_comes() {
        let masks = Masks { addresses: true, patterns: vec![Pattern::new("a[a-z]*x").unwrap()] };
        for text in ["a".repeat(4096), "1.".repeat(2048), "::1".repeat(1365), "a:".repeat(2048)] {
            let _ = masks.apply(&text, &[]);
        }
    }
}
