//! The other face of an answer: trusted viewers see what went wrong.
//!
//! A viewer is trusted who carries a token ([`token`]), or everybody where the configuration says `"environment": "development"`. They see
//! what the report says, bounded and masked as there: a credential is nobody's to see.

mod token;

pub use token::{RevealClaims, RevealKey};

use crate::detect::Finding;
use crate::head::RequestHead;
use crate::policy::{bare_host, bare_path};
use crate::redact::{Masks, redact_with};
use crate::report::{MAX_EXCERPT, bounded, masked, trace_of};
use http::header::{COOKIE, HeaderMap, HeaderName};

/// The header that carries a token.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-backstop-reveal");

/// The cookie that carries one where there is no such header.
const COOKIE_NAME: &[u8] = b"backstop_reveal=";

/// Who sees original errors.
#[derive(Debug)]
pub(crate) struct Viewers {
    pub(crate) everyone: bool,
    /// The secret in use, and the one before it.
    pub(crate) keys: Vec<RevealKey>,
}

impl Viewers {
    /// Whether the sender of this request is one. A token that is none, is too old or is for something else changes nothing.
    pub(crate) fn include(&self, request: &RequestHead, unix_millis: u64) -> bool {
        if self.everyone {
            return true;
        }
        // A host without a clock must not make tokens last for ever.
        if self.keys.is_empty() || unix_millis == 0 {
            return false;
        }
        let Some(token) = presented(&request.headers) else { return false };
        token::covers(&self.keys, token, bare_host(&request.host), bare_path(&request.path), unix_millis / 1000)
    }
}

/// Drops what may carry a token.
pub(crate) fn forget(headers: &mut HeaderMap) {
    let (header, cookie) = (HEADER, COOKIE);
    headers.remove(&header);
    headers.remove(&cookie);
}

/// The one token of a request; with two, nobody knows which is meant.
fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    let (mut header, mut cookie) = ((None, 0_u8), (None, 0_u8));
    for (name, value) in headers {
        if *name == HEADER {
            header = (Some(value.as_bytes()), header.1.saturating_add(1));
        } else if *name == COOKIE {
            for part in value.as_bytes().split(|byte| *byte == b';') {
                if let Some(token) = part.trim_ascii().strip_prefix(COOKIE_NAME) {
                    cookie = (Some(token), cookie.1.saturating_add(1));
                }
            }
        }
    }
    let (token, count) = if header.1 == 0 { cookie } else { header };
    token.filter(|_| count == 1)
}

/// What went wrong, as a trusted viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Original {
    /// Class and message of the exception, where they are known; one line.
    pub(crate) message: Option<String>,
    /// The beginning of the body; before it the calls, where markup or JSON makes them hard to read. Empty where there was no body.
    pub(crate) stack: String,
}

impl Original {
    /// Reads the beginning of a decoded body, or where there is none what the host itself says. `None` where nothing is known.
    pub(crate) fn read(masks: &Masks, excerpt: &[u8], findings: &[Finding], is_cut: bool, detail: Option<&str>) -> Option<Original> {
        if excerpt.is_empty() {
            return Some(Original { message: Some(redact_with(masks, detail?.as_bytes(), &[]).0), stack: String::new() });
        }
        let (masked, _) = masked(masks, excerpt, findings);
        let mut stack = String::new();
        let message = trace_of(masks, &masked).and_then(|trace| {
            if masked.trim_start().starts_with(['<', '{', '[']) {
                for frame in &trace.frames {
                    stack.push_str(frame);
                    stack.push('\n');
                }
                stack.push('\n');
            }
            match (trace.exception_type, trace.message) {
                (Some(class), Some(message)) => Some([&class, ": ", message.as_str()].concat()),
                (class, message) => class.or(message),
            }
        });
        let shown = bounded(&masked, MAX_EXCERPT);
        stack.push_str(shown.trim_end());
        if is_cut || shown.len() < masked.len() {
            stack.push_str("\n…");
        }
        Some(Original { message, stack: stack.trim_start_matches('\n').to_owned() })
    }

    /// Everything as one text.
    pub(crate) fn text(&self) -> String {
        match self.message.as_deref().filter(|message| !self.stack.contains(message)) {
            Some(message) => [message, "\n\n", &self.stack].concat().trim_end().to_owned(),
            None => self.stack.clone(),
        }
    }
}
