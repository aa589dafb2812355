//! Renders the body of a replacement, in every format.

mod brand;
mod html;
mod own;
mod status;
mod template;
mod theme;
mod xml;

pub(crate) use brand::{Brand, Link};
pub(crate) use html::content_security_policy;
pub(crate) use own::PageTemplate;
pub(crate) use status::{grpc_status, grpc_web_trailers, http_status_of_grpc, message, reason};
pub(crate) use theme::Theme;

use crate::config::{Format, JsonShape};
use crate::json::Json;
use crate::language::{Language, Text};
use crate::reveal::Original;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// Everything that a page may show: of the upstream nothing but the status (to trusted viewers the original error), of the request nothing
/// but its first line without the query.
/// A text that is not known is empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) status: StatusCode,
    pub(crate) request_id: &'a str,
    /// When the request arrived, in milliseconds since 1970; 0 where nobody knows.
    pub(crate) unix_millis: u64,
    pub(crate) host: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// In how many seconds the client may come again.
    pub(crate) retry_after: Option<u64>,
    pub(crate) format: Format,
    pub(crate) json: JsonShape,
    pub(crate) brand: &'a Brand,
    pub(crate) language: &'a Language,
    /// Only for trusted viewers.
    pub(crate) original: Option<&'a Original>,
}

/// A rendered page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) content_type: &'static str,
    /// Set for HTML and XML.
    pub(crate) content_security_policy: Option<HeaderValue>,
    pub(crate) body: Vec<u8>,
}

impl Page<'_> {
    /// The built-in page.
    ///
    /// Machines read the title of a status as the standard names it (RFC 9110 §15); only people get it in their language.
    pub(crate) fn render(&self) -> Rendered {
        let (status, request_id) = (self.status, self.request_id);
        let (title, generic) = (reason(status), self.language.message(status));
        let message = self.original.and_then(|original| original.message.as_deref()).unwrap_or(generic);
        let stack = self.original.map_or("", |original| &original.stack);
        let code = status.as_u16();
        let body = match (self.format, self.json) {
            (Format::Json, JsonShape::Flat) => json(&Flat { error: title, message, stack, request_id }),
            (Format::Json, JsonShape::Nested) => json(&Nested { error: NestedError { code, message, stack, request_id } }),
            (Format::ProblemJson, _) => json(&Problem { kind: "about:blank", title, status: code, detail: message, stack, request_id }),
            (Format::Text, _) => text(self),
            (Format::Html, _) => html::render(self),
            (Format::Xml, _) => xml::error(&code.to_string(), title, [message, stack], request_id),
            (Format::ProblemXml, _) => xml::problem(&code.to_string(), title, [message, stack], request_id),
        };
        let policy = match self.format {
            Format::Html => HeaderValue::from_str(&self.brand.content_security_policy).ok(),
            format => xml::content_security_policy(format),
        };
        self.rendered(body, policy)
    }

    /// The page that the operator wrote, in its format.
    ///
    /// # Errors
    /// Why it could not be rendered, for the report.
    pub(crate) fn render_with(&self, template: &PageTemplate) -> Result<Rendered, String> {
        Ok(self.rendered(template.render(self)?, template.content_security_policy()))
    }

    fn rendered(&self, body: String, content_security_policy: Option<HeaderValue>) -> Rendered {
        Rendered { content_type: content_type(self.format), content_security_policy, body: body.into_bytes() }
    }
}

/// A JSON object with a `requestId` in front of its members; `None` for anything else, and where it has one.
pub(crate) fn with_id(body: &[u8], request_id: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let Ok(Json::Object(members)) = serde_json::from_str(text) else { return None };
    if members.iter().any(|(name, _)| name == "requestId") {
        return None;
    }
    let (before, after) = text.split_at_checked(text.find('{')?.saturating_add(1))?;
    let id = serde_json::to_string(request_id).ok()?;
    Some([before, "\"requestId\":", &id, if members.is_empty() { "" } else { "," }, after].concat().into_bytes())
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json",
        Format::ProblemJson => "application/problem+json",
        Format::Html => "text/html; charset=utf-8",
        Format::Text => "text/plain; charset=utf-8",
        Format::Xml => "application/xml",
        Format::ProblemXml => "application/problem+xml",
    }
}

fn text(page: &Page<'_>) -> String {
    let Page { status, request_id, language, .. } = *page;
    let (title, label) = (language.title(status), language.text(Text::RequestId));
    let mut body = [&status.as_u16().to_string(), " ", title, "\n", &language.sentence(status), "\n"].concat();
    if !request_id.is_empty() {
        body.push_str(&[label, ": ", request_id, "\n"].concat());
    }
    if let Some(original) = page.original {
        body.push_str(&["\n", &original.text(), "\n"].concat());
    }
    body
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Flat<'a> {
    error: &'a str,
    message: &'a str,
    /// Only for trusted viewers, here as below.
    #[serde(skip_serializing_if = "str::is_empty")]
    stack: &'a str,
    /// Empty in a page that is kept as a file.
    #[serde(skip_serializing_if = "str::is_empty")]
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
    #[serde(skip_serializing_if = "str::is_empty")]
    stack: &'a str,
    /// Empty in a page that is kept as a file.
    #[serde(skip_serializing_if = "str::is_empty")]
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
    #[serde(skip_serializing_if = "str::is_empty")]
    stack: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
}

fn json(value: &impl Serialize) -> String {
    // Strings and numbers always serialize; an empty body would still leak nothing.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::language::Languages;
    use http::HeaderMap;
    use http::header::ACCEPT_LANGUAGE;
    use serde_json::Value;

    const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

    fn page(code: u16, format: Format, json: JsonShape, language: &str, request_id: &str) -> (&'static str, String) {
        let languages = Languages::default();
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_str(language).unwrap())]);
        let mut brand = Brand::default();
        brand.content_security_policy = content_security_policy(&brand);
        let page = Page {
            status: StatusCode::from_u16(code).unwrap(),
            request_id,
            unix_millis: 0,
            host: "",
            method: "GET",
            path: "/",
            retry_after: None,
            format,
            json,
            brand: &brand,
            language: languages.lookup(&headers),
            original: None,
        };
        let rendered = page.render();
        let shown = matches!(format, Format::Html | Format::Xml | Format::ProblemXml);
        assert_eq!(rendered.content_security_policy.is_some(), shown);
        (rendered.content_type, String::from_utf8(rendered.body).unwrap())
    }

    #[test]
    fn exact_bodies() {
        use Format::{Json, ProblemJson, ProblemXml, Text, Xml};
        use JsonShape::{Flat, Nested};
        #[rustfmt::skip]
        let rows = [
            (500, Json, Flat, "", "application/json", r#"{"error":"Internal Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (500, Json, Nested, "", "application/json", r#"{"error":{"code":500,"message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}}"#),
            (503, ProblemJson, Flat, "", "application/problem+json", r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The service is temporarily unavailable","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (503, ProblemJson, Nested, "", "application/problem+json", r#"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"The service is temporarily unavailable","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (504, Text, Flat, "", "text/plain; charset=utf-8", "504 Gateway Timeout\nThe service took too long to answer.\nRequest ID: 550e8400-e29b-41d4-a716-446655440000\n"),
            (599, Json, Flat, "", "application/json", r#"{"error":"Server Error","message":"An unexpected error occurred","requestId":"550e8400-e29b-41d4-a716-446655440000"}"#),
            (500, Xml, Flat, "", "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error><code>500</code><title>Internal Server Error</title><message>An unexpected error occurred</message><requestId>550e8400-e29b-41d4-a716-446655440000</requestId></error>\n"),
            (502, ProblemXml, Flat, "", "application/problem+xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<problem xmlns=\"urn:ietf:rfc:7807\"><type>about:blank</type><title>Bad Gateway</title><status>502</status><detail>The service is unreachable right now</detail><requestId>550e8400-e29b-41d4-a716-446655440000</requestId></problem>\n"),
        ];
        for (code, format, json, language, content_type, body) in rows {
            assert_eq!(page(code, format, json, language, ID), (content_type, body.to_owned()));
        }
        assert_eq!(page(502, Format::Html, Flat, "", ID).0, "text/html; charset=utf-8");
    }

    #[test]
    fn machines_read_the_standard_name_and_people_their_language() {
        let flat = |language| serde_json::from_str::<Value>(&page(500, Format::Json, JsonShape::Flat, language, ID).1).unwrap();
        assert_eq!(flat("de")["error"], "Internal Server Error");
        assert_ne!(flat("de")["message"], flat("en")["message"]);
        assert!(!page(500, Format::Text, JsonShape::Flat, "de", ID).1.contains("Internal Server Error"));
    }

    /// Correlation IDs cannot hold such characters; the page does not rely on it.
    #[test]
    fn json_survives_any_id() {
        let id = "\"</script>\\\u{2028}\n\u{1f600}";
        for format in [Format::Json, Format::ProblemJson] {
            let value: Value = serde_json::from_str(&page(502, format, JsonShape::Flat, "", id).1).unwrap();
            assert_eq!(value["requestId"], id);
        }
    }

    #[test]
    fn objects_get_the_id() {
        for (body, expected) in [
            ("{\"title\":\"Out of stock\"}", Some("{\"requestId\":\"abc\",\"title\":\"Out of stock\"}")),
            (" {\n  \"a\": {\"requestId\": 1}\n}\n", Some(" {\"requestId\":\"abc\",\n  \"a\": {\"requestId\": 1}\n}\n")),
            ("{ }", Some("{\"requestId\":\"abc\" }")),
            ("{\"requestId\":null}", None),
            ("[{}]", None),
            ("{\"a\":1", None),
            ("", None),
        ] {
            assert_eq!(with_id(body.as_bytes(), "abc").as_deref(), expected.map(str::as_bytes), "{body}");
        }
        assert_eq!(with_id(b"{\"a\":\"\xff\"}", "abc"), None);
    }

    #[test]
    fn a_page_without_an_id_does_not_speak_of_one() {
        for format in [Format::Json, Format::ProblemJson, Format::Text, Format::Xml, Format::ProblemXml, Format::Html] {
            let (_, body) = page(500, format, JsonShape::Flat, "", "");
            assert!(!body.contains("equestId") && !body.contains("equest ID"), "{body}");
        }
    }
}
