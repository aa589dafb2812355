//! The token of a trusted viewer: where and how long somebody may see original errors, signed with the operator's secret.
//!
//! `bsr1.EXPIRES.HOST.PATH.MAC`: the end in Unix seconds, then base64url (RFC 4648 §5, no padding) of the host, of the path's beginning,
//! and of the HMAC-SHA256 (RFC 2104) over everything before the last dot. No part can hold a dot, and none has two spellings that are
//! signed alike, so one signature fits one claim.

use crate::config::ConfigError;
use crate::policy::{exact_host, path_problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use std::ops::RangeInclusive;
use subtle::ConstantTimeEq as _;

/// What signs and checks tokens: a secret of 32 to 512 visible ASCII characters. It is never shown, not even by `Debug`.
#[derive(Clone)]
pub struct RevealKey(String);

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealClaims {
    /// The one host, without a port; case does not matter.
    pub host: String,
    /// How paths begin, as in a rule's `path.prefix`: `/api` also covers `/apix`, `/api/` does not.
    pub path: String,
    /// The first Unix second in which the token counts no more.
    pub expires: u64,
}

impl RevealKey {
    /// A key of this secret.
    ///
    /// # Errors
    /// Why it cannot be one, to be read after the place of the secret, and without it.
    pub fn new(secret: &str) -> Result<RevealKey, &'static str> {
        if !SECRET_LENGTH.contains(&secret.len()) || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("is not safe: write 32 to 512 letters, digits and signs, for example what `openssl rand -hex 32` prints");
        }
        Ok(RevealKey(secret.to_owned()))
    }

    /// A token, for the header `x-backstop-reveal` or the cookie `backstop_reveal`.
    ///
    /// # Errors
    /// A claim that no request could meet: which one, and the fix.
    pub fn sign(&self, claims: &RevealClaims) -> Result<String, ConfigError> {
        let RevealClaims { host, path, expires } = claims;
        let refuse = |at: &str, text: &str, problem: &str| Err(ConfigError::of(at, text, problem));
        let exact = match exact_host(host) {
            Ok(exact) => exact,
            Err(problem) => return refuse("host", host, &problem),
        };
        if let Some(problem) = path_problem(path) {
            return refuse("path", path, problem);
        }
        if climbs(path) {
            return refuse("path", path, "has `..` in it, and paths with it are never revealed: write another one");
        }
        Ok(self.token(&exact, path, *expires))
    }

    /// The one token of these claims; the host is in lower case.
    fn token(&self, host: &str, path: &str, expires: u64) -> String {
        let mut token =
            [VERSION, ".", &expires.to_string(), ".", &URL_SAFE_NO_PAD.encode(host), ".", &URL_SAFE_NO_PAD.encode(path)].concat();
        // Takes a key of any length; without one, nothing would be a token.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) {
            let mac = mac.chain_update(&token).finalize().into_bytes();
            token.push('.');
            token.push_str(&URL_SAFE_NO_PAD.encode(mac));
        }
        token
    }
}

/// Whether a token that one of the keys signed lets its bearer see the errors of a request: to this host, without its port, and this
/// path, without its query, in the Unix second `now`.
///
/// What the token says is written anew and signed, so there is only one spelling of it. The comparison takes the same time wherever
/// two signatures differ.
pub(super) fn covers(keys: &[RevealKey], token: &[u8], host: &str, path: &str, now: u64) -> bool {
    let Some(token) = std::str::from_utf8(token).ok().filter(|token| token.len() <= MAX_TOKEN) else { return false };
    let mut parts = token.split('.');
    let mut part = || parts.next().unwrap_or_default();
    let (_version, expires, _host, its_path) = (part(), part().parse().unwrap_or(0), part(), part());
    // Each four signs of base64 make three bytes. Whether these are the path's is compared with all else.
    let length = its_path.len().saturating_mul(3) / 4;
    let prefix = path.get(..length).unwrap_or_default();
    if now >= expires || host.is_empty() || prefix.is_empty() || climbs(path) {
        return false;
    }
    let host = host.to_ascii_lowercase();
    keys.iter().any(|key| key.token(&host, prefix, expires).as_bytes().ct_eq(token.as_bytes()).into())
}

impl fmt::Debug for RevealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RevealKey(***)")
    }
}

/// Whether somebody could take the path for one beside its beginning (`/api/../admin`): it has two dots, as they are or percent-encoded
/// once or twice.
fn climbs(path: &str) -> bool {
    let once: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    let twice: Vec<u8> = percent_encoding::percent_decode(&once).collect();
    twice.windows(2).any(|pair| pair == b"..")
}

/// Also what such a token is known by, where it shows up by mistake.
const VERSION: &str = "bsr1";

/// As many bits as the signature has, for a secret in hex.
const SECRET_LENGTH: RangeInclusive<usize> = 32..=512;

/// More than the longest host and the longest path that can be signed take.
const MAX_TOKEN: usize = 2048;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice
)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn key() -> RevealKey {
        RevealKey::new(SECRET).unwrap()
    }

    fn claims(host: &str, path: &str, expires: u64) -> RevealClaims {
        RevealClaims { host: host.to_owned(), path: path.to_owned(), expires }
    }

    fn allows(token: &str) -> bool {
        covers(&[key()], token.as_bytes(), "shop.example", "/api/cart", 1_700_000_000)
    }

    /// Made with Python's `hmac`, `hashlib` and `base64`.
    #[test]
    fn the_form_is_what_others_can_make() {
        let token = key().sign(&claims("shop.example", "/api/", 4_102_444_800)).unwrap();
        assert_eq!(token, "bsr1.4102444800.c2hvcC5leGFtcGxl.L2FwaS8.wVivau6RPecUcKPnfNL7gSaNIELzglWFSZf97HBN0pQ");
        assert!(allows(&token));
    }

    #[test]
    fn no_changed_token_is_one() {
        let token = key().sign(&claims("shop.example", "/api/", 4_102_444_800)).unwrap();
        let mut tried = 0;
        let mut refused = |text: &str| {
            tried += 1;
            assert!(text == token || !allows(text), "{text}");
        };
        let signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\n\u{0}\u{e9}";
        for at in 0..token.len() {
            refused(&token[..at]);
            refused(&token[at..]);
            refused(&[&token[..at], &token[at + 1..]].concat());
            for sign in signs.chars().map(String::from) {
                refused(&[&token[..at], &sign, &token[at + 1..]].concat());
                refused(&[&token[..at], &sign, &token[at..]].concat());
            }
            for other in at + 1..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes.swap(at, other);
                refused(&String::from_utf8(bytes).unwrap());
            }
        }
        for sign in signs.chars() {
            refused(&format!("{token}{sign}"));
        }
        assert!(tried > 15_000);
    }

    #[test]
    fn parts_do_not_flow_into_each_other() {
        // The same bytes in another division: host and path of one claim, put together anew.
        let token = key().sign(&claims("shop.example", "/api/", 4_102_444_800)).unwrap();
        let mac = token.rsplit('.').next().unwrap();
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for (host, path) in [("shop.example/api/", ""), ("shop.exampl", "e/api/"), ("", "shop.example/api/"), ("shop.example/", "api/")] {
            assert!(!allows(&format!("bsr1.4102444800.{}.{}.{mac}", encoded(host), encoded(path))), "{host} {path}");
        }
        for text in [
            "",
            ".",
            "....",
            ".....",
            "bsr1",
            "bsr1.4102444800",
            "bsr1.04102444800.c2hvcC5leGFtcGxl.L2FwaS8.",
            "bsr1.99999999999999999999.c2hvcC5leGFtcGxl.L2FwaS8.AAAA",
            "bsr1....",
            "bsr1.4102444800...",
            "bsr2.4102444800.c2hvcC5leGFtcGxl.L2FwaS8.AAAA",
        ] {
            assert!(!allows(text), "{text}");
        }
        // A signature that is not there, and one that is longer.
        let signed = token.rsplit_once('.').unwrap().0;
        for mac in ["", "AA", &format!("{mac}AA"), &format!("{mac}{mac}")] {
            assert!(!allows(&format!("{signed}.{mac}")), "{mac}");
        }
        let long = key().sign(&claims(&"a".repeat(253), &format!("/{}", "a".repeat(1023)), u64::MAX)).unwrap();
        assert!(covers(&[key()], long.as_bytes(), &"a".repeat(253), &format!("/{}", "a".repeat(2000)), 1), "the longest claims fit");
        assert!(!covers(&[key()], long.repeat(2).as_bytes(), &"a".repeat(253), &format!("/{}", "a".repeat(2000)), 1));
    }

    #[test]
    fn a_token_is_for_its_host_its_paths_and_its_time() {
        let rows = [
            ("the very request", "shop.example", "/api/", 1, true),
            ("below", "shop.example", "/api/a/b.c", 1, true),
            ("another case of the host", "SHOP.example", "/api/", 1, true),
            ("the last second", "shop.example", "/api/", 99, true),
            ("expired", "shop.example", "/api/", 100, false),
            ("long expired", "shop.example", "/api/", u64::MAX, false),
            ("another host", "shop.example.org", "/api/", 1, false),
            ("a host below", "a.shop.example", "/api/", 1, false),
            ("no host", "", "/api/", 1, false),
            ("another path", "shop.example", "/", 1, false),
            ("shorter", "shop.example", "/api", 1, false),
            ("another case of the path", "shop.example", "/API/", 1, false),
            ("no path", "shop.example", "", 1, false),
            ("up", "shop.example", "/api/../admin", 1, false),
            ("up at the end", "shop.example", "/api/..", 1, false),
            ("up, encoded", "shop.example", "/api/%2e%2E/admin", 1, false),
            ("up, half encoded", "shop.example", "/api/.%2e/admin", 1, false),
            ("up, encoded twice", "shop.example", "/api/%252e%252e/admin", 1, false),
            ("up with an encoded slash", "shop.example", "/api/..%2fadmin", 1, false),
            ("up with a backslash", "shop.example", "/api/..\\admin", 1, false),
            ("up with a parameter", "shop.example", "/api/..;/admin", 1, false),
            ("slashes before", "shop.example", "//api/", 1, false),
            ("slashes behind stay below", "shop.example", "/api//admin", 1, true),
            ("one dot stays below", "shop.example", "/api/./a", 1, true),
        ];
        let token = key().sign(&claims("Shop.example", "/api/", 100)).unwrap();
        for (name, host, path, now, expected) in rows {
            assert_eq!(covers(&[key()], token.as_bytes(), host, path, now), expected, "{name}");
        }
    }

    #[test]
    fn another_secret_signs_nothing() {
        let token = key().sign(&claims("shop.example", "/", 100)).unwrap();
        let other = |secret: &str| covers(&[RevealKey::new(secret).unwrap()], token.as_bytes(), "shop.example", "/", 1);
        assert!(other(SECRET));
        assert!(covers(&[RevealKey::new(&"0".repeat(64)).unwrap(), key()], token.as_bytes(), "shop.example", "/", 1), "any key will do");
        assert!(!covers(&[], token.as_bytes(), "shop.example", "/", 1));
        for secret in [&SECRET.to_uppercase(), &format!("{SECRET}0"), &SECRET[1..].repeat(2), &"0".repeat(64)] {
            assert!(!other(secret), "{secret}");
        }
    }

    #[test]
    fn refusals_tell_the_fix() {
        let rows = [
            ("shop.example:443", "/", "host: \"shop.example:443\" has a port: leave it out, ports are ignored"),
            ("*.shop.example", "/", "host: \"*.shop.example\" is more than one host: write one, for example api.example.com"),
            ("https://shop.example", "/", "host: \"https://shop.example\" has a scheme: write only the host, for example api.example.com"),
            ("", "/", "host: \"\" is not a host: write a host (api.example.com) or a suffix (*.example.com)"),
            ("shop.example", "api/", "path: \"api/\" does not start with /: write the path from its beginning, for example /api/"),
            ("shop.example", "/?a", "path: \"/?a\" has a query or a fragment: leave it out, only the path is compared"),
            ("shop.example", "/a/../b", "path: \"/a/../b\" has `..` in it, and paths with it are never revealed: write another one"),
        ];
        for (host, path, expected) in rows {
            assert_eq!(key().sign(&claims(host, path, 1)).unwrap_err().to_string(), expected);
        }
        let refusal = "is not safe: write 32 to 512 letters, digits and signs, for example what `openssl rand -hex 32` prints";
        for secret in ["", &SECRET[1..], &"x".repeat(513), &format!("{SECRET}\n"), &format!(" {SECRET}"), &format!("{SECRET}é")] {
            assert_eq!(RevealKey::new(secret).unwrap_err(), refusal, "{secret}");
        }
        assert!(RevealKey::new(&"x".repeat(512)).is_ok());
        assert!(!format!("{:?}", key()).contains("0123"));
    }
}
