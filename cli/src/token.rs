//! `backstop token`: a signed token with which a trusted viewer sees original errors.

use crate::config::{self, cannot_read};
use anyhow::{Context as _, Result, anyhow, bail};
use backstop_core::{RevealClaims, RevealKey};
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// A token, and how to use it.
pub(crate) struct Issued {
    pub(crate) token: String,
    /// Lines for people.
    pub(crate) hints: String,
}

/// Signs a token for the time from now on.
///
/// # Errors
/// A value that no request could meet, or that is no time: which, and the fix.
pub(crate) fn issue(key: &RevealKey, host: &str, path: &str, lifetime: &str) -> Result<Issued> {
    let seconds = seconds(lifetime)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock of this machine stands before 1970: set it")?.as_secs();
    let claims = RevealClaims { host: host.to_owned(), path: path.to_owned(), expires: now.saturating_add(seconds) };
    let token = key.sign(&claims).map_err(|error| anyhow!("--{error}"))?;
    // A quote would end the command, a semicolon the cookie's path; the token holds neither.
    let (shown, cookie_path) = (path.replace('\'', "%27"), if path.contains(['\'', ';']) { "/" } else { path });
    let mut hints = format!(
        "This token shows original errors below {host}{path} for {lifetime} (until Unix second {}). Keep it like a password.\n\n  \
         curl -H 'x-backstop-reveal: {token}' 'https://{host}{shown}'\n\n\
         In a browser, in the console of a page of that host:\n\n  \
         document.cookie = 'backstop_reveal={token}; path={cookie_path}; max-age={seconds}; secure; samesite=strict'\n",
        claims.expires
    );
    if !path.ends_with('/') {
        hints.push_str(&format!("\nIt also counts for paths such as {path}x: end --path with / to keep it below {path}/.\n"));
    }
    Ok(Issued { token, hints })
}

/// The key of a file with a secret and nothing else, or the one that a configuration signs with.
///
/// # Errors
/// It cannot be read, or holds no secret that is long enough: which file, and the fix. Never the secret.
pub(crate) fn key(secret_file: Option<&Path>, config: Option<&Path>) -> Result<RevealKey> {
    match (secret_file, config) {
        (Some(file), _) => {
            let secret = fs::read_to_string(file).map_err(|error| cannot_read(file, &error))?;
            RevealKey::new(secret.trim_end_matches(['\r', '\n'])).map_err(|problem| anyhow!("{}: the secret {problem}", file.display()))
        }
        (None, Some(file)) => {
            let policy = config::policy(Some(file), None)?;
            let missing =
                || anyhow!("{}: has no `reveal`, so no token counts there: add {{\"reveal\": {{\"secret\": …}}}}", file.display());
            policy.reveal_key().cloned().ok_or_else(missing)
        }
        (None, None) => bail!("there is no secret: name its file with --secret-file, or the configuration with --config"),
    }
}

/// `90s`, `15m`, `8h` or `7d` in seconds; at most 90 days.
fn seconds(lifetime: &str) -> Result<u64> {
    let wrong = || anyhow!("--expires: {lifetime:?} is not a time: write for example 15m, 8h or 7d, at most 90d");
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let (number, unit) = units.iter().find_map(|(sign, unit)| Some((lifetime.strip_suffix(*sign)?, *unit))).ok_or_else(wrong)?;
    let number: u64 =
        Some(number).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(unit).filter(|seconds| (1..=MAX_LIFETIME).contains(seconds)).ok_or_else(wrong)
}

/// 90 days: who needs it longer asks again.
const MAX_LIFETIME: u64 = 90 * 86_400;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, expected) in [("1s", Some(1)), ("15m", Some(900)), ("8h", Some(28_800)), ("90d", Some(MAX_LIFETIME))] {
            assert_eq!(seconds(text).ok(), expected, "{text}");
        }
        for text in ["", "h", "0s", "1", "1w", "+1h", "-1h", "1.5h", "1 h", "91d", "99999999999999999999h", "18446744073709551615d"] {
            let told = seconds(text).unwrap_err().to_string();
            assert_eq!(told, format!("--expires: {text:?} is not a time: write for example 15m, 8h or 7d, at most 90d"));
        }
    }
}
