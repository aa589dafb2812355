//! `Accept-Language` → one of the languages on offer (RFC 4647 §3.4, RFC 9110 §12.5.4).
//!
//! Ranges are tried by weight, equal ones in their order; of each, subtags are left off from the end until a language on offer has
//! that tag. `*` stands for the default. Beyond the RFC, a few tags also mean another one, and Traditional Chinese is its own language:
//! its readers get Simplified only where there is nothing else.

use super::{Language, Languages};
use crate::negotiate::{elements, split_unquoted, weight};
use http::header::{ACCEPT_LANGUAGE, HeaderMap};

impl Languages {
    /// The language for a client; the default where nothing matches.
    ///
    /// Malformed ranges are ignored. At most 4 KiB of `Accept-Language` and 32 ranges are looked at.
    pub(crate) fn lookup(&self, request_headers: &HeaderMap) -> &Language {
        let ranges: Vec<Range<'_>> = elements(request_headers, ACCEPT_LANGUAGE, MAX_BYTES, MAX_RANGES).filter_map(Range::parse).collect();
        let wanted = |language: &Language| !is_refused(&ranges, language.tag.as_bytes());
        // Behind `zh-TW`, browsers add a `zh` that does not mean Simplified.
        let traditional = ranges.iter().filter(|range| is_traditional(range.tag)).map(|range| range.weight).max().unwrap_or(0);
        let mut best: Option<(u16, &Language)> = None;
        for range in ranges.iter().filter(|range| range.weight > 0) {
            let any = range.tag == b"*";
            let found = if any { self.all().find(|language| wanted(language)) } else { self.find(range.tag, wanted) };
            let Some(language) = found else { continue };
            let misread =
                language.tag == "zh" && (is_traditional(range.tag) || range.weight <= traditional && range.tag.len() == CHINESE.len());
            // A language that was named goes before `*` of the same weight.
            let rank = if misread && !any { 0 } else { range.weight.saturating_mul(2).saturating_add(u16::from(!any)) };
            if best.is_none_or(|(best, _)| rank > best) {
                best = Some((rank, language));
            }
        }
        best.map_or(&self.default, |(_, language)| language)
    }

    /// The language for one range.
    pub(super) fn find(&self, range: &[u8], wanted: impl Fn(&Language) -> bool) -> Option<&Language> {
        let primary = primary(range);
        let mut others = ALIASES.iter().filter(|alias| alias.0.as_bytes().eq_ignore_ascii_case(primary)).map(|alias| {
            let rest = range.get(primary.len()..).unwrap_or_default();
            [alias.1.as_bytes(), rest].concat()
        });
        self.truncate(range, &wanted).or_else(|| others.find_map(|other| self.truncate(&other, &wanted)))
    }

    fn truncate(&self, range: &[u8], wanted: &impl Fn(&Language) -> bool) -> Option<&Language> {
        let find = |is: &dyn Fn(&[u8]) -> bool| self.all().find(|language| is(language.tag.as_bytes()) && wanted(language));
        let mut left = Some(range);
        while let Some(tag) = left {
            let found = find(&|on_offer| on_offer.eq_ignore_ascii_case(tag));
            // Before `zh-TW` becomes `zh`: any Traditional Chinese.
            left = shorter(tag);
            let script =
                if left.is_some_and(|left| left.len() == CHINESE.len()) && is_traditional(range) { find(&is_traditional) } else { None };
            if let Some(language) = found.or(script) {
                return Some(language);
            }
        }
        None
    }
}

/// A range and its weight in thousandths.
struct Range<'a> {
    tag: &'a [u8],
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(element: &'a [u8]) -> Option<Self> {
        let mut pieces = split_unquoted(element, b';').map(<[u8]>::trim_ascii);
        let tag = pieces.next().filter(|tag| *tag == b"*" || is_tag(tag))?;
        let weight = match pieces.find(|piece| !piece.is_empty()) {
            Some([b'q' | b'Q', b'=', text @ ..]) => weight(text)?,
            Some(_) => return None,
            None => 1000,
        };
        Some(Range { tag, weight })
    }

    /// Whether it covers a tag: as it stands, or the beginning of its subtags (RFC 4647 §3.3.1).
    fn covers(&self, tag: &[u8]) -> bool {
        tag.split_at_checked(self.tag.len())
            .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(self.tag) && matches!(rest, [] | [b'-', ..]))
    }
}

/// Whether the closest range that covers a tag has the weight zero. (`*;q=0` refuses nothing that lookup could reach.)
fn is_refused(ranges: &[Range<'_>], tag: &[u8]) -> bool {
    let closest = ranges.iter().filter(|range| range.covers(tag)).map(|range| (range.tag.len(), range.weight)).max();
    closest.is_some_and(|(_, weight)| weight == 0)
}

/// Well-formed enough for BCP 47: subtags of one to eight letters and digits, the first of letters only.
pub(super) fn is_tag(tag: &[u8]) -> bool {
    let is_subtag = |subtag: &[u8]| (1..=8).contains(&subtag.len()) && subtag.iter().all(u8::is_ascii_alphanumeric);
    tag.split(|byte| *byte == b'-').all(is_subtag) && primary(tag).iter().all(u8::is_ascii_alphabetic)
}

/// Whether a language is written from right to left: by its script, or by what its primary subtag says where it has none.
pub(super) fn is_right_to_left(tag: &str) -> bool {
    let script = tag
        .split('-')
        .skip(1)
        .take_while(|subtag| subtag.len() > 1)
        .find(|subtag| subtag.len() == 4 && !subtag.starts_with(|c: char| c.is_ascii_digit()));
    let (subtag, list): (_, &[&str]) = match script {
        Some(script) => (script, &["Arab", "Aran", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"]),
        None => (tag.split('-').next().unwrap_or_default(), &["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "iw", "ji"]),
    };
    list.iter().any(|known| subtag.eq_ignore_ascii_case(known))
}

/// Whether a tag means Chinese in the Traditional script.
fn is_traditional(tag: &[u8]) -> bool {
    let has = |names: &[&[u8]]| tag.split(|byte| *byte == b'-').any(|subtag| names.iter().any(|name| subtag.eq_ignore_ascii_case(name)));
    primary(tag).eq_ignore_ascii_case(CHINESE) && has(&[b"hant", b"tw", b"hk", b"mo"]) && !has(&[b"hans"])
}

/// The first subtag.
pub(super) fn primary(tag: &[u8]) -> &[u8] {
    tag.split(|byte| *byte == b'-').next().unwrap_or_default()
}

/// Without the last subtag, and without the single character before it, which says nothing alone.
fn shorter(tag: &[u8]) -> Option<&[u8]> {
    let cut = |tag: &'_ [u8]| tag.iter().rposition(|byte| *byte == b'-');
    let left = tag.get(..cut(tag)?)?;
    match cut(left) {
        Some(at) if at.saturating_add(2) == left.len() => left.get(..at),
        _ => Some(left),
    }
}

const CHINESE: &[u8] = b"zh";

/// What else a primary subtag may mean, where it is not on offer itself: its name of today, or the same language in other words.
const ALIASES: &[(&str, &str)] = &[("iw", "he"), ("in", "id"), ("no", "nb"), ("nn", "nb"), ("nb", "no"), ("nn", "no")];

const MAX_BYTES: usize = 4 * 1024;
const MAX_RANGES: usize = 32;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use http::HeaderValue;

    /// These are on offer, the first is the default.
    fn offer(tags: &str) -> Languages {
        let mut languages = tags.split(' ').map(|tag| Language { tag: tag.to_owned(), ..Language::default() });
        Languages { default: languages.next().unwrap(), others: languages.collect() }
    }

    fn lookup(tags: &str, values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_LANGUAGE, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        offer(tags).lookup(&headers).tag.clone()
    }

    #[test]
    fn one_header() {
        #[rustfmt::skip]
        let rows = [
            // Tags, subtags, case.
            ("en de fr", "", "en"),
            ("en de fr", "de", "de"),
            ("en de fr", "DE", "de"),
            ("en de fr", "de-AT", "de"),
            ("en de fr", "de-Latn-AT-1996", "de"),
            ("en de de-AT", "de-at", "de-AT"),
            ("en de de-AT", "de-AT-x-mine", "de-AT"),
            ("en de de-AT", "de-CH", "de"),
            ("en pt", "pt-BR", "pt"),
            ("en pt", "pt-PT,pt;q=0.9", "pt"),
            ("en pt pt-PT", "pt-PT", "pt-PT"),
            ("en de-AT", "de", "en"),
            ("en de", "den", "en"),
            ("en de", "d", "en"),
            ("en fi", "fi", "fi"),
            // RFC 4647's own example: the single character goes with what follows it.
            ("en zh-Hant-CN", "zh-Hant-CN-x-private1-private2", "zh-Hant-CN"),
            ("en de-x", "de-x-a", "en"),
            // Weights and order.
            ("en de fr", "fr;q=0.5, de;q=0.6", "de"),
            ("en de fr", "fr;q=0.5,de;q=0.501", "de"),
            ("en de fr", "fr, de", "fr"),
            ("en de fr", "es, fr;q=0.9, de;q=0.8", "fr"),
            ("en de fr", "fr;Q=0.1;x=y, de ; q=0.2 ", "de"),
            ("en de fr", "de-AT;q=0.1, fr;q=0.2, de;q=0.3", "de"),
            ("en de fr", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
            ("en de fr", "es, it;q=0.5", "en"),
            // Refused.
            ("en de fr", "de;q=0", "en"),
            ("en de fr", "de;q=0.000, fr;q=0.1", "fr"),
            ("en de fr", "de-AT, de;q=0, fr;q=0.1", "fr"),
            ("en de fr", "de, de-AT;q=0", "de"),
            ("en de de-AT", "de;q=0, de-AT;q=0.1", "de-AT"),
            ("en de fr", "de;q=0, de", "de"),
            ("en de", "en;q=0", "en"),
            ("en de", "en;q=0, *", "de"),
            ("en de", "de-AT, *;q=0", "de"),
            // Anything.
            ("en de fr", "*", "en"),
            ("en de fr", "*, de", "de"),
            ("en de fr", "*;q=0.9, de;q=0.8", "en"),
            ("en de fr", "es, *;q=0.1", "en"),
            ("en de fr", "*;q=0", "en"),
            // Malformed ranges are ignored.
            ("en de fr", "de_AT, fr;q=0.1", "fr"),
            ("en de fr", "de;q=2, fr;q=0.1", "fr"),
            ("en de fr", "de;q=, fr;q=0.1", "fr"),
            ("en de fr", "de;v=1, fr;q=0.1", "fr"),
            ("en de fr", "de-, -de, de--AT, -, fr;q=0.1", "fr"),
            ("en de fr", "de-abcdefghi, 1de, d\u{e9}, fr;q=0.1", "fr"),
            ("en de fr", "\"de\", fr;q=0.1", "fr"),
            ("en de fr", ",,; ;, ,fr,", "fr"),
            ("en de fr", "de;", "de"),
            ("en de fr", "*-DE, fr;q=0.1", "fr"),
            // Other names.
            ("en he", "iw", "he"),
            ("en he", "IW-il, en;q=0.9", "he"),
            ("en id", "in-ID", "id"),
            ("en nb", "no", "nb"),
            ("en nb", "nn-NO, en;q=0.9", "nb"),
            ("en nb", "nb-NO", "nb"),
            ("en nb nn", "nn", "nn"),
            ("en nb-NO", "nn-NO", "nb-NO"),
            ("en no", "nb-NO", "no"),
            ("en sv", "no", "en"),
            ("en nb", "no;q=0.5, en;q=0.6", "en"),
            // Chinese and its scripts.
            ("en zh zh-Hant", "zh", "zh"),
            ("en zh zh-Hant", "zh-CN", "zh"),
            ("en zh zh-Hant", "zh-SG", "zh"),
            ("en zh zh-Hant", "zh-Hans-HK", "zh"),
            ("en zh zh-Hant", "zh-TW", "zh-Hant"),
            ("en zh zh-Hant", "zh-tw,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-Hant"),
            ("en zh zh-Hant", "zh-HK", "zh-Hant"),
            ("en zh zh-Hant", "zh-MO", "zh-Hant"),
            ("en zh zh-Hant", "zh-Hant-TW", "zh-Hant"),
            ("en zh zh-Hant", "zh-CN, zh-TW;q=0.9", "zh"),
            ("en zh zh-Hant", "zh, zh-TW;q=0.9", "zh"),
            ("en zh zh-Hant", "zh;q=0, zh-Hant", "zh-Hant"),
            ("en zh zh-TW", "zh-HK", "zh-TW"),
            ("en zh zh-Hant zh-HK", "zh-HK", "zh-HK"),
            ("en zh", "zh-TW", "zh"),
            ("en zh", "zh-TW, en;q=0.1", "en"),
            ("en zh", "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "en"),
            ("en zh", "zh-TW, *;q=0.1", "en"),
            ("en zh", "zh-TW, zh-CN;q=0.9, en;q=0.1", "zh"),
            ("zh en", "zh-TW, en;q=0.1", "en"),
            ("zh en", "zh-TW, *;q=0.1", "zh"),
            ("en zh-Hant", "zh-CN", "en"),
        ];
        for (tags, value, expected) in rows {
            assert_eq!(lookup(tags, &[value]), expected, "{tags}: {value}");
        }
    }

    #[test]
    fn several_headers_are_joined() {
        assert_eq!(lookup("en de fr", &[]), "en");
        assert_eq!(lookup("en de fr", &["es", "de;q=0.2", "fr;q=0.3"]), "fr");
        assert_eq!(lookup("en de fr", &["de", "de;q=0, fr;q=0.1"]), "de");
    }

    #[test]
    fn bounds() {
        let ranges = |before: usize| format!("{}de", "es,".repeat(before));
        assert_eq!(lookup("en de", &[&ranges(MAX_RANGES - 1)]), "de");
        assert_eq!(lookup("en de", &[&ranges(MAX_RANGES)]), "en");
        let long = |padding: usize| format!("{},de", "-".repeat(padding));
        assert_eq!(lookup("en de", &[&long(MAX_BYTES - 3)]), "de");
        assert_eq!(lookup("en de", &[&long(MAX_BYTES - 2)]), "en");
        // Cut at "de" of "de;q=0": not looked at rather than misread.
        assert_eq!(lookup("en de", &[&format!("{};q=0", long(MAX_BYTES - 3))]), "en");
        assert_eq!(lookup("en zh", &[&format!("zh-tw{}", "-a".repeat(2000))]), "zh");
    }

    #[test]
    fn directions() {
        for tag in ["ar", "he", "AR-EG", "fa-IR", "ur", "yi", "ps", "sd", "ug", "dv", "ckb-IQ", "az-Arab", "uz-arab-AF", "ha-x-a"] {
            assert_eq!(is_right_to_left(tag), tag != "ha-x-a", "{tag}");
        }
        for tag in ["en", "ug-Latn", "ar-Latn", "ku", "de-1996", "sd-Deva-IN", "arn", "ha-x-arab"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }
}
