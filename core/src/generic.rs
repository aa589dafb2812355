//! The allow-list of the level `strict`: what an error for clients looks like. Anything else cannot be told from a leak.
//!
//! A generic error is a small JSON object (or problem document) of known members with short words in them, or one short sentence of
//! text. HTML never is: a page has too many places to look generic.

use crate::json::Json;

/// Whether a whole decoded body is a generic error.
pub(crate) fn is_generic(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    if body.len() > MAX_BODY {
        return false;
    }
    if body.is_empty() {
        return true;
    }
    let Ok(text) = std::str::from_utf8(body) else { return false };
    if text.starts_with('{') {
        return serde_json::from_str::<Json>(text).is_ok_and(|value| is_generic_object(&value, MAX_DEPTH));
    }
    is_words(text)
}

fn is_generic_object(value: &Json, depth: usize) -> bool {
    let Json::Object(members) = value else { return false };
    let Some(inner) = depth.checked_sub(1) else { return false };
    members.iter().all(|(name, value)| is_known(name) && is_generic_value(name, value, inner))
}

fn is_generic_value(name: &str, value: &Json, depth: usize) -> bool {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::OtherNumber(_) => true,
        Json::Text(text) if HOLDERS.iter().any(|known| name.eq_ignore_ascii_case(known)) => text.is_empty(),
        Json::Text(text) if MACHINE.iter().any(|known| name.eq_ignore_ascii_case(known)) => is_token(text),
        Json::Text(text) => is_words(text),
        Json::Object(_) => is_generic_object(value, depth),
        Json::List(items) => items.len() <= MAX_ITEMS && items.iter().all(|item| is_generic_object(item, depth)),
    }
}

fn is_known(name: &str) -> bool {
    WORDS.iter().chain(MACHINE).chain(HOLDERS).any(|known| name.eq_ignore_ascii_case(known))
}

/// One sentence or two: words in any script and plain punctuation. No path, no markup, no code. Or one word as `payment_failed`.
fn is_words(text: &str) -> bool {
    let one = !text.contains(' ');
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || one && c == '_' || matches!(c, ' ' | '.' | ',' | '!' | '?' | '\'' | '-' | ':' | ';' | '’' | '…' | '%')
    };
    let sentence = |c: char| plain(c) || !c.is_ascii() && !c.is_control();
    // Two colons or a dot inside a word are what names of programs look like.
    let named = text.contains("::") || text.split(' ').any(|word| word.trim_end_matches('.').contains('.'));
    text.chars().count() <= MAX_TEXT && text.chars().all(sentence) && !named
}

/// An ID, a code, a time, a URL: one word.
fn is_token(text: &str) -> bool {
    text.len() <= MAX_TEXT && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=@~?&#%".contains(&byte))
}

/// An error of this size says what it has to say.
const MAX_BODY: usize = 2048;
const MAX_TEXT: usize = 200;
/// `{"error":{"errors":[{…}]}}`
const MAX_DEPTH: usize = 4;
const MAX_ITEMS: usize = 16;

/// Members whose text is for people.
const WORDS: &[&str] = &[
    "error",
    "errors",
    "message",
    "msg",
    "title",
    "detail",
    "reason",
    "description",
    "error_description",
    "userMessage",
    "user_message",
    "hint",
    "help",
];

/// Members whose text is for programs.
const MACHINE: &[&str] = &[
    "code",
    "errorCode",
    "error_code",
    "status",
    "statusCode",
    "status_code",
    "type",
    "instance",
    "requestId",
    "request_id",
    "correlationId",
    "correlation_id",
    "traceId",
    "trace_id",
    "id",
    "timestamp",
    "time",
    "date",
    "path",
    "retryAfter",
    "retry_after",
    "success",
    "ok",
    "documentation_url",
    "support_url",
    "error_uri",
    "href",
    "version",
    "locale",
    "lang",
];

/// Members that hold others, and say nothing themselves.
const HOLDERS: &[&str] = &["data", "meta", "links"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generic() {
        let rows = [
            ("", true),
            ("{}", true),
            ("Internal Server Error", true),
            ("Une erreur est survenue. Réessayez plus tard.", true),
            ("エラーが発生しました。", true),
            (
                r#"{"error":"Internal Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#,
                true,
            ),
            (
                r#"{"type":"https://shop.example/probs/out","title":"Out of stock","status":503,"detail":"Try again in 5 minutes.","instance":"/orders/3"}"#,
                true,
            ),
            (r#"{"error":"payment_failed"}"#, true),
            (r#"{"error":"x","data":"c2VjcmV0IHRoYXQgbm9ib2R5IG1heSBzZWU="}"#, false),
            (r#"{"message":"the table users_2 is locked"}"#, false),
            (r#"{"errors":[{"code":"E42","message":"No."}],"data":null}"#, true),
            (r#"{"error":"Internal Server Error","stack":"x"}"#, false),
            (r#"{"message":"users.id is unknown"}"#, false),
            (r#"{"message":"open /etc/passwd"}"#, false),
            (r#"{"message":{"message":{"message":{"message":{"message":"x"}}}}}"#, false),
            (r#"{"message":["a"]}"#, false),
            (r#"{"message":"open /etc/passwd","message":"No."}"#, false),
            (r#"{"message":"a"} {"#, false),
            (r#"[{"message":"a"}]"#, false),
            ("<h1>Error</h1>", false),
            ("NullPointerException at Cart::total", false),
            ("line one\nline two", false),
        ];
        for (body, generic) in rows {
            assert_eq!(is_generic(body.as_bytes()), generic, "{body}");
        }
        assert!(!is_generic("word ".repeat(60).as_bytes()), "too long a text");
        assert!(!is_generic(format!(r#"{{"message":"{}"}}"#, "a".repeat(3000)).as_bytes()), "too long a body");
        assert!(!is_generic(b"\xff\xfe"), "no UTF-8");
    }
}
