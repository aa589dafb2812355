//! Renders the body of a replacement. All escaping is here.

use crate::config::JsonShape;
use crate::negotiate::Format;
use http::StatusCode;

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
pub(crate) fn render(_page: &Page<'_>) -> Rendered {
    Rendered { content_type: "application/json", content_security_policy: None, body: Vec::new() }
}
