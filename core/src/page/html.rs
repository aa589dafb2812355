//! The built-in error page: one file, nothing loaded from anywhere, complete without its script.
//!
//! What a page shows comes from the operator (the brand, the languages) or was checked to be harmless (the ID); of the request it
//! shows at most method, host and path, never the query. Everything is escaped all the same.

use super::Page;
use super::brand::Brand;
use super::template::escape;
use super::theme::Theme;
pub(crate) use super::theme::style;
use crate::language::Text;
use crate::policy::bare_path;
use crate::time::rfc3339;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The page as one HTML document, under 8 KB without the brand's logo.
pub(crate) fn render(page: &Page<'_>) -> String {
    let Page { status, brand, language, .. } = *page;
    let code = &status.as_u16().to_string();
    let text = |text| escape(language.text(text));
    let title = escape(language.title(status));
    let name = brand.name.as_deref().map(escape).unwrap_or_default();
    let dir = if language.is_right_to_left() { "rtl" } else { "ltr" };
    let mut out = String::with_capacity(8192);

    out.add(&["<!DOCTYPE html>\n<html lang=\"", &escape(language.tag()), "\" dir=\"", dir, HEAD]);
    out.add(&["<title>", code, " ", &title, if name.is_empty() { "" } else { " · " }, &name, "</title>\n<style>"]);
    out.add(&[&style(brand), "</style>\n</head>\n<body>\n"]);
    let logo = logo(brand).map(escape);
    if logo.is_some() || !name.is_empty() {
        out.push_str("<header>");
        if let Some(logo) = logo {
            out.add(&["<img alt=\"\" src=\"", &logo, "\">"]);
        }
        out.add(&["<span>", &name, "</span></header>\n"]);
    }

    out.push_str("<main>\n<div class=\"what\">\n");
    if let Some(request) = request_line(page) {
        out.add(&["<p class=\"ask\" dir=\"ltr\">", &escape(&request), "</p>\n"]);
    }
    out.add(&["<p class=\"code\">", &text(Text::Error), " <b>", code, "</b></p>\n<h1>", &title, "</h1>\n"]);
    out.add(&["<p class=\"message\">", &escape(&language.sentence(status)), "</p>\n</div>\n"]);

    out.add(&["<div class=\"next\">\n<h2>", &text(Text::WhatToDo), "</h2>\n<ul>\n"]);
    advice(&mut out, page);
    if !page.request_id.is_empty() {
        out.add(&["<li>", &text(Text::QuoteId), "</li>\n"]);
    }
    out.push_str("</ul>\n");
    let again = matches!(page.method, "" | "GET" | "HEAD");
    let help = brand.support_url.as_deref().filter(|url| is_link(url));
    if again || help.is_some() {
        out.push_str("<p class=\"go\">");
        if again {
            out.add(&["<a id=\"again\" href=\"\">", &text(Text::TryAgain), "</a>"]);
        }
        if let Some(url) = help {
            out.add(&["<a href=\"", &escape(url), "\" rel=\"noreferrer\">", &text(Text::GetHelp), "</a>"]);
        }
        out.push_str("</p>\n");
    }
    facts(&mut out, page);
    out.push_str("</div>\n</main>\n");

    footer(&mut out, brand);
    if let Some(original) = page.original {
        out.add(&["<pre dir=\"ltr\" lang=\"en\" tabindex=\"0\">", &escape(&original.text()), "</pre>\n"]);
    }
    out.add(&["<script>", SCRIPT, "</script>\n</body>\n</html>\n"]);
    out
}

/// The `content-security-policy` of the brand's pages: it allows their style, their script and a logo, nothing else.
pub(crate) fn content_security_policy(brand: &Brand) -> String {
    let (style, script) = (hash(&style(brand)), hash(SCRIPT));
    let mut policy = String::with_capacity(320);
    policy.add(&["default-src 'none'; style-src 'sha256-", &style, "'; script-src 'sha256-", &script]);
    policy.add(&["'; ", if logo(brand).is_some() { "img-src data:; " } else { "" }]);
    policy.push_str("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    policy
}

/// Whether a URL may become a link. The configuration was checked for it already; a `javascript:` link must not hang on that alone.
pub(super) fn is_link(url: &str) -> bool {
    ["https:", "http:", "mailto:"].iter().any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// A path of the same host; a browser takes `//` and `/\` for the beginning of another host.
fn is_path(url: &str) -> bool {
    url.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']))
}

fn logo(brand: &Brand) -> Option<&str> {
    brand.logo.as_deref().filter(|logo| logo.starts_with("data:image/"))
}

/// What was asked for, for the theme that plays a terminal. The query stays out: it may hold secrets, and pages are shown around.
fn request_line(page: &Page<'_>) -> Option<String> {
    let path = bare_path(page.path);
    let mut line = String::new();
    line.add(&[page.method, if page.method.is_empty() { "" } else { " " }, page.host, path]);
    let shown = page.brand.theme == Theme::Terminal && !page.host.is_empty() && line.len() <= MAX_LINE;
    // Other characters could rearrange the line.
    (shown && line.bytes().all(|byte| matches!(byte, b' '..=b'~'))).then_some(line)
}

/// The first advice: what helps with this status, and when to try again or what to look at.
fn advice(out: &mut String, page: &Page<'_>) {
    let text = |text| escape(page.language.text(text));
    match page.status.as_u16() {
        503 => out.add(&["<li>", &text(Text::AdviceUnavailable), "</li>\n"]),
        504 => out.add(&["<li>", &text(Text::AdviceTimeout), "</li>\n"]),
        _ => {}
    }
    let wait = page.retry_after.filter(|seconds| (1..=MAX_WAIT).contains(seconds));
    let template = text(Text::WaitFor);
    if let (Some(seconds), Some((before, after))) = (wait, template.split_once("{time}")) {
        let units = [text(Text::Seconds), text(Text::Minutes), text(Text::Hours)];
        let (number, unit) = match seconds {
            ..100 => (seconds, &units[0]),
            100..6000 => (seconds.div_ceil(60), &units[1]),
            _ => (seconds.div_ceil(3600), &units[2]),
        };
        let (wait, number) = (seconds.to_string(), number.to_string());
        out.add(&["<li>", before, "<span id=\"wait\" data-wait=\"", &wait, "\" data-units=\"", &units.join("|")]);
        out.add(&["\" data-then=\"", &text(Text::TryAgain), "\">", &number, " ", unit, "</span>", after, "</li>\n"]);
    } else {
        // A client that was too slow, too early or too eager did nothing wrong.
        let client = page.status.is_client_error() && !matches!(page.status.as_u16(), 408 | 425 | 429);
        out.add(&["<li>", &text(if client { Text::CheckAddress } else { Text::Wait }), "</li>\n"]);
    }
}

/// The ID and the time.
fn facts(out: &mut String, page: &Page<'_>) {
    let text = |text| escape(page.language.text(text));
    if page.request_id.is_empty() && page.unix_millis == 0 {
        return;
    }
    out.push_str("<dl>\n");
    if !page.request_id.is_empty() {
        out.add(&["<div><dt>", &text(Text::RequestId), "</dt><dd><code id=\"id\" dir=\"ltr\">", &escape(page.request_id)]);
        out.add(&["</code> <button id=\"copy\" type=\"button\" data-done=\"", &text(Text::Copied), "\" hidden>", &text(Text::Copy)]);
        out.push_str("</button><span id=\"said\" role=\"status\"></span></dd></div>\n");
    }
    if page.unix_millis != 0 {
        let time = rfc3339(page.unix_millis);
        let (date, clock) = (time.get(..10).unwrap_or_default(), time.get(11..19).unwrap_or_default());
        out.add(&["<div><dt>", &text(Text::Time), "</dt><dd><time dir=\"ltr\" datetime=\"", &time, "\">"]);
        out.add(&[date, " ", clock, " UTC</time></dd></div>\n"]);
    }
    out.push_str("</dl>\n");
}

fn footer(out: &mut String, brand: &Brand) {
    let mut links = brand.links.iter().filter(|link| is_link(&link.url) || is_path(&link.url)).peekable();
    let words = brand.footer.as_deref().filter(|words| !words.is_empty());
    if links.peek().is_none() && words.is_none() {
        return;
    }
    out.push_str("<footer>\n");
    if links.peek().is_some() {
        out.push_str("<nav><ul>\n");
        for link in links.take(MAX_LINKS) {
            out.add(&["<li><a href=\"", &escape(&link.url), "\" rel=\"noreferrer\">", &escape(&link.label), "</a></li>\n"]);
        }
        out.push_str("</ul></nav>\n");
    }
    if let Some(words) = words {
        out.add(&["<p>", &escape(words), "</p>\n"]);
    }
    out.push_str("</footer>\n");
}

/// A SHA-256 as the Content Security Policy writes it.
pub(super) fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// Appends several texts at once: less code than `format!`.
trait Add {
    fn add(&mut self, texts: &[&str]);
}

impl Add for String {
    fn add(&mut self, texts: &[&str]) {
        for text in texts {
            self.push_str(text);
        }
    }
}

/// A longer wait is no advice: seven days.
const MAX_WAIT: u64 = 604_800;
const MAX_LINE: usize = 100;
const MAX_LINKS: usize = 8;

/// From the direction to the title.
const HEAD: &str = "\">\n<head>\n\
<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<meta name=\"robots\" content=\"noindex\">\n\
<meta name=\"color-scheme\" content=\"light dark\">\n";

/// Shows the button that copies the ID, and counts down. When the time has come it loads the page once: a page that came by a
/// reload, whoever asked for it, only lets its link be used again. A wait of more than two minutes leaves the link alone.
const SCRIPT: &str = "\
(()=>{const $=i=>document.getElementById(i),c=$('copy'),w=$('wait'),a=$('again');\
if(c){const d=c.dataset.done,l=c.textContent,s=$('said');let t;c.hidden=false;c.onclick=async()=>{const i=$('id');\
try{await navigator.clipboard.writeText(i.textContent)}catch{getSelection().selectAllChildren(i);if(!document.execCommand('copy'))return}\
c.textContent=s.textContent=d;clearTimeout(t);t=setTimeout(()=>{c.textContent=l;s.textContent=''},2500)}}\
if(w){const n=+w.dataset.wait,u=w.dataset.units.split('|'),e=Date.now()+n*1e3,\
f=(performance.getEntriesByType('navigation')[0]||{}).type!='reload',\
k=()=>{const r=Math.ceil((e-Date.now())/1e3);if(r>0){w.textContent=r<100?r+' '+u[0]:r<6e3?Math.ceil(r/60)+' '+u[1]:Math.ceil(r/3600)+' '+u[2];return}\
clearInterval(t);w.parentNode.textContent=w.dataset.then;if(a){a.removeAttribute('aria-disabled');if(f)location.reload()}},\
t=setInterval(k,500);\
if(a&&n<=120){a.setAttribute('aria-disabled','true');a.onclick=v=>{if(a.hasAttribute('aria-disabled'))v.preventDefault()}}}})()";

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::config::{Format, JsonShape};
    use crate::language::{Language, Languages};
    use crate::page::brand::Link;
    use http::{HeaderMap, StatusCode};

    const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

    fn acme(theme: Theme) -> Brand {
        let link = |label: &str, url: &str| Link { label: label.to_owned(), url: url.to_owned() };
        Brand {
            theme,
            name: Some("Acme".to_owned()),
            logo: Some("data:image/svg+xml;base64,PHN2Zy8+".to_owned()),
            accent: Some(("#a3341c".to_owned(), "#ff9d85".to_owned())),
            links: vec![link("Status", "https://status.acme.example"), link("Imprint", "/imprint")],
            support_url: Some("https://acme.example/help?a=1&b=2".to_owned()),
            footer: Some("© Acme Ltd".to_owned()),
            content_security_policy: String::new(),
        }
    }

    fn page<'a>(code: u16, brand: &'a Brand, language: &'a Language) -> Page<'a> {
        Page {
            status: StatusCode::from_u16(code).unwrap(),
            request_id: ID,
            unix_millis: 1_795_258_090_042,
            host: "shop.acme.example",
            method: "GET",
            path: "/cart?token=secret",
            retry_after: None,
            format: Format::Html,
            json: JsonShape::Flat,
            brand,
            language,
            original: None,
        }
    }

    /// Renders a page in English, after a change to its inputs.
    fn html<'a>(code: u16, brand: &'a Brand, change: impl FnOnce(&mut Page<'a>)) -> String {
        let languages: &'static Languages = Box::leak(Box::default());
        let mut page = page(code, brand, languages.lookup(&HeaderMap::new()));
        change(&mut page);
        render(&page)
    }

    fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
        let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("{start} in {page}"));
        rest.split_once(end).unwrap().0
    }

    #[test]
    fn the_policy_allows_exactly_what_the_page_has() {
        let standard = |text: &str| STANDARD.encode(Sha256::digest(text));
        for theme in Theme::ALL {
            for brand in [acme(theme), Brand { theme, ..Brand::default() }] {
                let page = html(503, &brand, |page| page.retry_after = Some(30));
                let (style, script) = (between(&page, "<style>", "</style>"), between(&page, "<script>", "</script>"));
                let image = if brand.logo.is_some() { "img-src data:; " } else { "" };
                let expected = format!(
                    "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; {image}base-uri 'none'; form-action 'none'; \
                     frame-ancestors 'none'",
                    standard(style),
                    standard(script)
                );
                assert_eq!(content_security_policy(&brand), expected);
                for (word, times) in [("<style", 1), ("<script", 1), ("style=", 0), ("<link", 0), ("<iframe", 0), ("<form", 0), ("url(", 0)]
                {
                    assert_eq!(page.matches(word).count(), times, "{word}");
                }
                assert_eq!(page.matches(" src=").count(), page.matches(" src=\"data:image/").count());
                let markup = page.replace(style, "").replace(script, "");
                let tags = markup.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
                assert!(tags.flat_map(str::split_whitespace).all(|attribute| !attribute.starts_with("on")), "an event handler");
            }
        }
    }

    #[test]
    fn hashes_are_in_base64() {
        for (text, expected) in [
            ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
            ("body{color:red}", "FcQqt3aNlV7AZnGV4zkQRVeCeJOxbMPnQSx258L803E="),
        ] {
            assert_eq!(hash(text), expected, "{text}");
        }
    }

    #[test]
    fn the_page_says_what_it_should() {
        let page = html(503, &acme(Theme::Card), |_| {});
        for part in [
            "<html lang=\"en\" dir=\"ltr\">",
            "<title>503 Service Unavailable · Acme</title>",
            "<header><img alt=\"\" src=\"data:image/svg+xml;base64,PHN2Zy8+\"><span>Acme</span></header>",
            "<p class=\"code\">Error <b>503</b></p>",
            "<h1>Service Unavailable</h1>",
            "The service is temporarily unavailable.",
            "Wait a moment",
            "<a id=\"again\" href=\"\">Try again</a>",
            "<code id=\"id\" dir=\"ltr\">550e8400-e29b-41d4-a716-446655440000</code>",
            "<time dir=\"ltr\" datetime=\"2026-11-21T10:48:10.042Z\">2026-11-21 10:48:10 UTC</time>",
            "href=\"https://acme.example/help?a=1&amp;b=2\"",
            "href=\"/imprint\"",
            "<p>© Acme Ltd</p>",
        ] {
            assert_eq!(page.matches(part).count(), 1, "{part} in {page}");
        }
        let bare = html(404, &Brand::default(), |page| (page.request_id, page.unix_millis, page.method) = ("", 0, "POST"));
        for part in ["<header", "<footer", "<a ", "<img", "<dl", "<dt", "<time", "secret", "Wait a moment"] {
            assert!(!bare.contains(part), "{part}");
        }
        assert!(bare.contains("<title>404 Not Found</title>") && bare.contains("Check the address"));
    }

    #[test]
    fn advice_fits_status_and_wait() {
        #[rustfmt::skip]
        let rows = [
            (500, None, "Wait a moment"), (503, None, "Wait a moment"), (404, None, "Check the address"), (429, None, "Wait a moment"),
            (503, Some(0), "Wait a moment"), (503, Some(1), ">1 s</span>."), (429, Some(99), ">99 s</span>."), (503, Some(100), ">2 min</span>."),
            (503, Some(5999), ">100 min</span>."), (503, Some(6000), ">2 h</span>."), (404, Some(5), ">5 s</span>."),
            (503, Some(604_800), ">168 h</span>."), (503, Some(604_801), "Wait a moment"), (503, Some(u64::MAX), "Wait a moment"),
        ];
        for (code, wait, expected) in rows {
            let page = html(code, &Brand::default(), |page| page.retry_after = wait);
            assert!(between(&page, "<ul>", "</ul>").contains(expected), "{code} {wait:?}: {page}");
        }
        for (method, again) in [("", true), ("GET", true), ("HEAD", true), ("POST", false), ("get", false), ("DELETE", false)] {
            assert_eq!(html(500, &Brand::default(), |page| page.method = method).contains("id=\"again\""), again, "{method}");
        }
    }

    #[test]
    fn the_terminal_shows_what_was_asked_for() {
        let long = "a".repeat(200);
        #[rustfmt::skip]
        let rows = [
            ("GET", "a.example", "/cart?token=secret", Some("GET a.example/cart")), ("", "a.example", "", Some("a.example")),
            ("GET", "a.example", "/<b>#x", Some("GET a.example/&lt;b&gt;")), ("GET", "", "/cart", None), ("GET", "a.example", &long, None),
            ("GET", "a.example", "/\u{202e}x", None), ("GET", "a.example", "/\n", None),
        ];
        for (method, host, path, expected) in rows {
            let ask =
                |theme| html(500, &Brand { theme, ..Brand::default() }, |page| (page.method, page.host, page.path) = (method, host, path));
            let page = ask(Theme::Terminal);
            match expected {
                Some(line) => assert_eq!(between(&page, "<p class=\"ask\" dir=\"ltr\">", "</p>"), line),
                None => assert!(!page.contains("class=\"ask\""), "{page}"),
            }
            assert!(!ask(Theme::Card).contains("class=\"ask\""));
        }
    }

    #[test]
    fn everything_inserted_is_escaped() {
        let nasty = "<b title=\"x\" id='y'>&amp;";
        let escaped = "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;";
        let text = Some(nasty.to_owned());
        let brand = Brand {
            theme: Theme::Terminal,
            name: text.clone(),
            logo: Some(format!("data:image/{nasty}")),
            accent: Some((nasty.to_owned(), nasty.to_owned())),
            links: vec![Link { label: nasty.to_owned(), url: format!("/{nasty}") }],
            support_url: Some(format!("https://{nasty}")),
            footer: text,
            content_security_policy: String::new(),
        };
        let page = html(500, &brand, |page| (page.request_id, page.host, page.path) = (nasty, nasty, ""));
        assert!(!page.contains("<b title"));
        assert_eq!(page.matches(escaped).count(), 9, "title, logo, header, request, support, ID, link with label, footer");
    }

    #[test]
    fn only_harmless_links() {
        for (url, support, link) in [
            ("https://a.example", true, true),
            ("HTTP://a.example", true, true),
            ("mailto:help@a.example", true, true),
            ("/help", false, true),
            ("/", false, true),
            ("//a.example", false, false),
            ("/\\a.example", false, false),
            ("javascript:alert(1)", false, false),
            (" https://a.example", false, false),
            ("data:text/html,x", false, false),
            ("\u{e9}", false, false),
            ("", false, false),
        ] {
            let brand = Brand { support_url: Some(url.to_owned()), ..Brand::default() };
            assert_eq!(html(500, &brand, |page| page.method = "POST").contains("<a "), support, "{url}");
            let brand = Brand { links: vec![Link { label: "x".to_owned(), url: url.to_owned() }], ..Brand::default() };
            assert_eq!(html(500, &brand, |page| page.method = "POST").contains("<a "), link, "{url}");
        }
        let brand = Brand { logo: Some("https://a.example/logo.png".to_owned()), ..Brand::default() };
        assert!(!html(500, &brand, |_| {}).contains("<img") && !content_security_policy(&brand).contains("img-src"));
    }

    #[test]
    fn the_pages_are_small() {
        for theme in Theme::ALL {
            let page = html(431, &Brand { logo: None, ..acme(theme) }, |page| page.retry_after = Some(30));
            assert!(page.len() < 8 * 1024, "{theme:?}: {}", page.len());
        }
    }
}
