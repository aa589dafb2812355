//! The built-in error page: one file, no script, nothing loaded from anywhere.

use super::{Page, message, reason};
use std::borrow::Cow;

/// Allows the page's one style block and nothing else.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'sha256-NILamcpE5oaDsL0dswgxuJJHMVEq6B8ly9b07X/JH/8='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page as one HTML document, under 6 KB.
pub(super) fn render(page: &Page<'_>) -> String {
    let code = page.status.as_u16();
    let (title, message) = (reason(page.status), message(page.status));
    let id = escape(page.request_id);
    let advice = if page.status.is_client_error() {
        "<li>Check the address and what you entered, then try again.</li>"
    } else {
        "<li>Wait a moment, then load the page again.</li>"
    };
    let brand = page.brand_name.map(escape).filter(|name| !name.is_empty());
    let name_in_title = brand.as_ref().map_or_else(String::new, |name| format!(" · {name}"));
    let header = brand.as_ref().map_or_else(String::new, |name| format!("<header>{name}</header>\n"));
    let support = match page.support_url.filter(|url| is_link(url)).map(escape) {
        Some(url) => format!("<p class=\"help\"><a href=\"{url}\" rel=\"noreferrer\">Get help</a></p>\n"),
        None => String::new(),
    };
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{code} {title}{name_in_title}</title>\n\
         <style>{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         {header}\
         <main>\n\
         <p class=\"code\">Error {code}</p>\n\
         <h1>{title}</h1>\n\
         <p class=\"message\">{message}.</p>\n\
         <h2>What you can do</h2>\n\
         <ul>\n\
         {advice}\n\
         <li>If it happens again, give support this request ID: it leads them to the cause.</li>\n\
         </ul>\n\
         <dl><dt>Request ID</dt><dd><code>{id}</code></dd></dl>\n\
         {support}\
         </main>\n\
         </body>\n\
         </html>\n"
    )
}

/// A text, safe in HTML content and in a quoted attribute.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len().saturating_mul(2));
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a URL may become a link. The configuration was checked for it already; a `javascript:` link must not hang on that alone.
fn is_link(url: &str) -> bool {
    ["https:", "http:", "mailto:"].iter().any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// Contrast is at least 4.5:1 for every text, in light and dark. A change here needs a new hash above; the test tells it.
const STYLE: &str = "\
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1b1f27;--soft:#565e6c;--line:#dfe3e9;--field:#f4f5f7;--accent:#a3341c;--link:#1d4fb8}
@media (prefers-color-scheme:dark){:root{--page:#101318;--card:#191d24;--text:#edf0f4;--soft:#a5aebb;--line:#2d333d;--field:#101318;--accent:#ff9d85;--link:#9dbcff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1.25rem;padding:1.5rem 1rem;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif;overflow-wrap:anywhere}
header{width:100%;max-width:36rem;padding:0 .25rem;font-weight:650;font-size:1.125rem}
main{width:100%;max-width:36rem;padding:clamp(1.5rem,6vw,2.75rem);background:var(--card);border:1px solid var(--line);border-radius:.875rem}
p,ul,dl,dd,h1,h2{margin:0}
.code{color:var(--accent);font-weight:650;font-size:.9375rem}
h1{margin-top:.25rem;font-size:clamp(1.625rem,6vw,2.125rem);line-height:1.2;letter-spacing:-.015em}
.message{margin-top:.75rem;font-size:1.125rem;color:var(--soft)}
h2{margin-top:2rem;font-size:1rem}
ul{margin-top:.5rem;padding-left:1.25rem;color:var(--soft)}
li+li{margin-top:.25rem}
dl{margin-top:1.75rem;padding:.75rem 1rem;background:var(--field);border:1px solid var(--line);border-radius:.5rem}
dt{font-size:.8125rem;color:var(--soft)}
code{font:.9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,\"Liberation Mono\",monospace;-webkit-user-select:all;user-select:all}
.help{margin-top:1.75rem}
a{color:var(--link);font-weight:600;text-underline-offset:.2em}
a:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:2px}
@media print{:root{--page:#fff;--card:#fff;--text:#000;--soft:#000;--line:#999;--field:#fff;--accent:#000;--link:#000}body{display:block;min-height:0;padding:0}main{border:0;padding:0}header{margin-bottom:1.5rem;padding:0}a::after{content:\" (\" attr(href) \")\";font-weight:400}}
";

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::config::JsonShape;
    use crate::negotiate::Format;
    use base64::Engine as _;
    use http::StatusCode;
    use sha2::{Digest, Sha256};

    fn html(code: u16, request_id: &str, brand_name: Option<&str>, support_url: Option<&str>) -> String {
        let status = StatusCode::from_u16(code).unwrap();
        render(&Page { status, request_id, format: Format::Html, json: JsonShape::Flat, brand_name, support_url })
    }

    #[test]
    fn the_policy_allows_exactly_the_style() {
        let page = html(500, "id", None, None);
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, rest) = rest.split_once("</style>").unwrap();
        assert!(!rest.contains("<style") && !page.contains("style="));
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
        assert!(CONTENT_SECURITY_POLICY.contains(&format!("style-src 'sha256-{hash}'")), "the style's hash is now {hash}");
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let page = html(500, "id", Some("Acme"), Some("https://status.acme.example"));
        for word in ["<script", "src=", "url(", "@import", "<link", "<img", "<iframe", "<form", "style="] {
            assert!(!page.contains(word), "{word}");
        }
        let tags = page.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
        assert!(tags.flat_map(str::split_whitespace).all(|attribute| !attribute.starts_with("on")), "an event handler");
    }

    #[test]
    fn the_page_says_what_it_should() {
        let page = html(503, "550e8400", Some("Acme"), Some("https://status.acme.example/?a=1&b=2"));
        for part in [
            "<html lang=\"en\">",
            "<title>503 Service Unavailable · Acme</title>",
            "<h1>Service Unavailable</h1>",
            "The service is temporarily unavailable.",
            "<dt>Request ID</dt><dd><code>550e8400</code></dd>",
            "<header>Acme</header>",
            "href=\"https://status.acme.example/?a=1&amp;b=2\"",
            "Wait a moment",
        ] {
            assert_eq!(page.matches(part).count(), 1, "{part}");
        }
        let bare = html(404, "550e8400", None, None);
        assert!(!bare.contains("<header") && !bare.contains("<a ") && bare.contains("<title>404 Not Found</title>"));
        assert!(bare.contains("Check the address"));
    }

    #[test]
    fn everything_inserted_is_escaped() {
        let nasty = "<b title=\"x\" id='y'>&amp;";
        let escaped = "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;";
        let page = html(500, nasty, Some(nasty), Some(&format!("https://{nasty}")));
        assert!(!page.contains("<b "));
        assert_eq!(page.matches(escaped).count(), 4, "title, header, ID and link");
    }

    #[test]
    fn only_harmless_links() {
        for (url, linked) in [
            ("https://a.example", true),
            ("HTTP://a.example", true),
            ("mailto:help@a.example", true),
            ("javascript:alert(1)", false),
            (" https://a.example", false),
            ("data:text/html,x", false),
            ("//a.example", false),
            ("\u{e9}", false),
            ("", false),
        ] {
            assert_eq!(html(500, "id", None, Some(url)).contains("<a "), linked, "{url}");
        }
    }

    #[test]
    fn the_page_is_small() {
        let page = html(451, &"a".repeat(128), Some(&"\u{1f600}".repeat(80)), Some(&format!("https://{}", "a".repeat(200))));
        assert!(page.len() < 6 * 1024, "{}", page.len());
    }
}
