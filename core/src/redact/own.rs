//! What else an operator wants masked: IP addresses, and patterns of their own.

use crate::detect::Pattern;
use std::net::Ipv6Addr;
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
        super::masked(text, &self.find(text))
    }

    /// What to hide of a text, from left to right; what overlaps is one. Never empty, and between characters.
    ///
    /// A text as long as an excerpt may be cut: what is still a match, or an address, at its end is hidden too. The work is bounded: where
    /// it would be more, all that is left is hidden.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut hidden: Vec<Range<usize>> = Vec::new();
        if self.is_empty() {
            return hidden;
        }
        let is_cut = text.len() >= CUT;
        let mut steps = MAX_STEPS;
        for (start, _) in text.char_indices() {
            let rest = text.get(start..).unwrap_or_default();
            let mut length = if self.addresses { address(text.get(..start).unwrap_or_default(), rest, is_cut) } else { 0 };
            for pattern in &self.patterns {
                let (longest, taken, goes_on) = pattern.longest_at(rest.as_bytes());
                length = length.max(if goes_on && is_cut { rest.len() } else { longest });
                steps = steps.saturating_sub(taken);
            }
            if steps == 0 {
                length = rest.len();
            }
            if length > 0 {
                // A pattern may end within a character: all of it is hidden.
                let end = (start.saturating_add(length)..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
                match hidden.last_mut() {
                    Some(last) if start < last.end => last.end = last.end.max(end),
                    _ => hidden.push(start..end),
                }
            }
            if steps == 0 {
                break;
            }
        }
        hidden
    }
}

/// The length of the IP address that a text begins with, without a port; 0 where there is none, or where it goes on from `before`.
fn address(before: &str, text: &str, is_cut: bool) -> usize {
    let before = before.as_bytes();
    let (last, last_but_one) = (before.last().copied().unwrap_or(b' '), before.iter().rev().nth(1).copied().unwrap_or(b' '));
    let first = text.as_bytes().first().copied().unwrap_or(b' ');
    if first.is_ascii_digit() && !last.is_ascii_digit() && !(last == b'.' && last_but_one.is_ascii_digit()) {
        let quad = quad(text, is_cut);
        if quad > 0 {
            return quad;
        }
    }
    // Behind a colon only where that ends a word: `ip:::1`, but not the rest of an address.
    let goes_on =
        last.is_ascii_alphanumeric() || last == b'_' || last == b':' && (last_but_one.is_ascii_hexdigit() || last_but_one == b':');
    if goes_on || !(first.is_ascii_hexdigit() || first == b':') {
        return 0;
    }
    let end = text.bytes().take(MAX_ADDRESS).position(|byte| !byte.is_ascii_hexdigit() && !matches!(byte, b'.' | b':'));
    let Some(token) = text.get(..end.unwrap_or(text.len().min(MAX_ADDRESS))) else { return 0 };
    if is_cut && token.len() == text.len() && token.contains(':') {
        return token.len();
    }
    let is_word = text.as_bytes().get(token.len()).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let token = token.trim_end_matches('.');
    // A name with colons in it (`a::b`) is an address only with a digit.
    let is_address = |token: &str| token.parse::<Ipv6Addr>().is_ok() && token.bytes().any(|byte| byte.is_ascii_digit());
    [token, token.trim_end_matches(':')].into_iter().find(|token| !is_word && is_address(token)).map_or(0, str::len)
}

/// The length of four numbers up to 255 with dots between them.
fn quad(text: &str, is_cut: bool) -> usize {
    let mut length = 0_usize;
    for part in 0..4 {
        let rest = text.get(length..).unwrap_or_default();
        let rest = if part == 0 { rest } else { rest.strip_prefix('.').unwrap_or_default() };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_number = rest.get(..digits).is_some_and(|digits| digits.parse::<u8>().is_ok());
        length = length.saturating_add(usize::from(part > 0)).saturating_add(digits);
        if is_cut && part > 0 && length >= text.len() {
            return text.len();
        }
        if !is_number {
            return 0;
        }
    }
    length
}

/// The longest: `ffff:` six times, and an address of version 4.
const MAX_ADDRESS: usize = 46;
/// A few bytes less than an excerpt has: a character may not fit.
const CUT: usize = 4092;
/// A millisecond's work, for all patterns together; an excerpt without anything near to a match needs a tenth of it.
const MAX_STEPS: usize = 262_144;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::redact::MASK;

    fn masked(addresses: bool, patterns: &[&str], text: &str) -> String {
        let patterns = patterns.iter().map(|pattern| Pattern::new(pattern).unwrap()).collect();
        Masks { addresses, patterns }.hide(text)
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
            ("std::string, a::b, Foo::Bar, 12:30:45, 1.2.3, 300.1.1.1", "std::string, a::b, Foo::Bar, 12:30:45, 1.2.3, 300.1.1.1"),
            ("peer_10.1.2.3, v1.2.3.4, 1.2.3.4.5", "peer_***, v***, ***.5"),
            ("host:10.9.8.7 addr:2001:db8::77 ipv4:10.9.8.7:50051 u%3D10.9.8.7", "host:*** addr:*** ipv4:***:50051 u%3D***"),
            ("x\\n10.9.8.7 10.9.8.7.Caused by 10.9.8.7.example", "x\\n*** ***.Caused by ***.example"),
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
    fn what_the_end_cuts_is_hidden() {
        let begun = |end: &str| format!("{} {end}", "z ".repeat(2048).get(..4095 - end.len()).unwrap());
        for (end, shown) in [("CUST-47", "CUST"), ("10.9", "10.9"), ("10.9.8.", "10.9"), ("2001:db8:aaaa:bbbb:", "2001")] {
            let text = begun(end);
            assert!(!masked(true, &["CUST-[0-9]{8}"], &text).contains(shown), "{end}");
        }
        assert_eq!(masked(true, &["CUST-[0-9]{8}"], "10.9 CUST-47"), "10.9 CUST-47", "a short text is whole");
    }

    #[test]
    fn the_work_is_bounded() {
        let patterns: Vec<Pattern> = (0..16).map(|n| Pattern::new(&format!("[a-z0-9.-]+[.]corp{n}")).unwrap()).collect();
        let masks = Masks { addresses: true, patterns };
        for text in ["a".repeat(60_000), "1-".repeat(30_000), "a.corp".repeat(10_000)] {
            let shown = masks.hide(&text);
            assert!(shown.len() < 4000 && shown.ends_with(MASK), "{} bytes are shown", shown.len());
        }
        let prose = "The quick brown fox jumps over the lazy dog. ".repeat(100);
        assert_eq!(masks.hide(prose.get(..4000).unwrap()), prose.get(..4000).unwrap(), "what is not near to a match is read to its end");
    }
}
