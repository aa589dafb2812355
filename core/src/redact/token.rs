//! Secrets that are known by their own shape.

use super::Hidden;
use super::text::{Cursor, is_hex, run, skip, starts_with_ignoring_case, take, window};

/// The content of a PEM private key, to its end or to the end of the text.
pub(super) fn private_key(rest: &str) -> Option<Hidden> {
    let label = rest.strip_prefix("-----BEGIN ")?;
    let label = take(label, window(label, MAX_PEM_LABEL).find("-----")?);
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let keep = "-----BEGIN -----".len().saturating_add(label.len());
    let content = skip(rest, keep);
    Hidden::new(keep, content.find("-----END").unwrap_or(content.len()))
}

/// The password of `scheme://user:password@host`, slashes escaped or not; without a colon the user, where it looks random.
pub(super) fn userinfo(rest: &str) -> Option<Hidden> {
    let mut cursor = Cursor::new(rest);
    let scheme = cursor.eat_run(MAX_SCHEME, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'));
    if scheme.is_empty() || !cursor.eat_any(&["://", ":\\/\\/"]) {
        return None;
    }
    let start = cursor.offset();
    let url = run(cursor.rest, MAX_URL, |c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<' | '>' | '`'));
    let is_cut = url.len() == cursor.rest.len();
    let authority = run(url, MAX_URL, |c| !matches!(c, '/' | '?' | '#' | '\\'));
    let after_colon = authority.split_once(':').map_or("", |(_, after)| after);
    let may_go_on = authority.len() == cursor.rest.len() && !scheme.starts_with("http");
    let is_port = after_colon.len() <= 5 && after_colon.bytes().all(|byte| byte.is_ascii_digit()) && !may_go_on;
    let info = match (authority.rfind('@'), url.rfind('@')) {
        (Some(end), _) => take(authority, end),
        (None, _) if after_colon.is_empty() || is_port || authority.starts_with('[') => return None,
        // A slash in the password.
        (None, Some(end)) => take(url, end),
        (None, None) if is_cut => url,
        (None, None) => return None,
    };
    match info.split_once(':') {
        Some((user, password)) => Hidden::new(start.saturating_add(user.len()).saturating_add(1), password.len()),
        None if looks_random(info) => Hidden::new(start, info.len()),
        None => None,
    }
}

/// A token that its issuer marks with a prefix, a JWT, an AWS access key ID, the secret path of a webhook.
pub(super) fn known_prefix(rest: &str) -> Option<Hidden> {
    for prefix in WEBHOOKS {
        if let Some(path) = rest.strip_prefix(prefix) {
            return Hidden::new(prefix.len(), run(path, MAX_URL, |c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<')).len());
        }
    }
    let (token, is_long) = issued(rest)?;
    let is_cut = token.len() == rest.len();
    if is_long || is_cut { Hidden::new(0, token.len()) } else { None }
}

/// A token with an issuer's prefix, and whether it is long enough to be one.
fn issued(text: &str) -> Option<(&str, bool)> {
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(text.len());
    let token = take(text, end).trim_end_matches('.');
    Some((token, token.len() >= prefix.len().saturating_add(*least)))
}

/// Whether a text has an AWS access key ID.
pub(super) fn has_aws_key_id(text: &str) -> bool {
    AWS_KEY_IDS.iter().any(|prefix| {
        text.match_indices(prefix).any(|(at, _)| {
            let id = run(skip(text, at), 20, |c| c.is_ascii_uppercase() || c.is_ascii_digit());
            id.len() == 20
        })
    })
}

/// An AWS secret access key, 40 characters of mixed base64, in a text that has an access key ID.
pub(super) fn aws_secret(rest: &str, aws: bool) -> Option<Hidden> {
    if !aws {
        return None;
    }
    let key = run(rest, 64, |c| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '='));
    let has = |kind: fn(&u8) -> bool| key.bytes().any(|byte| kind(&byte));
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let is_cut = key.len() == rest.len() && key.len() >= 4;
    // 38, as one or two signs before the first letter or digit are not part of the word.
    let is_whole = (38..=40).contains(&key.len()) && has(u8::is_ascii_digit);
    if is_mixed && (is_whole || is_cut) { Hidden::new(0, key.len()) } else { None }
}

/// The credentials behind `Bearer` or `Basic`.
pub(super) fn authorization(rest: &str) -> Option<Hidden> {
    let scheme = ["bearer", "basic"].into_iter().find(|scheme| starts_with_ignoring_case(rest, scheme))?;
    let mut cursor = Cursor::new(skip(rest, scheme.len()));
    if cursor.blanks() == 0 && !cursor.eat_any(&["%20", "+"]) {
        return None;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=' | '%' | ':');
    let value = cursor.rest.find(|c| !fits(c)).map_or(cursor.rest, |end| take(cursor.rest, end));
    let is_cut = value.len() == cursor.rest.len();
    let is_word = value.len() < 24 && value.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || b".:-".contains(&byte));
    let is_prose = if scheme == "basic" { is_word } else { is_word && AFTER_BEARER.contains(&value.trim_end_matches(['.', ':'])) };
    if (is_prose && !is_cut) || starts_with_ignoring_case(value, "realm=") {
        return None;
    }
    Hidden::new(scheme.len().saturating_add(cursor.offset()), value.len())
}

/// The part before the @ of a mail address.
pub(super) fn mail_address(rest: &str) -> Option<Hidden> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '\'') || (!c.is_ascii() && c.is_alphanumeric());
    let local = run(rest, MAX_LOCAL, fits);
    let mut cursor = Cursor::new(skip(rest, local.len()));
    if local.is_empty() || !cursor.eat_any(&["@", "%40", "&#64;", "\\u0040"]) {
        return None;
    }
    let domain = run(cursor.rest, MAX_DOMAIN, |c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    let is_cut = domain.len() == cursor.rest.len();
    let labels = || domain.trim_end_matches(['.', '-']).split('.');
    let is_name = |label: &str| label.chars().count() >= 2 && label.chars().all(char::is_alphabetic) || label.starts_with("xn--");
    // `gin@v1.9.1.x` and `java.base@17.0.2` are versions.
    let is_version = labels().take(2).all(|label| label.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit()));
    let is_domain = labels().count() >= 2 && labels().next_back().is_some_and(is_name);
    if !is_version && is_domain || is_cut && (domain.is_empty() || !is_version) { Hidden::new(0, local.len()) } else { None }
}

/// A payment card number: 13 to 19 digits, in groups or not, of a known range, with a right check digit (ISO/IEC 7812).
/// At the end of the text nine digits are enough, the rest may be cut off.
pub(super) fn card_number(before: &str, rest: &str) -> Option<Hidden> {
    let first = take(rest, 2);
    let is_range = matches!(first.as_bytes(), [b'3'..=b'6', _] | [b'2', b'2'..=b'7']);
    if !is_range || before.ends_with('.') {
        return None;
    }
    let mut cursor = Cursor::new(rest);
    let mut digits = String::new();
    let mut separator = None;
    let mut found = None;
    loop {
        let group = cursor.eat_run(MAX_CARD.saturating_add(1), |c| c.is_ascii_digit());
        digits.push_str(group);
        let mut following = cursor.rest.chars();
        let next = following.next();
        let after = following.next();
        let goes_on = after.is_some_and(|c| c.is_ascii_digit());
        let is_word = next.is_some_and(|c| c.is_ascii_alphabetic()) || (next == Some('.') && goes_on);
        if group.is_empty() || digits.len() > MAX_CARD || is_word {
            break;
        }
        let is_part = separator == Some('-') && next == separator && goes_on;
        let is_cut = next.is_none() && digits.len() >= 9;
        if is_cut || (digits.len() >= 13 && has_check_digit(&digits) && !is_part) {
            found = Some(cursor.offset());
        }
        let joins = matches!(next, Some(' ' | '-')) && (separator.is_none() || next == separator);
        if !joins || group.len() < 3 || (next == Some('-') && before.ends_with('-')) {
            break;
        }
        separator = next;
        cursor.advance(1);
        // `4111 1111 1` and nothing more.
        if cursor.rest.is_empty() && digits.len() >= 9 {
            found = Some(cursor.offset());
        }
    }
    found.and_then(|end| Hidden::new(0, end))
}

/// Whether a word looks drawn at random: a JWT or another known token, 32 hex digits, or 32 characters of base64 with
/// letters and digits mixed in one run of 16. Words joined by dashes, and UUIDs, do not.
pub(super) fn looks_random(word: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '=' | '~' | '.' | '%');
    let is_mixed = |run: &str| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        run.len() >= 16 && digits >= 2 && run.len().saturating_sub(digits) >= 2
    };
    let is_long = word.len() >= 32 && word.chars().all(is_base64);
    let has_random_run =
        || word.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| is_mixed(run) || run.len() >= 32 && is_hex(run, run.len()));
    issued(word).is_some_and(|(_, is_long)| is_long) || is_long && has_random_run()
}

/// The Luhn sum.
fn has_check_digit(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0_u32, |sum, (index, digit)| {
        let digit = u32::from(digit.saturating_sub(b'0'));
        let doubled = digit.saturating_mul(2);
        sum.saturating_add(match (index & 1, doubled > 9) {
            (0, _) => digit,
            (_, true) => doubled.saturating_sub(9),
            (_, false) => doubled,
        })
    });
    sum.is_multiple_of(10)
}

/// What issuers put in front of their tokens, and the least length of what follows.
#[rustfmt::skip]
const PREFIXES: &[(&str, usize)] = &[
    // JSON Web Tokens, and other base64 of a JSON object
    ("eyJ", 15),
    // AWS
    ("AKIA", 16), ("ASIA", 16), ("ABIA", 16), ("ACCA", 16),
    // GitHub, GitLab
    ("ghp_", 16), ("gho_", 16), ("ghu_", 16), ("ghs_", 16), ("ghr_", 16), ("github_pat_", 16),
    ("glpat-", 16), ("glptt-", 16), ("gldt-", 16), ("glrt-", 16), ("glcbt-", 16), ("glsoat-", 16), ("glft-", 16), ("glimt-", 16), ("glagent-", 16),
    // Slack, Stripe
    ("xoxb-", 8), ("xoxp-", 8), ("xoxa-", 8), ("xoxr-", 8), ("xoxs-", 8), ("xoxe-", 8), ("xoxe.", 8), ("xoxc-", 8), ("xoxd-", 8), ("xapp-", 8),
    ("sk_live_", 8), ("sk_test_", 8), ("rk_live_", 8), ("rk_test_", 8), ("pk_live_", 8), ("pk_test_", 8), ("whsec_", 8),
    // Google
    ("AIza", 30), ("ya29.", 8), ("GOCSPX-", 16),
    // OpenAI, Anthropic, Hugging Face, Replicate, Groq
    ("sk-proj-", 16), ("sk-ant-", 16), ("sk-svcacct-", 16), ("sk-", 20), ("hf_", 20), ("r8_", 20), ("gsk_", 20),
    // Package registries
    ("npm_", 20), ("pypi-", 20), ("rubygems_", 20), ("dckr_pat_", 16),
    // Others
    ("dop_v1_", 20), ("doo_v1_", 20), ("shpat_", 16), ("shpss_", 16), ("shpca_", 16), ("shppa_", 16), ("SG.", 20), ("hvs.", 16), ("hvb.", 16),
    ("lin_api_", 16), ("figd_", 16), ("sntrys_", 16), ("sntryu_", 16), ("glsa_", 16), ("glc_", 20), ("PMAK-", 16), ("NRAK-", 16), ("ATATT3", 16),
    ("xkeysib-", 16), ("sbp_", 16), ("pscale_", 16), ("AGE-SECRET-KEY-", 16), ("dapi", 32),
];

const AWS_KEY_IDS: [&str; 4] = ["AKIA", "ASIA", "ABIA", "ACCA"];

/// Addresses whose path is a credential.
const WEBHOOKS: [&str; 5] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "api.telegram.org/bot",
];

/// Words that follow `Bearer` in a sentence.
const AFTER_BEARER: [&str; 14] = [
    "token",
    "tokens",
    "auth",
    "authentication",
    "authorization",
    "scheme",
    "realm",
    "credentials",
    "header",
    "format",
    "is",
    "was",
    "not",
    "or",
];

const MAX_PEM_LABEL: usize = 64;
const MAX_SCHEME: usize = 32;
const MAX_URL: usize = 1024;
/// RFC 5321 §4.5.3.1.
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 255;
const MAX_CARD: usize = 19;
