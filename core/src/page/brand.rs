//! Whose page it is: everything of the operator that a page shows, checked when the configuration was compiled.

use super::theme::Theme;

/// A brand. Texts are still to be escaped for their format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Brand {
    pub(crate) theme: Theme,
    /// 1 to 80 characters without control characters.
    pub(crate) name: Option<String>,
    /// A `data:` URI of an image, at most 16 KiB.
    pub(crate) logo: Option<String>,
    /// `#rrggbb`, for light and dark: links, buttons and whatever the theme stresses.
    pub(crate) accent: Option<(String, String)>,
    /// Absolute http, https or mailto URLs or paths (`/…`), in printable ASCII, at most eight.
    pub(crate) links: Vec<Link>,
    /// An absolute http, https or mailto URL in printable ASCII.
    pub(crate) support_url: Option<String>,
    /// At most 200 characters.
    pub(crate) footer: Option<String>,
    /// What the built-in page of this brand may do.
    pub(crate) content_security_policy: String,
}

/// A link of the page's footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) url: String,
}
