//! What every built-in language promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use super::*;
use crate::config::Level;
use crate::detect::{Detectors, Terms};
use crate::{End, Exchange, Origin, Payload, Plan, Policy, RequestHead, ResponseHead, Seed, Verdict};
use std::sync::Arc;

/// Whether a text of the language has nothing but its letters.
fn fits(tag: &str, letter: char) -> bool {
    match tag {
        "ar" => matches!(letter, '\u{600}'..='\u{6ff}'),
        "he" => matches!(letter, '\u{590}'..='\u{5ff}'),
        "ru" | "uk" => matches!(letter, '\u{400}'..='\u{4ff}' | '\u{2bc}'),
        "ja" => matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '々'),
        "ko" => matches!(letter, '\u{ac00}'..='\u{d7a3}'),
        "zh" | "zh-Hant" => matches!(letter, '\u{4e00}'..='\u{9fff}'),
        _ => matches!(letter, 'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{17f}'),
    }
}

#[test]
fn names_are_in_the_order_of_texts() {
    let rows = [
        (Text::Error, "error"),
        (Text::WhatToDo, "what_to_do"),
        (Text::Wait, "wait"),
        (Text::WaitFor, "wait_for"),
        (Text::CheckAddress, "check_address"),
        (Text::QuoteId, "quote_id"),
        (Text::AdviceUnavailable, "advice_unavailable"),
        (Text::AdviceTimeout, "advice_timeout"),
        (Text::RequestId, "request_id"),
        (Text::Time, "time"),
        (Text::Copy, "copy"),
        (Text::Copied, "copied"),
        (Text::TryAgain, "try_again"),
        (Text::GetHelp, "get_help"),
        (Text::Seconds, "seconds"),
        (Text::Minutes, "minutes"),
        (Text::Hours, "hours"),
    ];
    assert_eq!(rows.len(), PAGE_TEXTS);
    for (place, (text, name)) in rows.into_iter().enumerate() {
        assert_eq!((text as usize, NAMES[place]), (place, name));
    }
    for pair in NAMES[PAGE_TEXTS..].chunks(2) {
        assert_eq!(pair[0], format!("{}_title", pair[1]));
    }
    let kinds = [
        (&[400, 402, 406, 418, 422, 428, 499][..], "bad_request"),
        (&[401, 407, 511], "sign_in"),
        (&[403, 451], "forbidden"),
        (&[404, 410], "not_found"),
        (&[405], "method"),
        (&[408], "request_timeout"),
        (&[409, 412, 423], "conflict"),
        (&[413, 414, 431], "too_large"),
        (&[429], "too_many"),
        (&[500, 501, 505, 507, 508, 599, 200, 700], "unexpected"),
        (&[502], "bad_gateway"),
        (&[503], "unavailable"),
        (&[504], "gateway_timeout"),
    ];
    for (codes, name) in kinds {
        for code in codes {
            assert_eq!(NAMES[title_of(StatusCode::from_u16(*code).unwrap()) + 1], name, "{code}");
        }
    }
}

#[test]
fn every_text_is_there_in_its_script() {
    let languages = Languages::default();
    assert!(languages.all().count() >= 19);
    for language in languages.all() {
        let tag = language.tag();
        let count = if tag == "en" { PAGE_TEXTS } else { NAMES.len() };
        let texts: Vec<&str> = language.built_in.split_terminator('\0').collect();
        assert_eq!(texts.len(), count, "{tag}");
        for (name, text) in NAMES.iter().zip(texts) {
            let what = format!("{tag}: {name}: {text}");
            assert!(!text.is_empty() && text.trim() == text && text.chars().count() < 120, "{what}");
            assert_eq!(text.matches("{time}").count(), usize::from(*name == "wait_for"), "{what}");
            assert!(!text.contains(['\'', '"', '<', '>', '&', '%', '\t', '\n']) && !text.contains("  ") && !text.contains("..."), "{what}");
            assert!(!text.chars().any(char::is_control), "{what}");
            // Before these, French has a space that does not break.
            assert!(tag != "fr" || !text.contains([':', ';', '!', '?', '«', '»']), "{what}");
            // IDs and units are written in Latin letters almost everywhere.
            let own = text.replace("{time}", "").replace("ID", "");
            let unit = matches!(*name, "seconds" | "minutes" | "hours");
            assert!(own.chars().filter(|c| c.is_alphabetic()).all(|letter| fits(tag, letter)), "{what}");
            assert!(text.chars().any(|letter| fits(tag, letter)), "{what}");
            assert!(!unit || !text.contains(char::is_whitespace) && text.chars().count() <= 4, "{what}");
            let is_sentence = matches!(*name, "wait" | "wait_for" | "check_address" | "quote_id" | "advice_unavailable" | "advice_timeout");
            assert_eq!(text.ends_with(language.full_stop()), is_sentence, "{what}");
            assert!(!text.ends_with(['!', '?', '…', ':', '،', '、']), "{what}");
        }
    }
}

#[test]
fn every_status_has_title_and_message() {
    for language in Languages::default().all() {
        for code in 400..600 {
            let status = StatusCode::from_u16(code).unwrap();
            let (title, message) = (language.title(status), language.message(status));
            assert!(!title.is_empty() && !message.is_empty() && title != message, "{} {code}", language.tag());
            // English says it of each status.
            assert_eq!(message == page::message(status), language.tag() == "en", "{} {code}", language.tag());
        }
    }
}

#[test]
fn texts_that_differ_in_meaning_differ() {
    for language in Languages::default().all() {
        let texts: Vec<&str> = language.built_in.split_terminator('\0').collect();
        for (at, text) in texts.iter().enumerate() {
            // A page may say of a button or a title what a title says elsewhere, but the messages and the advice are all different.
            let again = texts.iter().position(|other| other == text).unwrap();
            assert_eq!(again, at, "{}: {} and {}: {text}", language.tag(), NAMES[again], NAMES[at]);
        }
    }
}

#[test]
fn the_texts_are_small() {
    let bytes: usize = Languages::default().all().map(|language| language.built_in.len()).sum();
    assert!(bytes <= 32 * 1024, "{bytes} bytes");
}

#[test]
fn the_two_scripts_of_chinese_are_not_mixed() {
    let text = |tag: &str| Languages::default().all().find(|language| language.tag == tag).unwrap().built_in;
    let pairs = "请請 无無 务務 时時 应應 误誤 错錯 间間 复復 复複 获獲 钟鐘 发發 现現 问問 题題 开開 维維 护護 载載 过過 当當 内內 \
                 许許 权權 达達 与與 连連 暂暫 响響 队隊 这這 样樣 执執 处處 检檢 输輸 须須 数數 页頁 网網 给給 将將 续續";
    for pair in pairs.split(' ') {
        let (simplified, traditional) = (pair.chars().next().unwrap(), pair.chars().nth(1).unwrap());
        assert!(!text("zh").contains(traditional) && !text("zh-Hant").contains(simplified), "{simplified} {traditional}");
    }
}

#[test]
fn a_sentence_ends_once() {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let sentence = |tag: &str, own: Option<&str>| {
        let mut language = Languages::default().all().find(|language| language.tag == tag).unwrap().clone();
        language.own.extend(own.map(|own| (title_of(status) + 1, own.to_owned())));
        language.sentence(status)
    };
    let rows = [
        ("en", None, "The service is temporarily unavailable."),
        ("ja", None, "サービスは一時的に利用できません。"),
        ("zh-Hant", None, "服務暫時無法使用。"),
        ("en", Some("Back soon"), "Back soon."),
        ("en", Some("Back soon."), "Back soon."),
        ("en", Some("Back soon!"), "Back soon!"),
        ("zh", Some("马上回来。"), "马上回来。"),
    ];
    for (tag, own, expected) in rows {
        assert_eq!(sentence(tag, own), expected);
    }
}

/// What we say must not look like a leak to us: an upstream may be another Backstop.
#[test]
fn what_we_say_is_released() {
    let detectors = Detectors::new(Level::Strict, Vec::new(), Vec::new(), Terms::default());
    let policies = ["relaxed", "standard", "strict"].map(|level| {
        Arc::new(
            Policy::from_json(&format!(r#"{{"rules":[{{"match":{{}},"action":"sanitize"}}],"inspect":{{"level":"{level}"}}}}"#)).unwrap(),
        )
    });
    for language in Languages::default().all() {
        let mut page = String::new();
        for (name, text) in NAMES.iter().zip(language.built_in.split_terminator('\0')) {
            assert_eq!(detectors.scan(text.as_bytes()), [], "{} {name}: {text}", language.tag());
            page.push_str(&format!("<p>{text}</p>\n"));
        }
        assert_eq!(detectors.scan(page.as_bytes()), [], "{}", language.tag());
        for code in 400..600 {
            let status = StatusCode::from_u16(code).unwrap();
            let (title, message) = (language.title(status), language.message(status));
            let json = serde_json::json!({"error": title, "message": message, "requestId": "550e8400-e29b-41d4-a716-446655440000"});
            let text = format!("{code} {title}\n{}\n", language.sentence(status));
            for policy in &policies {
                assert!(is_released(policy, status, &json.to_string()), "{}: {json}", language.tag());
            }
            for policy in &policies[..2] {
                assert!(is_released(policy, status, &text), "{}: {text}", language.tag());
            }
        }
    }
    assert!(!is_released(&policies[1], StatusCode::BAD_GATEWAY, "at com.acme.Shop.cart(Shop.java:41)"));
}

fn is_released(policy: &Arc<Policy>, status: StatusCode, body: &str) -> bool {
    let request = RequestHead {
        method: http::Method::GET,
        host: "shop.example".into(),
        path: "/".into(),
        headers: http::HeaderMap::new(),
        correlation_id: None,
    };
    let mut exchange = Exchange::new(Arc::clone(policy), request, Seed { unix_millis: 0, random: [7; 16] });
    let head = ResponseHead { status, headers: http::HeaderMap::new(), body: Payload::AsSent, origin: Origin::Upstream, detail: None };
    assert_eq!(exchange.on_response(&head), Plan::Hold);
    let _ = exchange.on_body(body.as_bytes());
    matches!(exchange.finish(End::Complete, 0).verdict, Verdict::Release(_))
}
