//! Secrets that are known by their own shape.

use super::text::{Cursor, NO_AT, Starts, is, is_hex, run, skip, slice, starts_with_any, starts_with_ignoring_case, take, window};
use super::{Hidden, Word};
use crate::issuer;

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

/// Looks for passwords in addresses.
pub(super) struct Addresses<'t> {
    text: &'t str,
    marks: Marks<'t>,
    /// Where the address ends that was read last.
    end: usize,
}

impl<'t> Addresses<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        let next = |text: &str| memchr::memchr_iter(b':', text.as_bytes()).find(|at| starts_with_any(skip(text, *at), &AUTHORITY));
        Addresses { text, marks: Marks::new(text, next, fits, MAX_SCHEME), end: 0 }
    }

    /// The password of `scheme://user:password@host`, slashes escaped or not; without a colon the user, where it looks random.
    pub(super) fn userinfo(&mut self, at: usize) -> Option<Hidden> {
        let mark = self.marks.next(at)?;
        let mut cursor = Cursor::new(skip(self.text, mark));
        cursor.eat_any(&AUTHORITY);
        let start = mark.saturating_add(cursor.offset());
        if self.end < start {
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`');
            self.end = cursor.rest.find(ends).map_or(self.text.len(), |end| start.saturating_add(end));
        }
        let url = window(slice(self.text, start, self.end), MAX_URL);
        let authority = take(url, url.find(['/', '?', '#', '\\']).unwrap_or(url.len()));
        let is_http = skip(self.text, at).starts_with("http");
        let may_go_on = authority.len() == cursor.rest.len() && !is_http;
        let Some((skipped, hide)) = password(url, authority, url.len() == cursor.rest.len(), may_go_on) else {
            // Only where the text is cut does it matter with which word the scheme begins.
            if authority.len() < cursor.rest.len() {
                self.marks.give_up();
            }
            return None;
        };
        Hidden::new(start.saturating_sub(at).saturating_add(skipped), hide)
    }
}

/// Where the password in an address without its scheme begins and how long it is.
fn password(url: &str, authority: &str, is_cut: bool, may_go_on: bool) -> Option<(usize, usize)> {
    let after_colon = authority.split_once(':').map_or("", |(_, after)| after);
    let is_port = after_colon.len() <= 5 && after_colon.bytes().all(|byte| byte.is_ascii_digit()) && !may_go_on;
    let last_at = |text: &str| USERINFO_ENDS.iter().filter_map(|sign| crate::find::rfind(text.as_bytes(), sign.as_bytes())).max();
    let info = match last_at(authority) {
        Some(end) => take(authority, end),
        None if after_colon.is_empty() || is_port || authority.starts_with('[') => return None,
        None => match last_at(url) {
            // A slash in the password.
            Some(end) => take(url, end),
            None if is_cut => url,
            None => return None,
        },
    };
    match info.split_once(':') {
        Some((user, password)) => Some((user.len().saturating_add(1), password.len())),
        None => looks_random(info).then_some((0, info.len())),
    }
}

/// A token that its issuer marks with a prefix, a JWT, an AWS access key ID, the secret path of a webhook.
pub(super) fn known_prefix(rest: &str) -> Option<Hidden> {
    if !STARTS.may_begin(rest.as_bytes()) {
        return None;
    }
    let prefix = issuer(rest)?;
    if prefix.contains('/') {
        let path = run(skip(rest, prefix.len()), MAX_URL, |c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<'));
        return Hidden::new(prefix.len(), path.len());
    }
    let (token, is_long) = issued(rest, prefix);
    let is_cut = token.len() == rest.len();
    if is_long || is_cut { Hidden::new(0, token.len()) } else { None }
}

/// The token of a Telegram bot in the path of an address, `bot7213808860:AAH1…`, which its clients quote when a request failed.
pub(super) fn bot(rest: &str) -> Option<Hidden> {
    let mut cursor = Cursor::new(rest);
    if !cursor.eat("bot") || cursor.eat_run(MAX_BOT_ID, |c| c.is_ascii_digit()).len() < 6 || !cursor.eat_any(&[":", "%3A", "%3a"]) {
        return None;
    }
    let token = run(cursor.rest, MAX_URL, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_cut = token.len() == cursor.rest.len();
    if token.len() >= 30 || is_cut { Hidden::new(cursor.offset(), token.len()) } else { None }
}

/// The prefix of an issuer that a text begins with.
fn issuer(text: &str) -> Option<&'static str> {
    [issuer::PREFIXES, MORE_PREFIXES]
        .into_iter()
        .flat_map(|prefixes| prefixes.split_terminator('\0'))
        .find(|prefix| text.starts_with(prefix))
}

/// A token with an issuer's prefix, and whether it is long enough to be one.
fn issued<'t>(text: &'t str, prefix: &str) -> (&'t str, bool) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(text.len());
    let token = take(text, end).trim_end_matches('.');
    (token, token.len() >= prefix.len().saturating_add(least(prefix)))
}

/// Looks for AWS secret access keys.
pub(super) struct AwsSecrets<'t> {
    text: &'t str,
    /// Where the run of base64 ends that was met last.
    end: usize,
}

impl<'t> AwsSecrets<'t> {
    /// `None` for a text without an access key ID.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        let is_key_id = |at: usize| {
            let id = skip(text, at);
            starts_with_any(id, &AWS_KEY_IDS) && run(id, 20, |c| c.is_ascii_uppercase() || c.is_ascii_digit()).len() == 20
        };
        memchr::memchr_iter(b'A', text.as_bytes()).any(is_key_id).then_some(AwsSecrets { text, end: 0 })
    }

    /// An AWS secret access key, 40 characters of mixed base64.
    pub(super) fn secret(&mut self, at: usize) -> Option<Hidden> {
        let rest = skip(self.text, at);
        if self.end <= at {
            let ends = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'/' | b'+' | b'=');
            self.end = rest.bytes().position(ends).map_or(self.text.len(), |end| at.saturating_add(end));
        }
        let key = slice(self.text, at, self.end);
        let is_cut = key.len() == rest.len() && (4..=64).contains(&key.len());
        // 38, as one or two signs before the first letter or digit are not part of the word.
        if !is_cut && !(38..=40).contains(&key.len()) {
            return None;
        }
        let has = |kind: fn(&u8) -> bool| key.bytes().any(|byte| kind(&byte));
        let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
        if is_mixed && (is_cut || has(u8::is_ascii_digit)) { Hidden::new(0, key.len()) } else { None }
    }
}

/// The credentials behind `Bearer` or `Basic`.
pub(super) fn authorization(word: &Word<'_>) -> Option<Hidden> {
    if !matches!(word.first, b'b' | b'B') {
        return None;
    }
    let rest = word.rest;
    let scheme = ["bearer", "basic"].into_iter().find(|scheme| starts_with_ignoring_case(rest, scheme))?;
    let mut cursor = Cursor::new(skip(rest, scheme.len()));
    if cursor.blanks() == 0 && !cursor.eat_any(&["%20", "+"]) {
        return None;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=' | '%' | ':');
    if starts_with_ignoring_case(cursor.rest, "realm=") {
        return None;
    }
    let value = cursor.rest.find(|c| !fits(c)).map_or(cursor.rest, |end| take(cursor.rest, end));
    let is_cut = value.len() == cursor.rest.len();
    let is_word = value.len() < 24 && value.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || b".:-".contains(&byte));
    let is_prose = if scheme == "basic" { is_word } else { is_word && AFTER_BEARER.contains(&value.trim_end_matches(['.', ':'])) };
    if is_prose && !is_cut { None } else { Hidden::new(scheme.len().saturating_add(cursor.offset()), value.len()) }
}

/// Looks for mail addresses.
pub(super) struct Mails<'t> {
    text: &'t str,
    marks: Marks<'t>,
}

impl<'t> Mails<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let fits = |c: char| is_letter(c) || matches!(c, '.' | '_' | '+' | '-' | '\'' | '!' | '#' | '$' | '*' | '~');
        let next = |text: &str| {
            let mut places = text.bytes().enumerate().filter(|(_, byte)| !is(*byte, NO_AT));
            places.find(|(at, _)| starts_with_any(skip(text, *at), &AT_SIGNS)).map(|(at, _)| at)
        };
        Mails { text, marks: Marks::new(text, next, fits, MAX_LOCAL) }
    }

    /// The part before the @ of a mail address, or the password there in an address without a scheme.
    pub(super) fn local_part(&mut self, at: usize) -> Option<Hidden> {
        let mark = self.marks.next(at)?;
        let mut cursor = Cursor::new(skip(self.text, mark));
        cursor.eat_any(&AT_SIGNS);
        let domain = run(cursor.rest, MAX_DOMAIN, |c| is_letter(c) || matches!(c, '.' | '-'));
        let is_cut = domain.len() == cursor.rest.len();
        let labels = || domain.trim_end_matches(['.', '-']).split('.');
        let is_name = |label: &str| {
            label.chars().count() >= 2 && label.chars().all(|c| is_letter(c) && !c.is_ascii_digit()) || label.starts_with("xn--")
        };
        // `gin@v1.9.1.x` and `java.base@17.0.2` are versions.
        let is_version = labels().take(2).all(|label| label.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit()));
        let is_domain = labels().count() >= 2 && labels().next_back().is_some_and(is_name);
        // `user:password@tcp(host:3306)/name`, in Go
        let is_domain = is_domain || starts_with_any(cursor.rest, &["tcp(", "unix("]);
        if !is_version && is_domain || is_cut && (domain.is_empty() || !is_version) {
            return Hidden::new(0, mark.saturating_sub(at));
        }
        self.marks.give_up();
        None
    }
}

/// A letter or digit of any script. (What Unicode says of each character takes 3 KB of the module: this asks only for blocks of signs.)
fn is_letter(c: char) -> bool {
    let sign = matches!(
        c,
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{fff0}'..='\u{ffff}'
    );
    c.is_ascii_alphanumeric() || !c.is_ascii() && !sign
}

/// The next mark in a text, and which words before it reach up to it.
struct Marks<'t> {
    text: &'t str,
    next: fn(&str) -> Option<usize>,
    fits: fn(char) -> bool,
    most: usize,
    first: usize,
    mark: usize,
}

impl<'t> Marks<'t> {
    /// `next` finds a mark; before it stand at most `most` bytes of characters that fit.
    fn new(text: &'t str, next: fn(&str) -> Option<usize>, fits: fn(char) -> bool, most: usize) -> Self {
        Marks { text, next, fits, most, first: 0, mark: 0 }
    }

    /// The mark that belongs to the word at `at`.
    fn next(&mut self, at: usize) -> Option<usize> {
        if self.mark <= at {
            self.find(at);
        }
        (self.first <= at).then_some(self.mark)
    }

    #[cold]
    fn find(&mut self, at: usize) {
        let Some(mark) = (self.next)(skip(self.text, at)) else {
            (self.first, self.mark) = (usize::MAX, usize::MAX);
            return;
        };
        self.mark = at.saturating_add(mark);
        self.first = self.mark;
        for c in take(self.text, self.mark).chars().rev() {
            let first = self.first.saturating_sub(c.len_utf8());
            if !(self.fits)(c) || self.mark.saturating_sub(first) > self.most {
                break;
            }
            self.first = first;
        }
    }

    /// Nothing before this mark is a secret.
    fn give_up(&mut self) {
        self.first = self.mark;
    }
}

/// A payment card number: 13 to 19 digits, in groups or not, of a known range, with a right check digit (ISO/IEC 7812).
/// At the end of the text nine digits are enough, the rest may be cut off.
pub(super) fn card_number(word: &Word<'_>) -> Option<Hidden> {
    let rest = word.rest;
    let is_range = matches!(rest.as_bytes(), [b'3'..=b'6', _, ..] | [b'2', b'2'..=b'7', ..]);
    if !is_range || word.previous == b'.' {
        return None;
    }
    let mut cursor = Cursor::new(rest);
    let mut digits = 0_usize;
    let mut separator = None;
    let mut found = None;
    loop {
        let group = cursor.rest.bytes().take(MAX_CARD.saturating_add(1)).take_while(u8::is_ascii_digit).count();
        cursor.advance(group);
        digits = digits.saturating_add(group);
        let mut following = cursor.rest.bytes();
        let next = following.next();
        let goes_on = following.next().is_some_and(|byte| byte.is_ascii_digit());
        let is_word = next.is_some_and(|byte| byte.is_ascii_alphabetic()) || (next == Some(b'.') && goes_on);
        if group == 0 || digits > MAX_CARD || is_word {
            break;
        }
        let is_part = separator == Some(b'-') && next == separator && goes_on;
        let is_cut = next.is_none() && digits >= 9;
        if is_cut || (digits >= 13 && !is_part && has_check_digit(take(rest, cursor.offset()))) {
            found = Some(cursor.offset());
        }
        let joins = matches!(next, Some(b' ' | b'-')) && (separator.is_none() || next == separator);
        if !joins || group < 3 || (next == Some(b'-') && word.previous == b'-') {
            break;
        }
        separator = next;
        cursor.advance(1);
        // `4111 1111 1` and nothing more.
        if cursor.rest.is_empty() && digits >= 9 {
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
    issuer(word).is_some_and(|prefix| issued(word, prefix).1) || is_long && has_random_run()
}

/// The Luhn sum of the digits.
fn has_check_digit(number: &str) -> bool {
    let sum = number.bytes().rev().filter(u8::is_ascii_digit).enumerate().fold(0_u32, |sum, (index, digit)| {
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

/// More of them, which stand in other places too, or which clients should see: a report masks them all the same.
const MORE_PREFIXES: &str = concat!(
    // JSON Web Tokens, and other base64 of a JSON object
    "eyJ\0",
    // AWS
    "AKIA\0ASIA\0ABIA\0ACCA\0",
    // OpenAI before it had projects, Stripe for pages
    "sk-\0pk_live_\0pk_test_\0",
    // Our own
    "bsr1.\0",
);

/// The least that must follow one of these.
fn least(prefix: &str) -> usize {
    match prefix {
        "eyJ" => 15,
        "AKIA" | "ASIA" | "ABIA" | "ACCA" => 16,
        "sk-" => 20,
        "pk_live_" | "pk_test_" | "bsr1." => 8,
        _ => issuer::least(prefix),
    }
}

/// The first bytes of all of these.
const STARTS: Starts = Starts::new().with_terminated(issuer::PREFIXES).with_terminated(MORE_PREFIXES);

const MAX_BOT_ID: usize = 16;

const AUTHORITY: [&str; 2] = ["://", ":\\/\\/"];
const AT_SIGNS: [&str; 4] = ["@", "%40", "&#64;", "\\u0040"];
/// As an address has it in it; `%40` belongs to the password.
const USERINFO_ENDS: [&str; 3] = ["@", "&#64;", "\\u0040"];
const AWS_KEY_IDS: [&str; 4] = ["AKIA", "ASIA", "ABIA", "ACCA"];

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
