//! The XML answers.

use super::template::Escape;
use crate::config::Format;
use http::HeaderValue;

/// `application/xml`
pub(super) fn error(code: &str, title: &str, [message, stack]: [&str; 2], request_id: &str) -> String {
    document("error", &[("code", code), ("title", title), ("message", message), ("stack", stack), ("requestId", request_id)])
}

/// `application/problem+xml` (RFC 9457, appendix B; the name space is that of RFC 7807, which the appendix keeps).
pub(super) fn problem(code: &str, title: &str, [detail, stack]: [&str; 2], request_id: &str) -> String {
    let members =
        [("type", "about:blank"), ("title", title), ("status", code), ("detail", detail), ("stack", stack), ("requestId", request_id)];
    document("problem xmlns=\"urn:ietf:rfc:7807\"", &members)
}

/// A browser shows XML as a page of its own, which has nothing to load or to run.
pub(super) fn content_security_policy(format: Format) -> Option<HeaderValue> {
    const NOTHING: HeaderValue =
        HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox");
    matches!(format, Format::Xml | Format::ProblemXml).then_some(NOTHING)
}

fn document(root: &str, members: &[(&str, &str)]) -> String {
    let mut out = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<", root, ">"].concat();
    for (name, value) in members {
        // A page that is kept as a file has no ID.
        if value.is_empty() {
            continue;
        }
        for part in ["<", name, ">"] {
            out.push_str(part);
        }
        Escape::Xml.write(value, usize::MAX, &mut out);
        for part in ["</", name, ">"] {
            out.push_str(part);
        }
    }
    for part in ["</", root.split(' ').next().unwrap_or_default(), ">\n"] {
        out.push_str(part);
    }
    out
}
