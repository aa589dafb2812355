//! Renders the body of a replacement. All escaping is here.

mod html;
mod status;

pub(crate) use status::{grpc_status, http_status_of_grpc, message, reason};

use crate::config::JsonShape;
use crate::negotiate::Format;
use http::StatusCode;
use serde::Serialize;

/// Everything that a page may show; nothing of it comes from the upstream except the status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) status: StatusCode,
    pub(crate) request_id: &'a str,
    pub(crate) format: Format,
    pub(crate) json: JsonShape,
    pub(crate) brand_name: Option<&'a str>,
    pub(crate) support_url: Option<&'a str>,
}

/// A rendered page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) content_type: &'static str,
    /// Set for HTML.
    pub(crate) content_security_policy: Option<&'static str>,
    pub(crate) body: Vec<u8>,
}

/// Renders the page.
pub(crate) fn render(page: &Page<'_>) -> Rendered {
    let (status, request_id) = (page.status, page.request_id);
    let (title, message) = (reason(status), message(status));
    match (page.format, page.json) {
        (Format::Json, JsonShape::Flat) => json("application/json", &Flat { error: title, message, request_id }),
        (Format::Json, JsonShape::Nested) => {
            json("application/json", &Nested { error: NestedError { code: status.as_u16(), message, request_id } })
        }
        (Format::Problem, _) => {
            let problem = Problem { kind: "about:blank", title, status: status.as_u16(), detail: message, request_id };
            json("application/problem+json", &problem)
        }
        (Format::Text, _) => Rendered {
            content_type: "text/plain; charset=utf-8",
            content_security_policy: None,
            body: format!("{} {title}\n{message}.\nRequest ID: {request_id}\n", status.as_u16()).into_bytes(),
        },
        (Format::Html, _) => Rendered {
            content_type: "text/html; charset=utf-8",
            content_security_policy: Some(html::CONTENT_SECURITY_POLICY),
            body: html::render(page).into_bytes(),
        },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Flat<'a> {
    error: &'a str,
    message: &'a str,
    request_id: &'a str,
}

#[derive(Serialize)]
struct Nested<'a> {
    error: NestedError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NestedError<'a> {
    code: u16,
    message: &'a str,
    request_id: &'a str,
}

/// RFC 9457. The type says that the status alone tells what kind of problem it is (§4.2.1).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    request_id: &'a str,
}

fn json(content_type: &'static str, value: &impl Serialize) -> Rendered {
    // Strings and numbers always serialize; an empty body would still leak nothing.
    let body = serde_json::to_vec(value).unwrap_or_default();
    Rendered { content_type, content_security_policy: None, body }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::Value;

    const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

    fn page(code: u16, format: Format, json: JsonShape) -> (&'static str, String) {
        let status = StatusCode::from_u16(code).unwrap();
        let rendered = render(&Page { status, request_id: ID, format, json, brand_name: None, support_url: None });
        assert_eq!(rendered.content_security_policy.is_some(), format == Format::Html);
        (rendered.content_type, String::from_utf8(rendered.body).unwrap())
    }

    #[test]
    fn exact_bodies() {
        use Format::{Json, Problem, Text};
        use JsonShape::{Flat, Nested};
        #[rustfmt::skip]
        let rows = [
            (500, Json, Flat, "application/json", r#"{"error":"Internal Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (500, Json, Nested, "application/json", r#"{"error":{"code":500,"message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}}"#),
            (503, Problem, Flat, "application/problem+json", r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The service is temporarily unavailable","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (503, Problem, Nested, "application/problem+json", r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The service is temporarily unavailable","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (504, Text, Flat, "text/plain; charset=utf-8", "504 Gateway Timeout\nThe service took too long to answer.\nRequest ID: 550e8400-e29b-41d4-a716-446655440000\n"),
            (599, Json, Flat, "application/json", r#"{"error":"Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
        ];
        for (code, format, json, content_type, body) in rows {
            assert_eq!(page(code, format, json), (content_type, body.to_owned()));
        }
        assert_eq!(page(502, Format::Html, Flat).0, "text/html; charset=utf-8");
    }

    /// Correlation IDs cannot hold such characters; the page does not rely on it.
    #[test]
    fn json_survives_any_id() {
        let id = "\"</script>\\\u{2028}\n\u{1f600}";
        for format in [Format::Json, Format::Problem] {
            let page = Page {
                status: StatusCode::BAD_GATEWAY,
                request_id: id,
                format,
                json: JsonShape::Flat,
                brand_name: None,
                support_url: None,
            };
            let value: Value = serde_json::from_slice(&render(&page).body).unwrap();
            assert_eq!(value["requestId"], id);
        }
    }
}
