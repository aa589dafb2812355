//! Brands, compiled: whose page which request gets.

use super::compile::{host, list, path_pattern, refuse_long};
use super::{HostPattern, PathPattern};
use crate::config::{self, ConfigError};
use crate::page::{self, Brand, Link, Theme};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::uri::Authority;
use percent_encoding::percent_decode_str;

/// The brands, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Brands {
    special: Vec<(Conditions, Brand)>,
    general: Brand,
}

/// `None` is a condition that always holds.
#[derive(Debug)]
pub(crate) struct Conditions {
    hosts: Option<Vec<HostPattern>>,
    path: Option<PathPattern>,
}

impl Conditions {
    pub(crate) fn compile(at: &str, matches: config::BrandMatch) -> Result<Conditions, ConfigError> {
        Ok(Conditions {
            hosts: list(&format!("{at}.host"), matches.host, host)?,
            path: matches.path.map(|path| path_pattern(&format!("{at}.path"), path)).transpose()?,
        })
    }

    /// Host without its port, path without its query.
    pub(crate) fn hold(&self, host: &str, path: &str) -> bool {
        self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|pattern| pattern.matches(host)))
            && self.path.as_ref().is_none_or(|pattern| pattern.matches(path))
    }
}

impl Brands {
    /// The brand for a request; host without its port, path without its query.
    pub(super) fn find(&self, host: &str, path: &str) -> &Brand {
        self.special.iter().find(|(conditions, _)| conditions.hold(host, path)).map_or(&self.general, |(_, brand)| brand)
    }
}

pub(super) fn brands(brand: config::Brand, brands: Vec<config::HostBrand>) -> Result<Brands, ConfigError> {
    let general = compile("brand", brand, &Brand::default())?;
    refuse_long("brands", brands.len(), MAX_BRANDS)?;
    let mut special = Vec::with_capacity(brands.len());
    for (index, part) in brands.into_iter().enumerate() {
        let at = format!("brands[{index}].match");
        if part.matches == config::BrandMatch::default() {
            let problem = "has no condition, so no later brand could count: write a host or a path, or put what it says into `brand`";
            return Err(ConfigError::at(at, problem));
        }
        let conditions = Conditions::compile(&at, part.matches)?;
        special.push((conditions, compile(&format!("brands[{index}].brand"), part.brand, &general)?));
    }
    Ok(Brands { special, general })
}

/// A brand over the one that holds where it says nothing.
fn compile(at: &str, brand: config::Brand, base: &Brand) -> Result<Brand, ConfigError> {
    let mut compiled = base.clone();
    if let Some(name) = brand.name {
        compiled.name = Some(text(&format!("{at}.name"), name, 80, "name")?);
    }
    if let Some(name) = brand.theme {
        compiled.theme = theme(&format!("{at}.theme"), &name)?;
    }
    if let Some(written) = brand.logo {
        compiled.logo = Some(logo(&written).map_err(|problem| ConfigError::of(format!("{at}.logo"), written, problem))?);
    }
    if let Some(colors) = brand.colors {
        let at = format!("{at}.colors");
        let light = color(&format!("{at}.accent"), &colors.accent)?;
        let dark = colors.accent_dark.map(|dark| color(&format!("{at}.accent_dark"), &dark)).transpose()?;
        compiled.accent = Some((light.clone(), dark.unwrap_or(light)));
    }
    if let Some(links) = brand.links {
        let at = format!("{at}.links");
        refuse_long(&at, links.len(), MAX_LINKS)?;
        let link = |(index, link): (usize, config::Link)| {
            let label = text(&format!("{at}[{index}].label"), link.label, 80, "label")?;
            Ok(Link { label, url: url(&format!("{at}[{index}].url"), link.url, true)? })
        };
        compiled.links = links.into_iter().enumerate().map(link).collect::<Result<_, _>>()?;
    }
    if let Some(support) = brand.support_url {
        compiled.support_url = Some(url(&format!("{at}.support_url"), support, false)?);
    }
    if let Some(footer) = brand.footer {
        compiled.footer = Some(text(&format!("{at}.footer"), footer, 200, "line")?);
    }
    compiled.content_security_policy = page::content_security_policy(&compiled);
    Ok(compiled)
}

fn text(at: &str, text: String, most: usize, noun: &str) -> Result<String, ConfigError> {
    let problem = if text.trim().is_empty() {
        "is empty: leave it out instead".to_owned()
    } else if text.chars().count() > most {
        format!("is longer than {most} characters: write a shorter {noun}")
    } else if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        "has control characters: remove them".to_owned()
    } else {
        return Ok(text);
    };
    Err(ConfigError::of(at, text, problem))
}

fn theme(at: &str, name: &str) -> Result<Theme, ConfigError> {
    Theme::ALL.iter().find(|theme| theme.name() == name).copied().ok_or_else(|| {
        let known = Theme::ALL.map(Theme::name);
        let hint = config::did_you_mean(name, &known);
        ConfigError::of(at, name, format!("is not a theme: write {}{hint}", known.join(", ")))
    })
}

fn url(at: &str, text: String, relative: bool) -> Result<String, ConfigError> {
    let checked = match text.strip_prefix("mailto:") {
        Some(address) => characters(&text).and_then(|()| match address.split_once('@') {
            Some((name, host)) if !name.is_empty() && !host.is_empty() => Ok(()),
            _ => Err("is not a mail address: write for example mailto:help@acme.example"),
        }),
        None if relative && text.starts_with('/') && !text.starts_with("//") => characters(&text),
        None => absolute(&text),
    };
    match checked {
        Ok(()) => Ok(text),
        Err(problem) => Err(ConfigError::of(at, text, problem)),
    }
}

/// Whether a text is an absolute http or https URL that may become a link.
pub(super) fn absolute(text: &str) -> Result<(), &'static str> {
    characters(text)?;
    if !(text.starts_with("https://") || text.starts_with("http://")) {
        return Err("is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example");
    }
    let uri = text.split('#').next().unwrap_or_default().parse::<Uri>().ok();
    match uri.as_ref().and_then(Uri::authority) {
        Some(authority) if authority.as_str().contains('@') => {
            Err("has a user name or a password, which every client would read: remove it")
        }
        Some(authority) if is_authority(authority) => Ok(()),
        _ => Err("is not a URL: write for example https://status.acme.example"),
    }
}

/// Whether a host is one, and a port, where there is one, too.
fn is_authority(authority: &Authority) -> bool {
    let (host, whole) = (authority.host(), authority.as_str());
    let labels = host.strip_suffix('.').unwrap_or(host).split('.').all(|label| !label.is_empty() && !label.contains('*'));
    labels && (whole.len() == host.len() || authority.port_u16().is_some())
}

/// Whether a URL is of a length and of characters that every format can hold.
pub(super) fn characters(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_URL {
        Err("is longer than 512 characters: write a shorter URL")
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>`\\".contains(&byte)) {
        Err("has spaces, quotes or characters that are not ASCII: percent-encode them")
    } else {
        Ok(())
    }
}

/// A colour, in small letters. The theme darkens or lightens it until it can be read.
fn color(at: &str, text: &str) -> Result<String, ConfigError> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match digits {
        Some(_) => Ok(text.to_ascii_lowercase()),
        None => Err(ConfigError::of(at, text, "is not a colour: write # and six hexadecimal digits, for example #a3341c")),
    }
}

/// A logo as a `data:` URI. In an `<img>` a browser runs no script and loads nothing, whatever the image says; that it tries is refused
/// all the same.
fn logo(written: &str) -> Result<String, String> {
    if written.len() > MAX_LOGO {
        return Err(format!("has {} bytes: at most {MAX_LOGO} are allowed, because every page carries it", written.len()));
    }
    const FIX: &str =
        "is not an image: write an SVG document (<svg ...>...</svg>), or a PNG, JPEG, GIF or WebP image as data:image/png;base64,...";
    let Some(data) = written.strip_prefix("data:") else {
        svg(written)?;
        return Ok(["data:image/svg+xml;base64,", &STANDARD.encode(written)].concat());
    };
    if let Some(encoded) = data.strip_prefix("image/svg+xml,") {
        svg(&percent_decode_str(encoded).decode_utf8().map_err(|_| FIX)?)?;
        return if encoded.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') {
            Ok(written.to_owned())
        } else {
            Err(FIX.to_owned())
        };
    }
    let is_base64 = |data: &str| data.trim_end_matches('=').bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let (kind, data) = data.split_once(";base64,").filter(|(_, data)| is_base64(data)).ok_or(FIX)?;
    // What each kind begins with, in base64.
    let start = match kind {
        "image/png" => "iVBORw0KGgo",
        "image/jpeg" => "/9j/",
        "image/gif" => "R0lGOD",
        "image/webp" => "UklGR",
        "image/svg+xml" => return Err("has its SVG in base64, where nobody can look for scripts: write the SVG document itself".to_owned()),
        _ => return Err(FIX.to_owned()),
    };
    if data.starts_with(start) { Ok(written.to_owned()) } else { Err(format!("has data that is no {kind}: {FIX}")) }
}

/// Refuses what an image has no use for.
fn svg(document: &str) -> Result<(), String> {
    let small = document.to_ascii_lowercase();
    let start = small.trim_start().trim_start_matches('\u{feff}');
    let is_svg = start.starts_with("<svg") || start.starts_with("<?xml") && small.contains("<svg");
    if !is_svg || !small.contains("</svg>") && !small.trim_end().ends_with("/>") {
        return Err("is not an image: write an SVG document (<svg ...>...</svg>), or a data: URI as data:image/png;base64,...".to_owned());
    }
    let refuse = |place: usize, what: &str| {
        let line = small.get(..place).unwrap_or_default().matches('\n').count().saturating_add(1);
        Err(format!("has {what} in line {line} of the image: remove it, a logo is only to be looked at"))
    };
    for (text, what) in REFUSED_IN_SVG {
        if let Some(place) = small.find(text) {
            return refuse(place, what);
        }
    }
    // Attributes, and links that lead out of the image.
    for (place, _) in small.match_indices('=') {
        let before = small.get(..place).unwrap_or_default().trim_end();
        let name_at =
            before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))).map_or(0, |at| at.saturating_add(1));
        let name = before.get(name_at..).unwrap_or_default();
        let value = small.get(place.saturating_add(1)..).unwrap_or_default().trim_start().trim_start_matches(['"', '\'']).trim_start();
        if name.starts_with("on") && name.len() > 2 {
            return refuse(place, "an event handler");
        }
        if name.rsplit(':').next() == Some("href") && !value.starts_with('#') && !value.starts_with("data:image/") {
            return refuse(place, "a link to something outside");
        }
    }
    for (place, _) in small.match_indices("url(") {
        let value = small.get(place.saturating_add(4)..).unwrap_or_default().trim_start().trim_start_matches(['"', '\'']);
        if !value.starts_with('#') {
            return refuse(place, "a link to something outside");
        }
    }
    Ok(())
}

const REFUSED_IN_SVG: [(&str, &str); 10] = [
    ("<script", "a script"),
    // With a prefix of a name space.
    (":script", "a script"),
    (":foreignobject", "foreign content"),
    ("javascript:", "a script"),
    ("<foreignobject", "foreign content"),
    ("<iframe", "foreign content"),
    ("<!doctype", "a document type"),
    ("<!entity", "an entity"),
    ("@import", "an import"),
    ("<?xml-stylesheet", "a style sheet"),
];

const MAX_BRANDS: usize = 64;
const MAX_LINKS: usize = 8;
const MAX_LOGO: usize = 16 * 1024;
const MAX_URL: usize = 512;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;
    use crate::policy::{Policy, refusal};

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        #[rustfmt::skip]
        let rows: &[(&str, &str)] = &[
            (r#"{"brand":{"theme":"polster"}}"#, "brand.theme: \"polster\" is not a theme: write card, plain, split, terminal, poster, calm, ledger (did you mean `poster`?)"),
            (r##"{"brand":{"colors":{"accent":"red"}}}"##, "brand.colors.accent: \"red\" is not a colour: write # and six hexadecimal digits, for example #a3341c"),
            (r##"{"brand":{"colors":{"accent":"#a3341c","accent_dark":"#fff"}}}"##, "brand.colors.accent_dark: \"#fff\" is not a colour: write # and six hexadecimal digits, for example #a3341c"),
            (r##"{"brand":{"colors":{"accent":"#a3341c}</style>"}}}"##, "brand.colors.accent: \"#a3341c}</style>\" is not a colour: write # and six hexadecimal digits, for example #a3341c"),
            (r##"{"brand":{"colors":{"accent_dark":"#a3341c"}}}"##, "brand.colors: `accent` is missing: write #rrggbb"),
            (r#"{"brand":{"links":[{"label":"","url":"/x"}]}}"#, "brand.links[0].label: \"\" is empty: leave it out instead"),
            (r#"{"brand":{"links":[{"label":"x","url":"javascript:alert(1)"}]}}"#, "brand.links[0].url: \"javascript:alert(1)\" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"),
            (r#"{"brand":{"links":[{"label":"x","url":"//evil.example"}]}}"#, "brand.links[0].url: \"//evil.example\" is not an absolute https:, http: or mailto: URL: write for example https://status.acme.example"),
            (r#"{"brand":{"links":[{"label":"x"}]}}"#, "brand.links[0]: `url` is missing: write an absolute https:, http: or mailto: URL, or a path that starts with /"),
            (r#"{"brand":{"footer":"a\u202eb"}}"#, "brand.footer: \"a\\u202eb\" has control characters: remove them"),
            (r#"{"brands":[{"match":{},"brand":{}}]}"#, "brands[0].match: has no condition, so no later brand could count: write a host or a path, or put what it says into `brand`"),
            (r#"{"brands":[{"match":{"host":["https://a.example"]},"brand":{}}]}"#, "brands[0].match.host[0]: \"https://a.example\" has a scheme: write only the host, for example api.example.com"),
            (r#"{"brands":[{"match":{"host":["a b"]},"brand":{}}]}"#, "brands[0].match.host[0]: \"a b\" is not a host: write a host (api.example.com) or a suffix (*.example.com)"),
            (r#"{"brands":[{"match":{"status":["5xx"]},"brand":{}}]}"#, "brands[0].match: \"status\" is not known here: write `host` or `path`"),
            (r#"{"brands":[{"match":{"host":["a.example"]},"brand":{"name":" "}}]}"#, "brands[0].brand.name: \" \" is empty: leave it out instead"),
            (r#"{"brands":[{"brand":{}}]}"#, "brands[0]: `match` is missing: write for example {\"host\": [\"shop.example\"]}"),
        ];
        for (json, expected) in rows {
            assert_eq!(refusal(json), *expected, "{json}");
        }
    }

    #[test]
    fn logos() {
        let svg = |inner: &str| format!("<svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>");
        let png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";
        #[rustfmt::skip]
        let rows = [
            ("an SVG", svg("<path d='M0 0'/>"), ""),
            ("with a prologue", format!("<?xml version='1.0'?>\n{}", svg("<g/>")), ""),
            ("a gradient", svg("<linearGradient id='a'/><rect fill='url(#a)'/><use href='#a'/><use xlink:href=\"#a\"/>"), ""),
            ("a text with =", svg("<text>a = b</text>"), ""),
            ("a PNG", png.to_owned(), ""),
            ("a script", svg("\n<script>alert(1)</script>"), "has a script in line 2 of the image: remove it, a logo is only to be looked at"),
            ("a script in capitals", svg("<SCRIPT/>"), "has a script in line 1"),
            ("a script of a prefix", svg("<svg:script/>"), "has a script in line 1"),
            ("an event handler", svg("<rect onload='x()'/>"), "has an event handler in line 1"),
            ("one on its own line", svg("<rect\n onclick\n = \"x()\"/>"), "has an event handler in line 3"),
            ("a link outside", svg("<image href='https://evil.example/x.png'/>"), "has a link to something outside in line 1"),
            ("in another name space", svg("<use xlink:href = '//evil.example/x'/>"), "has a link to something outside in line 1"),
            ("in a style", svg("<style>a{background:url( \"//evil.example\")}</style>"), "has a link to something outside in line 1"),
            ("an import", svg("<style>@import '//evil.example'</style>"), "has an import in line 1"),
            ("a javascript link", svg("<a href='#'/><a href='javascript:x'/>"), "has a script in line 1"),
            ("with an entity in it", svg("<a href='java&#115;cript:x'/>"), "has a link to something outside in line 1"),
            ("foreign content", svg("<foreignObject/>"), "has foreign content in line 1"),
            ("an entity", format!("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>{}", svg("")), "has a document type in line 1"),
            ("HTML", "<html><svg></svg></html>".to_owned(), "is not an image: write an SVG document"),
            ("cut off", "<svg><g".to_owned(), "is not an image: write an SVG document"),
            ("a link", "https://acme.example/logo.png".to_owned(), "is not an image: write an SVG document"),
            ("HTML as data", "data:text/html;base64,PGI+".to_owned(), "is not an image: write an SVG document"),
            ("a PNG that is none", "data:image/png;base64,PHN2Zz4=".to_owned(), "has data that is no image/png"),
            ("quotes in it", "data:image/png;base64,iVBORw0KGgo=\" onload=\"x".to_owned(), "is not an image: write an SVG document"),
            ("an SVG in base64", "data:image/svg+xml;base64,PHN2Zz4=".to_owned(), "has its SVG in base64"),
            ("an SVG with a script, encoded", "data:image/svg+xml,%3Csvg%3E%3Cscript%2F%3E%3C%2Fsvg%3E".to_owned(), "has a script in line 1"),
            ("nothing", String::new(), "is not an image: write an SVG document"),
            ("too long", svg(&" ".repeat(MAX_LOGO)), "at most 16384 are allowed, because every page carries it"),
        ];
        for (name, written, expected) in rows {
            let problem = logo(&written).err().unwrap_or_default();
            assert!(if expected.is_empty() { problem.is_empty() } else { problem.contains(expected) }, "{name}: {problem}");
        }
        assert_eq!(logo("<svg></svg>").unwrap(), "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=");
        assert_eq!(logo(png).unwrap(), png);
    }

    #[test]
    fn a_special_brand_takes_the_rest_from_the_general_one() {
        let policy = Policy::from_json(
            r##"{"brand":{"name":"Acme","footer":"© Acme","theme":"split"},
                 "brands":[{"match":{"host":["*.shop.example"],"path":{"prefix":"/de/"}},"brand":{"name":"Laden"}},
                           {"match":{"host":["*.shop.example"]},"brand":{"theme":"calm","colors":{"accent":"#A3341C"}}}]}"##,
        )
        .unwrap();
        for (host, path, name, theme) in [
            ("acme.example", "/", "Acme", "split"),
            ("a.shop.example:443", "/de/x?y", "Laden", "split"),
            ("a.shop.example", "/de", "Acme", "calm"),
            ("shop.example", "/de/", "Acme", "split"),
        ] {
            let brand = policy.brands.find(crate::policy::bare_host(host), crate::policy::bare_path(path));
            assert_eq!(
                (brand.name.as_deref().unwrap(), brand.theme.name(), brand.footer.as_deref()),
                (name, theme, Some("© Acme")),
                "{host}{path}"
            );
        }
        let special = policy.brands.find("a.shop.example", "/");
        assert_eq!(special.accent.as_ref().unwrap().0, "#a3341c");
        assert!(special.content_security_policy != policy.brands.find("x", "/").content_security_policy, "the style has another hash");
    }
}
