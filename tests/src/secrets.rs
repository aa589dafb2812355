//! A secret of each kind that an error may tell, for tests that look for it everywhere.

use crate::case::Case;
use crate::client::Answer;
use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use std::sync::Arc;

/// One secret, and the error that tells it. Texts are put together here, so that no scanner of repositories takes them for real ones.
#[derive(Debug)]
pub struct Secret {
    /// The kind.
    pub name: &'static str,
    /// The text that must appear nowhere.
    pub text: String,
    /// The body of the error.
    body: String,
}

/// What the requests carry beside [`BAD_ID`]; none of it must appear anywhere either.
const OF_REQUESTS: [&str; 3] = ["s3cret-of-the-query", "s3cret-of-the-cookie", "czNjcmV0LW9mLWJhc2lj"];

/// Stands in a correlation header that is no valid ID.
pub const BAD_ID: &str = "s3cret-of-the-bad-id";

/// The configuration under which all of these are masked, with a collector.
pub fn config(collector: &str) -> Value {
    json!({
        "report": {
            "max_alike_per_second": 1000,
            "redact": {"addresses": true, "patterns": ["CUST-[0-9]+"]},
            "otlp": {"endpoint": collector, "flush_ms": 100},
        },
        "rules": [{"name": "all", "match": {"status": ["5xx"]}, "action": "sanitize"}],
    })
}

/// One of each kind.
pub fn all() -> Vec<Secret> {
    let pem = |line: &str| format!("-----BEGIN {} KEY-----\n{line}\n-----END {} KEY-----", "PRIVATE", "PRIVATE");
    let rows: Vec<(&str, String, &str)> = vec![
        (
            "password-in-a-url",
            "hunter2pass".into(),
            "sqlalchemy.exc.OperationalError: cannot connect to postgres://app:{}@db.internal:5432/orders",
        ),
        ("password-as-a-value", "correcthorse".into(), "LoginError: password={} user=app\n    at login (/srv/app/login.js:3:1)"),
        (
            "password-in-json",
            "battery-staple".into(),
            "{\"error\":\"boom\",\"stack\":\"Error: x\\n    at f (/srv/app/a.js:1:1)\",\"env\":{\"DB_PASSWORD\":\"{}\"}}",
        ),
        (
            "connection-string",
            "Sup3rPwd!".into(),
            "System.Data.SqlClient.SqlException: Server=tcp:sql1;User ID=sa;Password={};Encrypt=True",
        ),
        ("aws-key", ["AK", "IAIOSFODNN7EXAMPLE"].concat(), "botocore.exceptions.ClientError: key {} is invalid"),
        (
            "github-token",
            ["gh", "p_16C7e42F292c6912E7710c838347Ae178B4a"].concat(),
            "HTTPError: 401 for token {}\n  File \"/srv/app/gh.py\", line 3, in f",
        ),
        ("slack-token", ["xo", "xb-123456789012-abcdefGHIJKLmnop"].concat(), "SlackApiError: {}\n  File \"/srv/app/s.py\", line 3, in f"),
        ("stripe-key", ["sk_", "live_4eC39HqLyjWDarjtT1zdp7dc"].concat(), "stripe.error.AuthenticationError: Invalid API Key provided: {}"),
        (
            "google-key",
            ["AI", "zaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"].concat(),
            "ApiError: key {} is not allowed\n    at f (/srv/app/m.js:3:1)",
        ),
        (
            "jwt",
            ["eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"].concat(),
            "jwt.exceptions.DecodeError: cannot decode {}\n  File \"/srv/app/j.py\", line 3, in f",
        ),
        ("bearer", "mF_9.B5f-4.1JqM-token".into(), "RequestError: authorization: Bearer {}\n    at f (/srv/app/r.js:3:1)"),
        ("basic", "dXNlcjpodW50ZXIy".into(), "RequestError: Authorization: Basic {}\n    at f (/srv/app/r.js:3:1)"),
        (
            "cookie",
            "abc123sessionvalue".into(),
            "KeyError: 'x'\nHTTP_COOKIE = 'sessionid={}; theme=dark'\n  File \"/srv/app/c.py\", line 3, in f",
        ),
        (
            "api-key",
            "k-77aa88bb99cc00dd".into(),
            "{\"error\":\"boom\",\"trace\":\"at f (/srv/app/a.js:1:1)\",\"headers\":{\"x-api-key\":\"{}\"}}",
        ),
        (
            "client-secret",
            "cs-1029384756abcdef".into(),
            "oauthlib: invalid_client: client_secret={}\n  File \"/srv/app/o.py\", line 3, in f",
        ),
        ("private-key", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".into(), ""),
        ("card-number", "4111 1111 1111 1111".into(), "PaymentError: card {} was declined\n    at pay (/srv/app/pay.js:3:1)"),
        ("name-of-a-mail-address", "jane.doe".into(), "ValueError: no user {}@example.com\n  File \"/srv/app/u.py\", line 3, in f"),
        (
            "escaped-in-json",
            "esc4pedSecret".into(),
            "{\"stack\":\"Error: db:\\/\\/app:{}\\u0040db\\/x\\n    at f (\\/srv\\/app\\/a.js:1:1)\"}",
        ),
        (
            "in-markup",
            "m4rkupSecret".into(),
            "<h1>OperationalError</h1><pre>password&#61;{}<br>  File \"/srv/app/x.py\", line 3, in f</pre>",
        ),
        ("ip-address", "203.0.113.77".into(), "ConnectionError: {} refused\n  File \"/srv/app/n.py\", line 3, in f"),
        ("own-pattern", "CUST-471100".into(), "KeyError: '{}'\n  File \"/srv/app/k.py\", line 3, in f"),
    ];
    rows.into_iter()
        .map(|(name, text, body)| {
            let body = if name == "private-key" { format!("KeyError: 'x'\n{}\n", pem(&text)) } else { body.replace("{}", &text) };
            Secret { name, text, body }
        })
        .collect()
}

/// Fails where a text from some place has any of the secrets in it.
///
/// # Errors
/// Says which, and what stands around it.
pub fn check(all: &[Secret], place: &str, text: &str) -> Result<()> {
    ensure!(!text.is_empty(), "nothing in {place}");
    let of_requests = OF_REQUESTS.into_iter().chain([BAD_ID]).map(|text| ("of the request", text));
    for (name, secret) in all.iter().map(|secret| (secret.name, secret.text.as_str())).chain(of_requests) {
        if let Some(at) = text.find(secret) {
            let around: String =
                text.chars().skip(text.get(..at).map_or(0, |before| before.chars().count()).saturating_sub(200)).take(400).collect();
            bail!("{name}: {secret:?} is in {place}: {around}");
        }
    }
    Ok(())
}

impl Secret {
    /// Fails where the client sees this secret, or one of its request, or no generic answer.
    ///
    /// # Errors
    /// Says what the client got.
    pub fn check_answer(&self, answer: &Answer) -> Result<()> {
        let fields = answer.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value)));
        let shown = fields.collect::<String>() + &String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 500 && shown.contains("An unexpected error occurred"), "{}: not replaced: {shown}", self.name);
        check(std::slice::from_ref(self), "the answer", &shown)
    }

    /// The case that sends it.
    ///
    /// # Errors
    /// Never: the case is a constant but for its texts.
    pub fn case(&self) -> Result<Arc<Case>> {
        let [query, cookie, basic] = OF_REQUESTS;
        let media_type = match self.body.chars().next() {
            Some('{') => "application/json",
            Some('<') => "text/html",
            _ => "text/plain",
        };
        Ok(Arc::new(serde_json::from_value(json!({
            "name": self.name,
            "request": {
                "path": format!("/{}?token={query}", self.name),
                "headers": [["cookie", format!("sid={cookie}")], ["authorization", format!("Basic {basic}")], ["x-request-id", format!("<{BAD_ID}>")]],
            },
            "upstream": {"headers": [["content-type", media_type], ["x-debug-secret", self.text.clone()]], "body": [self.body.clone()]},
            "expect": {"outcome": "replaced", "status": 500, "report": null},
        }))?))
    }
}
