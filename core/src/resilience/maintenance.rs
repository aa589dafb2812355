//! A site that is closed on purpose.

use crate::policy::{Conditions, PathPattern};
use http::header::HeaderName;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// For whom a site is closed.
pub struct Maintenance {
    pub(super) conditions: Conditions,
    /// Seconds.
    pub(super) retry_after: u64,
    pub(super) open_paths: Vec<PathPattern>,
    /// The header, and its value, with which one gets through.
    pub(super) pass: Option<(HeaderName, String)>,
}

impl Maintenance {
    /// Whether a request gets a 503: host without its port, path without its query, and its value of [`header`](Maintenance::header).
    pub(super) fn closes(&self, host: &str, path: &str, pass: Option<&str>) -> bool {
        let knows = |wanted: &String| pass.is_some_and(|pass| bool::from(pass.as_bytes().ct_eq(wanted.as_bytes())));
        self.conditions.hold(host, path)
            && !self.open_paths.iter().any(|open| open.matches(path))
            && !self.pass.as_ref().is_some_and(|(_, wanted)| knows(wanted))
    }

    /// The request header whose value may let a request through.
    pub fn header(&self) -> Option<&HeaderName> {
        self.pass.as_ref().map(|(name, _)| name)
    }

    /// The seconds after which clients may come again.
    pub fn retry_after(&self) -> u64 {
        self.retry_after
    }
}

/// Without the value of the header.
impl fmt::Debug for Maintenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Maintenance").field("retry_after", &self.retry_after).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::Resilience;

    #[test]
    fn who_is_kept_away() {
        const KEY: &str = "let-me-see-whether-it-works";
        let with = |more: &str| format!(r#"{{"maintenance":{{"enabled":true{more}}}}}"#);
        let host = with(r#","match":{"host":["shop.example"]}"#);
        let path = with(r#","match":{"path":{"prefix":"/cart/"}}"#);
        let open = with(r#","except":{"paths":["/healthz","/.well-known/*"]}"#);
        let key = with(&format!(r#","except":{{"header":"x-preview","value":"{KEY}"}}"#));
        let off = r#"{"maintenance":{"enabled":false}}"#.to_owned();
        #[rustfmt::skip]
        let rows = [
            ("everybody", with(""), "a.example", "/", None, true),
            ("nobody", off, "a.example", "/", None, false),
            ("not asked for", "{}".to_owned(), "a.example", "/", None, false),
            ("a host", host.clone(), "SHOP.example:8080", "/", None, true),
            ("another host", host, "a.example", "/", None, false),
            ("a path", path.clone(), "a.example", "/cart/1?a=b", None, true),
            ("another path", path, "a.example", "/cartoon", None, false),
            ("a health check", open.clone(), "a.example", "/healthz?verbose", None, false),
            ("not quite", open.clone(), "a.example", "/healthz/", None, true),
            ("below an open path", open, "a.example", "/.well-known/acme-challenge/1", None, false),
            ("without the key", key.clone(), "a.example", "/", None, true),
            ("with another key", key.clone(), "a.example", "/", Some("let-me-see"), true),
            ("with an empty key", key.clone(), "a.example", "/", Some(""), true),
            ("with the key", key, "a.example", "/", Some(KEY), false),
        ];
        for (name, json, host, path, pass, expected) in rows {
            let resilience = Resilience::from_json(&json).unwrap();
            assert_eq!(resilience.closes(host, path, pass).is_some(), expected, "{name}");
            assert!(!format!("{resilience:?}").contains(KEY));
        }
    }
}
