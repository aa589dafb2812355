//! [`config::Languages`] → [`Languages`]: every check of what the values mean.

use super::{Language, Languages, NAMES, Text, lookup};
use crate::config::{self, ConfigError, Members, did_you_mean};

impl Languages {
    /// The languages of a configuration.
    pub(crate) fn compile(config: config::Languages) -> Result<Languages, ConfigError> {
        let config::Languages { default, offer, texts: Members(texts) } = config;
        at_most(TEXTS, texts.len())?;
        at_most(OFFER, offer.as_ref().map_or(0, Vec::len))?;
        let built_in = Languages::default();
        let mut known: Vec<Language> = built_in.all().cloned().collect();
        let mut seen: Vec<String> = Vec::new();
        for (tag, Members(texts)) in texts {
            well_formed(TEXTS, &tag)?;
            distinct(TEXTS, &tag, &mut seen)?;
            let at = format!("{TEXTS}.{tag}");
            let own = own_texts(&at, texts)?;
            if let Some(language) = known.iter_mut().find(|language| language.is(&tag)) {
                language.own = own;
            } else if own.is_empty() {
                return Err(ConfigError::at(at, r#"is not built in and has no text: write its texts, for example {"try_again": "…"}"#));
            } else {
                // Not English for who reads another variety of a built-in language.
                let base = built_in.find(tag.as_bytes(), |_| true).unwrap_or(&built_in.default);
                known.push(Language { own, ..Language::new(&tag, base.built_in) });
            }
        }
        inherit(&mut known);
        is_known(DEFAULT, &default, &known)?;
        if let Some(offer) = &offer {
            let mut seen = Vec::new();
            for (index, tag) in offer.iter().enumerate() {
                let at = format!("{OFFER}[{index}]");
                is_known(&at, tag, &known)?;
                distinct(&at, tag, &mut seen)?;
            }
            known.retain(|language| language.is(&default) || offer.iter().any(|tag| language.is(tag)));
        }
        at_most("languages", known.len())?;
        let mut languages = Languages { default: Language::default(), others: Vec::new() };
        for language in known {
            if language.is(&default) { languages.default = language } else { languages.others.push(language) }
        }
        Ok(languages)
    }
}

/// Gives each language the own texts of those that it belongs to, where it has none itself: `de-AT` those of `de`.
fn inherit(known: &mut [Language]) {
    for index in 0..known.len() {
        let mut own = known.get(index).map(|language| language.own.clone()).unwrap_or_default();
        let mut tag = known.get(index).map(|language| language.tag.clone()).unwrap_or_default();
        while let Some(end) = tag.rfind('-') {
            tag.truncate(end);
            let parent = known.iter().find(|language| language.is(&tag)).map(|language| language.own.as_slice()).unwrap_or_default();
            own.extend(parent.iter().filter(|text| own.iter().all(|known| known.0 != text.0)).cloned().collect::<Vec<_>>());
        }
        if let Some(language) = known.get_mut(index) {
            language.own = own;
        }
    }
}

impl Language {
    fn is(&self, tag: &str) -> bool {
        self.tag.eq_ignore_ascii_case(tag)
    }
}

fn at_most(at: &str, languages: usize) -> Result<(), ConfigError> {
    if languages > MAX_LANGUAGES {
        let problem =
            format!("has {languages} languages: at most {MAX_LANGUAGES} are allowed, leave some out, the built-in ones by `{OFFER}`");
        return Err(ConfigError::at(at, problem));
    }
    Ok(())
}

fn well_formed(at: &str, tag: &str) -> Result<(), ConfigError> {
    if tag.len() > MAX_TAG || !lookup::is_tag(tag.as_bytes()) {
        let problem = "is not a language tag: write letters and digits with hyphens between, for example de, pt-BR or zh-Hant";
        return Err(ConfigError::of(at, tag, problem));
    }
    Ok(())
}

fn is_known(at: &str, tag: &str, known: &[Language]) -> Result<(), ConfigError> {
    well_formed(at, tag)?;
    if !known.iter().any(|language| language.is(tag)) {
        let tags: Vec<&str> = known.iter().map(Language::tag).collect();
        let problem = format!("is not built in and has no texts: write one of {}, or its texts into `{TEXTS}.{tag}`", tags.join(", "));
        return Err(ConfigError::of(at, tag, problem));
    }
    Ok(())
}

/// Refuses a tag that was seen, in whatever case.
fn distinct(at: &str, tag: &str, seen: &mut Vec<String>) -> Result<(), ConfigError> {
    let tag_in_one_case = tag.to_ascii_lowercase();
    if seen.contains(&tag_in_one_case) {
        return Err(ConfigError::of(at, tag, "stands here twice: keep one of the two"));
    }
    seen.push(tag_in_one_case);
    Ok(())
}

fn own_texts(at: &str, texts: Vec<(String, String)>) -> Result<Vec<(usize, String)>, ConfigError> {
    let mut own = Vec::new();
    for (name, text) in texts {
        let Some(place) = NAMES.iter().position(|known| *known == name) else {
            let problem = format!(
                "is not the name of a text: write for example `unavailable`, `unavailable_title` or `try_again`{}",
                did_you_mean(&name, &NAMES)
            );
            return Err(ConfigError::of(at, name, problem));
        };
        let problem = if text.trim().is_empty() {
            "is empty: leave it out for the built-in text"
        } else if text.chars().count() > MAX_TEXT {
            "is longer than 300 characters: write a shorter text"
        } else if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
            "has control characters or line breaks: remove them"
        } else if place == Text::WaitFor as usize && !text.contains("{time}") {
            "does not say when: write {time} where the time shall stand"
        } else {
            own.push((place, text));
            continue;
        };
        return Err(ConfigError::of(format!("{at}.{name}"), text, problem));
    }
    Ok(own)
}

const DEFAULT: &str = "languages.default";
const OFFER: &str = "languages.offer";
const TEXTS: &str = "languages.texts";

/// More than anybody has texts for, few enough to look at for each range.
const MAX_LANGUAGES: usize = 40;
/// What BCP 47 recommends to have room for (RFC 5646 §4.4.1).
const MAX_TAG: usize = 35;
const MAX_TEXT: usize = 300;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn compile(json: &str) -> Result<Languages, ConfigError> {
        Languages::compile(config::parse(&format!("{{\"languages\":{json}}}"))?.languages)
    }

    fn tags(languages: &Languages) -> String {
        languages.all().map(Language::tag).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_region_has_the_own_texts_of_its_language() {
        let json = r#"{"texts":{"de-AT":{"try_again":"Y"},"de":{"unexpected":"A","try_again":"X"},"fi":{"unexpected":"B"},"fi-SE":{"try_again":"Z"}}}"#;
        let languages = compile(json).unwrap();
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        for (tag, message, again) in [("de-AT", "A", "Y"), ("de", "A", "X"), ("fi-SE", "B", "Z"), ("fi", "B", "Try again")] {
            let language = languages.all().find(|language| language.tag() == tag).unwrap();
            assert_eq!((language.message(status), language.text(Text::TryAgain)), (message, again), "{tag}");
        }
    }

    #[test]
    fn what_is_on_offer() {
        let all = tags(&Languages::default());
        let others = all.strip_prefix("en ").unwrap();
        let rest = |tag: &str| format!("{tag} {}", all.replace(&format!(" {tag} "), " "));
        #[rustfmt::skip]
        let rows = [
            ("{}", all.clone()),
            (r#"{"default":"de"}"#, rest("de")),
            (r#"{"default":"DE","offer":["FR"]}"#, "de fr".to_owned()),
            (r#"{"offer":[]}"#, "en".to_owned()),
            (r#"{"offer":["de"]}"#, "en de".to_owned()),
            (r#"{"offer":["de","en","fr"]}"#, "en de fr".to_owned()),
            (r#"{"texts":{"de":{"error":"x"}}}"#, all.clone()),
            (r#"{"texts":{"de":{}}}"#, all.clone()),
            (r#"{"texts":{"fi":{"error":"x"}}}"#, format!("{all} fi")),
            (r#"{"default":"fi","texts":{"fi":{"error":"x"}}}"#, format!("fi en {others}")),
            (r#"{"offer":["pt-PT","fi"],"texts":{"fi":{"error":"x"},"pt-PT":{"error":"x"},"et":{"error":"x"}}}"#, "en fi pt-PT".to_owned()),
        ];
        for (json, expected) in rows {
            assert_eq!(tags(&compile(json).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn own_texts_go_before_built_in_ones() {
        let json = r#"{"texts":{
            "de":{"unavailable":"Gleich zurück","unavailable_title":"Pause","try_again":"Neu laden"},
            "en":{"bad_request":"No"}, "fi":{"unexpected":"Virhe","wait_for":"Odota {time}."}, "pt-PT":{"copy":"x"}, "ar-Latn":{"copy":"x"}, "ur":{"copy":"x"}
        }}"#;
        let languages = compile(json).unwrap();
        let language = |tag: &str| languages.all().find(|language| language.tag == tag).unwrap();
        let status = |code: u16| StatusCode::from_u16(code).unwrap();
        let (de, en, fi, pt, ur) = (language("de"), language("en"), language("fi"), language("pt-PT"), language("ur"));
        let rows = [
            ("the operator's", de.message(status(503)), "Gleich zurück"),
            ("the operator's title", de.title(status(503)), "Pause"),
            ("the operator's text", de.text(Text::TryAgain), "Neu laden"),
            ("the built-in", de.text(Text::Copy), "Kopieren"),
            ("the built-in message", de.message(status(599)), "Ein unerwarteter Fehler ist aufgetreten"),
            ("a kind in English", en.message(status(400)), "No"),
            ("another status of the kind", en.message(status(416)), "No"),
            ("the title stays", en.title(status(416)), "Range Not Satisfiable"),
            ("another kind in English", en.message(status(404)), "What you asked for could not be found"),
            ("a new language", fi.message(status(500)), "Virhe"),
            ("what it lacks", fi.message(status(502)), "The service is unreachable right now"),
            ("what it lacks of the page", fi.text(Text::Copy), "Copy"),
            ("a time", fi.text(Text::WaitFor), "Odota {time}."),
            ("a variety", pt.text(Text::Copied), "Copiado"),
            ("a new language from right to left", ur.text(Text::Copied), "Copied"),
        ];
        for (name, text, expected) in rows {
            assert_eq!(text, expected, "{name}");
        }
        assert!(ur.is_right_to_left() && !language("ar-Latn").is_right_to_left() && !fi.is_right_to_left());
    }

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        let tag = "is not a language tag: write letters and digits with hyphens between, for example de, pt-BR or zh-Hant";
        let unknown = |tag: &str, known: &str| {
            format!("is not built in and has no texts: write one of {known}, or its texts into `languages.texts.{tag}`")
        };
        let name = "is not the name of a text: write for example `unavailable`, `unavailable_title` or `try_again`";
        let empty = "is empty: leave it out for the built-in text";
        let control = "has control characters or line breaks: remove them";
        let all = tags(&Languages::default()).replace(' ', ", ");
        let long = "x".repeat(301);
        let many = |range: std::ops::Range<u8>| {
            range
                .map(|n| format!(r#""x{}{}":{{"error":"x"}}"#, char::from(b'a' + n / 26), char::from(b'a' + n % 26)))
                .collect::<Vec<_>>()
                .join(",")
        };
        let fix = "at most 40 are allowed, leave some out, the built-in ones by `languages.offer`";
        #[rustfmt::skip]
        let rows = [
            ("default no tag", r#"{"default":"en_US"}"#.to_owned(), format!(r#"languages.default: "en_US" {tag}"#)),
            ("default empty", r#"{"default":""}"#.to_owned(), format!(r#"languages.default: "" {tag}"#)),
            ("default unknown", r#"{"default":"fi"}"#.to_owned(), format!(r#"languages.default: "fi" {}"#, unknown("fi", &all))),
            ("offer no tag", r#"{"offer":["en","de-"]}"#.to_owned(), format!(r#"languages.offer[1]: "de-" {tag}"#)),
            ("offer anything", r#"{"offer":["*"]}"#.to_owned(), format!(r#"languages.offer[0]: "*" {tag}"#)),
            ("offer unknown", r#"{"offer":["de-AT"]}"#.to_owned(), format!(r#"languages.offer[0]: "de-AT" {}"#, unknown("de-AT", &all))),
            ("offer twice", r#"{"offer":["de","en","DE"]}"#.to_owned(), r#"languages.offer[2]: "DE" stands here twice: keep one of the two"#.to_owned()),
            ("offer too many", format!(r#"{{"offer":[{}"de"]}}"#, r#""de","#.repeat(40)), format!("languages.offer: has 41 languages: {fix}")),
            ("texts no tag", r#"{"texts":{"d e":{}}}"#.to_owned(), format!(r#"languages.texts: "d e" {tag}"#)),
            ("texts long tag", format!(r#"{{"texts":{{"de{}":{{}}}}}}"#, "-abcdefg".repeat(5)), format!(r#"languages.texts: "de{}" {tag}"#, "-abcdefg".repeat(5))),
            ("texts twice", r#"{"texts":{"de":{},"De":{}}}"#.to_owned(), r#"languages.texts: "De" stands here twice: keep one of the two"#.to_owned()),
            ("no texts", r#"{"texts":{"fi":{}}}"#.to_owned(), r#"languages.texts.fi: is not built in and has no text: write its texts, for example {"try_again": "…"}"#.to_owned()),
            ("too many texts", format!(r#"{{"texts":{{{}}}}}"#, many(0..41)), format!("languages.texts: has 41 languages: {fix}")),
            ("too many with the built-in ones", format!(r#"{{"texts":{{{}}}}}"#, many(0..40)), format!("languages: has {} languages: {fix}", all.split(' ').count() + 40)),
            ("unknown name", r#"{"texts":{"de":{"unavailble":"x"}}}"#.to_owned(), format!(r#"languages.texts.de: "unavailble" {name} (did you mean `unavailable`?)"#)),
            ("unknown name, far from all", r#"{"texts":{"de":{"503":"x"}}}"#.to_owned(), format!(r#"languages.texts.de: "503" {name}"#)),
            ("empty", r#"{"texts":{"de":{"error":" "}}}"#.to_owned(), format!(r#"languages.texts.de.error: " " {empty}"#)),
            ("too long", format!(r#"{{"texts":{{"de":{{"error":"{long}"}}}}}}"#), format!(r#"languages.texts.de.error: "{}…" is longer than 300 characters: write a shorter text"#, "x".repeat(60))),
            ("a line break", r#"{"texts":{"de":{"error":"a\nb"}}}"#.to_owned(), format!(r#"languages.texts.de.error: "a\nb" {control}"#)),
            ("a zero", r#"{"texts":{"de":{"error":"a\u0000b"}}}"#.to_owned(), format!(r#"languages.texts.de.error: "a\u0000b" {control}"#)),
            ("a change of direction", r#"{"texts":{"de":{"error":"a\u202eb"}}}"#.to_owned(), format!(r#"languages.texts.de.error: "a\u202eb" {control}"#)),
            ("a time without a time", r#"{"texts":{"de":{"wait_for":"Später"}}}"#.to_owned(), r#"languages.texts.de.wait_for: "Später" does not say when: write {time} where the time shall stand"#.to_owned()),
        ];
        for (name, json, expected) in rows {
            let refusal =
                compile(&json).map(|languages| format!("accepted: {}", tags(&languages))).unwrap_or_else(|error| error.to_string());
            assert_eq!(refusal, expected, "{name}");
        }
        assert_eq!(tags(&compile(&format!(r#"{{"offer":["xaa"],"texts":{{{}}}}}"#, many(0..40))).unwrap()), "en xaa");
        compile(&format!(r#"{{"texts":{{"de":{{"error":"{}"}}}}}}"#, "ä".repeat(300))).unwrap();
    }
}
