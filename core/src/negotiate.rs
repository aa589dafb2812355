//! `Accept` → one of our formats (RFC 9110 §12.5.1).
//!
//! A client gets the format it gave the highest weight; the most specific range that matches a format sets its weight. Between
//! equal weights the format that the client named goes before one that only `type/*` covers, and that before `*/*`
//! (`text/html, */*` is a browser's way of asking for HTML). Between equals of these, the order is problem, JSON, HTML, text, XML for
//! named formats: only a client that knows RFC 9457 names `application/problem+json` at all. For wildcards JSON comes first.

use crate::config::Format;
use http::header::{ACCEPT, HeaderMap, HeaderName};

/// The format that the client prefers; JSON where it does not care, or accepts none of ours.
///
/// Malformed ranges are ignored. At most 8 KiB of `Accept` and 64 ranges are looked at.
pub(crate) fn negotiate(request_headers: &HeaderMap) -> Format {
    let mut wishes = FORMATS.map(|format| (format, None::<Wish>));
    for range in elements(request_headers, ACCEPT, MAX_BYTES, MAX_RANGES).filter_map(Range::parse) {
        for (format, wish) in &mut wishes {
            if let Some(closeness) = range.matches(*format) {
                *wish = (*wish).max(Some(Wish { closeness, weight: range.weight }));
            }
        }
    }
    let mut best = None;
    for (format, wish) in wishes {
        let Some(Wish { closeness, weight }) = wish else { continue };
        let named = closeness >= Closeness::Relative;
        let rank = (weight, closeness.min(Closeness::Relative), named && matches!(format, Format::ProblemJson | Format::ProblemXml));
        if weight > 0 && best.is_none_or(|(best_rank, _)| rank > best_rank) {
            best = Some((rank, format));
        }
    }
    best.map_or(Format::Json, |(_, format)| format)
}

/// The elements of a list in a header, several headers joined: at most so many of them in at most so many bytes.
pub(crate) fn elements(headers: &HeaderMap, name: HeaderName, most_bytes: usize, most: usize) -> impl Iterator<Item = &[u8]> {
    let mut bytes_left = most_bytes;
    let elements = headers.get_all(name).into_iter().flat_map(move |value| {
        let value = value.as_bytes();
        let whole = value.len() <= bytes_left;
        let seen = value.get(..bytes_left).unwrap_or(value);
        bytes_left = bytes_left.saturating_sub(value.len());
        let mut parts = split_unquoted(seen, b',').peekable();
        // An element that the limit cuts through is none.
        std::iter::from_fn(move || parts.next().filter(|_| whole || parts.peek().is_some()))
    });
    elements.take(most)
}

/// What a client said of a format. Ordered: the closer range counts, of equally close ones the higher weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    closeness: Closeness,
    /// In thousandths.
    weight: u16,
}

/// How closely a range describes a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    /// `*/*`
    Any,
    /// `type/*`
    Type,
    /// A variant of our type: with parameters (`application/json;version=1`), XHTML, which every browser that asks for it
    /// takes HTML for, or `text/xml`, XML's other name. Less close than the type itself, which has no parameters that matter.
    Relative,
    /// The type itself.
    Exact,
}

/// A media range, in lower or upper case as it came.
struct Range<'a> {
    main: &'a [u8],
    sub: &'a [u8],
    parameters: bool,
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(part: &'a [u8]) -> Option<Self> {
        let mut pieces = split_unquoted(part, b';').map(<[u8]>::trim_ascii);
        let media = pieces.next()?;
        let slash = media.iter().position(|&byte| byte == b'/')?;
        let (main, sub) = (media.get(..slash)?, media.get(slash.saturating_add(1)..)?);
        if !is_token(main) || !is_token(sub) || (main == b"*" && sub != b"*") {
            return None;
        }
        let mut range = Range { main, sub, parameters: false, weight: 1000 };
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let equals = piece.iter().position(|&byte| byte == b'=')?;
            let (name, value) = (piece.get(..equals)?, piece.get(equals.saturating_add(1)..)?);
            if name.eq_ignore_ascii_case(b"q") {
                // What follows the weight is not part of the range.
                range.weight = weight(value)?;
                break;
            }
            if !is_token(name) || !(is_token(value) || is_quoted(value)) {
                return None;
            }
            range.parameters = true;
        }
        Some(range)
    }

    fn matches(&self, format: Format) -> Option<Closeness> {
        let (main, sub) = match format {
            Format::Json => ("application", "json"),
            Format::ProblemJson => ("application", "problem+json"),
            Format::Html => ("text", "html"),
            Format::Text => ("text", "plain"),
            Format::Xml => ("application", "xml"),
            Format::ProblemXml => ("application", "problem+xml"),
        };
        let is = |main: &str, sub: &str| self.main.eq_ignore_ascii_case(main.as_bytes()) && self.sub.eq_ignore_ascii_case(sub.as_bytes());
        if is("*", "*") {
            Some(Closeness::Any)
        } else if is(main, "*") {
            Some(Closeness::Type)
        } else if is(main, sub) {
            Some(if self.parameters { Closeness::Relative } else { Closeness::Exact })
        } else if format == Format::Html && is("application", "xhtml+xml") || format == Format::Xml && is("text", "xml") {
            Some(Closeness::Relative)
        } else {
            None
        }
    }
}

/// A weight in thousandths: `0` or `1` with at most three decimals, and not above 1.
pub(crate) fn weight(text: &[u8]) -> Option<u16> {
    let (whole, decimals) = text.split_first()?;
    let digits: &[u8] = match decimals {
        [] => &[],
        [b'.', digits @ ..] if digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit) => digits,
        _ => return None,
    };
    let digit = |place: usize| u16::from(digits.get(place).map_or(0, |digit| digit.saturating_sub(b'0')));
    let thousandths = [100u16, 10, 1].into_iter().enumerate().map(|(place, unit)| digit(place).saturating_mul(unit)).sum();
    match (whole, thousandths) {
        (b'0', _) => Some(thousandths),
        (b'1', 0) => Some(1000),
        _ => None,
    }
}

/// Splits at a separator that is not within a quoted string.
pub(crate) fn split_unquoted(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => return byte == separator && !quoted,
        }
        false
    })
}

/// RFC 9110 §5.6.2.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_quoted(text: &[u8]) -> bool {
    matches!(text, [b'"', .., b'"'])
}

/// Where nothing else decides, the first of these.
const FORMATS: [Format; 6] = [Format::Json, Format::ProblemJson, Format::Html, Format::Text, Format::Xml, Format::ProblemXml];
const MAX_BYTES: usize = 8 * 1024;
const MAX_RANGES: usize = 64;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::Format::{Html, Json, ProblemJson as Problem, ProblemXml, Text, Xml};
    use super::*;
    use http::HeaderValue;

    fn accept(values: &[&str]) -> Format {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        negotiate(&headers)
    }

    #[test]
    fn one_header() {
        #[rustfmt::skip]
        let rows = [
            ("", Json),
            ("*/*", Json),
            ("application/json", Json),
            ("application/problem+json", Problem),
            ("text/html", Html),
            ("text/plain", Text),
            ("application/xhtml+xml", Html),
            ("TEXT/HTML", Html),
            ("text/html; charset=utf-8", Html),
            ("text/*", Html),
            ("application/*", Json),
            ("*/*;q=0.1", Json),
            // Browsers, libraries, tools.
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", Html),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", Html),
            ("text/html, application/xhtml+xml, image/jxr, */*", Html),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Html),
            ("application/json, text/plain, */*", Json),
            ("application/json, text/javascript, */*; q=0.01", Json),
            ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", Json),
            ("text/css,*/*;q=0.1", Json),
            ("text/event-stream", Json),
            ("text/plain, */*", Text),
            // Weights.
            ("text/html;q=0.5, text/plain;q=0.6", Text),
            ("text/html;q=0.123, text/plain;q=0.124", Text),
            ("text/html;q=1.000, application/json;q=0.999", Html),
            ("application/json;q=0.1, text/html;Q=0.2", Html),
            ("text/html ; q=0.5 , application/json ; q=0.4", Html),
            ("text/html;q=0.5;extension=1, text/plain;q=0.6", Text),
            // Problem details.
            ("application/problem+json, application/json", Problem),
            ("application/json, application/problem+json", Problem),
            ("application/json, application/problem+json;q=0.9", Json),
            ("application/problem+json, */*", Problem),
            ("application/problem+json, text/html", Problem),
            ("text/html, application/json", Json),
            ("text/plain, text/html", Html),
            // Specificity.
            ("text/html;q=0, text/*", Text),
            ("*/*, application/json;q=0", Problem),
            ("*/*, application/*;q=0", Html),
            ("*/*;q=1, text/*;q=0.5, application/json;q=0.1", Problem),
            ("application/*;q=0.2, text/*;q=0.3", Html),
            ("text/*, */*", Html),
            ("text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, */*;q=0.5", Text),
            ("text/html;level=1;q=0.2, text/html;q=0.9, text/plain;q=0.8", Html),
            ("text/html;q=0, application/xhtml+xml, text/plain;q=0.1", Text),
            ("text/html;q=0.1, text/html;q=0.9, text/plain;q=0.5", Html),
            // Refused.
            ("application/json;q=0", Json),
            ("*/*;q=0", Json),
            ("application/json;q=0, text/html;q=0.001", Html),
            ("application/json;q=0.000, */*;q=0.5", Problem),
            ("image/png", Json),
            ("application/xml", Xml),
            ("text/xml", Xml),
            ("text/xml; charset=utf-8, application/json;q=0.9", Xml),
            ("application/problem+xml", ProblemXml),
            ("application/problem+xml, application/xml", ProblemXml),
            ("application/problem+xml, application/problem+json", Problem),
            ("application/xml, application/json", Json),
            ("application/soap+xml", Json),
            ("application/vnd.api+json", Json),
            // Parameters that are not ours, quoted separators.
            ("application/json;version=1", Json),
            ("text/html;v=\"a,b;q=0\";q=0.8, application/json;q=0.7", Html),
            ("text/html;v=\"a\\\",text/plain\"", Html),
            ("text/plain;", Text),
            // Malformed parts are ignored.
            ("text/html;q=2, text/plain;q=0.1", Text),
            ("text/html;q=1.001, text/plain;q=0.1", Text),
            ("text/html;q=0.1234, text/plain;q=0.1", Text),
            ("text/html;q=-1, text/plain;q=0.1", Text),
            ("text/html;q=, text/plain;q=0.1", Text),
            ("text/html;q=.9, text/plain;q=0.1", Text),
            ("text/html;q = 0.9, text/plain;q=0.1", Text),
            ("text/html;q=0.5x, text/plain;q=0.1", Text),
            ("text/html;v, text/plain;q=0.1", Text),
            ("text/html;v=\"open, text/plain", Json),
            ("*/html, text/plain;q=0.1", Text),
            ("html, text/plain;q=0.1", Text),
            ("text/, /html, /, text/ht ml, text/html/x, text/plain;q=0.1", Text),
            ("application/*+json, text/plain;q=0.1", Text),
            (",,, ,text/plain,,", Text),
            ("t\u{e9}xt/html, text/plain", Text),
        ];
        for (value, format) in rows {
            assert_eq!(accept(&[value]), format, "{value}");
        }
    }

    #[test]
    fn several_headers_are_joined() {
        assert_eq!(accept(&[]), Json);
        assert_eq!(accept(&["image/png", "text/html;q=0.2", "text/plain;q=0.3"]), Text);
        assert_eq!(accept(&["*/*", "application/json;q=0, application/problem+json;q=0"]), Html);
        assert_eq!(accept(&["text/html;v=\"open", "text/plain"]), Text);
    }

    #[test]
    fn bounds() {
        let ranges = |before: usize| format!("{}text/html", "a/b,".repeat(before));
        assert_eq!(accept(&[&ranges(MAX_RANGES - 1)]), Html);
        assert_eq!(accept(&[&ranges(MAX_RANGES)]), Json);
        let long = |padding: usize| format!("a/{},text/html", "b".repeat(padding));
        let fits = MAX_BYTES - "a/,text/html".len();
        assert_eq!(accept(&[&long(fits)]), Html);
        assert_eq!(accept(&[&long(fits + 1)]), Json);
        // Cut at "text/html" of "text/html;q=0": not looked at rather than misread.
        assert_eq!(accept(&[&format!("{};q=0", long(fits))]), Json);
        assert_eq!(accept(&["text/plain;q=0.1", &long(fits)]), Text);
    }
}
