//! Keys that say that their values are secret: `password=…`, `"token": "…"`, `<td>SECRET_KEY</td><td>…</td>`.

use super::text::{Cursor, MAX_BLANKS, NAME, Starts, WORD, ends_with_ignoring_case, is, skip, span, take};
use super::value::{extent, relation};
use super::{Hidden, Word};

/// Looks for keys that name a secret.
///
/// In `a-b-token` three names end at the same place. What depends on that place only is found once.
pub(super) struct Keys<'t> {
    text: &'t str,
    /// Where the name ends that was met last, and what follows there.
    end: usize,
    follower: Follower,
    /// The words in the last `MAX_NAME` bytes before it, once they matter.
    words: Option<Words>,
    /// A key that ends there and has no value.
    failed: Option<Key>,
    /// Where the next PEM block begins.
    block: usize,
    /// How much more may be read ahead, again and again, in vain.
    budget: usize,
}

impl<'t> Keys<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Keys { text, end: 0, follower: Follower::Other, words: None, failed: None, block: 0, budget: text.len().saturating_mul(MAX_READS) }
    }

    /// The value of the key that begins with this word.
    pub(super) fn value(&mut self, word: &Word<'t>) -> Option<Hidden> {
        let (at, rest) = (word.at, word.rest);
        if self.end <= at {
            let length = word.length.saturating_add(span(rest.as_bytes().get(word.length..).unwrap_or_default(), NAME));
            self.end = at.saturating_add(length);
            self.follower = Follower::of(skip(self.text, self.end));
            (self.words, self.failed) = (None, None);
        }
        let length = self.end.saturating_sub(at);
        let may_have_value = match self.follower {
            Follower::Other => false,
            Follower::Blank => rest.starts_with("--") || matches!(word.previous, b'<' | b':' | b';'),
            Follower::Sign => true,
        };
        if !may_have_value || !(2..=MAX_NAME).contains(&length) {
            return None;
        }
        // Behind `\n` a name begins in the middle of a word.
        if word.first != b'-' && is(word.previous, WORD) {
            (self.words, self.failed) = (None, None);
        }
        let (before, name) = (take(self.text, at), take(rest, length));
        let key = Key::of(before, name, self.words.get_or_insert_with(|| Words::of(at, name)), at)?;
        if self.failed == Some(key) {
            return None;
        }
        let value = self.read_value(before, skip(rest, name.len()), &key);
        let hidden = value.and_then(|(skipped, length)| Hidden::new(name.len().saturating_add(skipped), length));
        if hidden.is_none() {
            self.failed = Some(key);
        }
        hidden
    }

    /// Where the value behind a key begins and how long it is.
    fn read_value(&mut self, before: &str, rest: &str, key: &Key) -> Option<(usize, usize)> {
        let mut cursor = Cursor::new(rest);
        let relation = relation(&mut cursor, before, key)?;
        // A PEM block is longer than its line and finds its own end.
        let block = self.block(before.len(), cursor.rest);
        let near = take(cursor.rest, block.saturating_add(PEM.len()));
        let (skipped, length) = extent(cursor.rest, near, key, relation, &mut self.budget)?;
        Some((cursor.offset().saturating_add(skipped), length.min(block.saturating_sub(skipped))))
    }

    /// How far it is from the beginning of `value`, whose key is at `at`, to the next PEM block.
    fn block(&mut self, at: usize, value: &str) -> usize {
        let find = |text: &str| crate::find::find(text.as_bytes(), PEM.as_bytes());
        if self.block < at {
            self.block = find(skip(self.text, at)).map_or(usize::MAX, |block| at.saturating_add(block));
        }
        // One may stand between the two.
        self.block.checked_sub(self.text.len().saturating_sub(value.len())).or_else(|| find(value)).unwrap_or(usize::MAX)
    }
}

/// What follows a name.
enum Follower {
    /// No value.
    Other,
    /// A blank and no sign: only flags have a value there, and elements attributes.
    Blank,
    /// What may stand before a value.
    Sign,
}

impl Follower {
    fn of(text: &str) -> Self {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b',');
        let bytes = text.as_bytes();
        let blanks = bytes.iter().take(MAX_BLANKS).take_while(|byte| is_blank(byte)).count();
        match (blanks, bytes.get(blanks)) {
            // From U+FFFD.
            (_, Some(b'"' | b'\'' | b'`' | b'\\' | b'&' | b'%' | b'<' | b'=' | b':' | b'!' | b'>' | b'~' | b'?' | 0xef)) => Follower::Sign,
            (0, Some(b']')) => Follower::Sign,
            (0, _) => Follower::Other,
            // `value=`, and cells with a tab between them
            (_, Some(b'v' | b'V')) => Follower::Sign,
            _ if bytes.first() == Some(&b'\t') => Follower::Sign,
            (MAX_BLANKS.., _) => Follower::Sign,
            _ => Follower::Blank,
        }
    }
}

/// Where the last words begin in the names that end at one place, plus one; 0 for none.
#[derive(Default)]
struct Words {
    strong: usize,
    weak: usize,
    header: usize,
    code: usize,
}

impl Words {
    /// Of the name at `at`.
    fn of(at: usize, name: &str) -> Self {
        let letters = || name.bytes().zip(at.saturating_add(1)..).filter(|(byte, _)| byte.is_ascii_alphanumeric());
        let mut plain = [0_u8; MAX_NAME];
        let mut length = 0_usize;
        for ((letter, _), place) in letters().zip(&mut plain) {
            *place = letter.to_ascii_lowercase();
            length = length.saturating_add(1);
        }
        let plain = plain.get(..length).unwrap_or_default();
        let mut words = Words::default();
        for (index, (_, place)) in letters().enumerate() {
            let Some(rest) = plain.get(index..).filter(|rest| STARTS.may_begin(rest)) else { continue };
            let is_in = |list: &[&str]| list.iter().any(|word| rest.starts_with(word.as_bytes()));
            for (list, last) in [(STRONG, &mut words.strong), (WEAK, &mut words.weak), (HEADERS, &mut words.header)] {
                if is_in(list) {
                    *last = place;
                }
            }
        }
        let mut end = at;
        for part in name.as_bytes().split(|byte| matches!(byte, b'_' | b'-')) {
            if WORDS.iter().any(|word| part.eq_ignore_ascii_case(word.as_bytes())) {
                words.weak = words.weak.max(end.saturating_add(1));
            }
            end = end.saturating_add(part.len()).saturating_add(1);
        }
        if words.strong.max(words.weak) > 0 {
            let ends = CODE.iter().filter(|end| plain.ends_with(end.as_bytes()));
            let last = ends.map(|end| plain.len().saturating_sub(end.len())).max();
            words.code = last.and_then(|last| letters().nth(last)).map_or(0, |(_, place)| place);
        }
        words
    }
}

/// A key that names a secret: what matters for its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// Nobody writes "password: is wrong" and a secret means nothing else; "session: closed" is a sentence.
    pub(super) is_strong: bool,
    /// Its value goes on to the end of the line, blanks included.
    pub(super) is_header: bool,
    /// `--password`
    pub(super) is_flag: bool,
    /// `PASSWORD`, `IDENTIFIED BY`: a value in quotes may follow without a sign.
    pub(super) is_sql: bool,
    /// `PWD`, the working directory in every dump of the environment.
    pub(super) is_directory: bool,
    /// `<password`, `<wsse:Password`
    pub(super) is_element: bool,
    /// `/run/secrets/token`
    pub(super) is_in_path: bool,
    /// `("password"`, `["password"`
    pub(super) is_argument: bool,
    /// Nothing but blanks, a list dash or `export` stands before it in its line.
    pub(super) starts_line: bool,
}

impl Key {
    fn of(before: &str, name: &str, words: &Words, at: usize) -> Option<Self> {
        // `InvalidTokenException: …`, `SessionFilter=…`: code, and no longer the secret.
        let is_code = at < words.code;
        let is_by = ends_with_ignoring_case(before, "identified ")
            && name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).eq(*b"by");
        let is_strong = at < words.strong || is_by;
        if is_code || !(is_strong || at < words.weak) {
            return None;
        }
        let is_flag = name.starts_with("--");
        let line = before.trim_end_matches([' ', '\t', '-']);
        let line = line.strip_suffix("export").map_or(line, |line| line.trim_end_matches([' ', '\t']));
        // `<wsse:Password`
        let element = before.strip_suffix(':').map_or(before, |prefix| prefix.trim_end_matches(|c: char| c.is_ascii_alphanumeric()));
        Some(Key {
            is_strong,
            is_header: at < words.header,
            is_flag,
            is_sql: name.eq_ignore_ascii_case("password") || name.eq_ignore_ascii_case("by"),
            is_directory: matches!(name, "PWD" | "OLDPWD"),
            is_element: element.ends_with('<') || element.ends_with("&lt;"),
            is_in_path: before.ends_with(['/', '\\']),
            is_argument: before.trim_end_matches(['"', '\'', '\\', 'b', ':']).ends_with(['(', '[']),
            starts_line: !is_flag && (line.is_empty() || line.ends_with('\n')),
        })
    }
}

/// Parts of names whose value is a secret and nothing else. Compared in lower case, without `_` and `-`.
#[rustfmt::skip]
const STRONG: &[&str] = &[
    "password", "passwd", "passphrase", "pwd", "secret", "apikey", "accesskey", "privatekey", "signingkey", "encryptionkey",
    "masterkey", "authkey", "accountkey", "sharedkey", "instrumentationkey", "authtoken", "accesstoken", "refreshtoken", "credential",
];

/// Parts of names that also occur in sentences and in code.
const WEAK: &[&str] = &["token", "authorization", "cookie", "session", "sessid", "csrf", "xsrf", "jwt", "signature"];

/// Whole words of names, too short to look for inside others.
const WORDS: &[&str] = &["pass", "pw", "auth", "sig", "pin", "otp", "totp", "cvv", "cvc", "ssn", "sid"];

/// Names whose value may have blanks.
const HEADERS: &[&str] = &["authorization", "cookie", "passphrase"];

/// Ends of names that make them code.
#[rustfmt::skip]
const CODE: &[&str] = &[
    "exception", "error", "service", "handler", "filter", "manager", "factory", "provider", "impl", "controller", "interceptor",
    "repository", "middleware", "listener", "helper", "warning",
];

const STARTS: Starts = Starts::new().with(STRONG).with(WEAK).with(HEADERS);

/// A longer name is a text.
const MAX_NAME: usize = 96;
const PEM: &str = "-----BEGIN";
/// What is hidden is read once. Only hostile text, such as nested lists with tails (`[[a]b]c`) or one sentence behind the other after
/// `cookie:`, is read again and again; on average so many times, then it is hidden as well.
const MAX_READS: usize = 4;
