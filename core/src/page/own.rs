//! The operator's own pages.

use super::template::{Escape, Kind, Template, Value, Values, Variable};
use super::{Brand, Link, Page, html, reason, xml};
use crate::config::{self, ConfigError, Format};
use crate::json::Json;
use crate::language::Language;
use crate::time::rfc3339;
use http::{HeaderValue, StatusCode};

/// A template of the configuration, compiled.
#[derive(Debug)]
pub(crate) struct PageTemplate {
    name: String,
    format: Format,
    template: Template,
    /// Set for HTML and XML.
    content_security_policy: Option<HeaderValue>,
}

impl PageTemplate {
    /// Compiles the template that stands at `at`, and renders it once with everything and once with nothing.
    ///
    /// # Errors
    /// What is wrong with it, where, and how to mend it.
    pub(crate) fn compile(at: &str, name: &str, written: &config::Template) -> Result<Self, ConfigError> {
        let template = Template::compile(&written.text, escape(written.format), VARIABLES).map_err(|error| {
            let place = format!("{at}, line {}, column {}", error.line, error.column);
            if error.text.is_empty() { ConfigError::at(place, error.problem) } else { ConfigError::of(place, error.text, error.problem) }
        })?;
        let content_security_policy = match written.format {
            Format::Html => Some(policy(at, &written.text)?),
            format => xml::content_security_policy(format),
        };
        let compiled = PageTemplate { name: name.to_owned(), format: written.format, template, content_security_policy };
        compiled.try_out().map_err(|problem| ConfigError::at(at, problem))?;
        Ok(compiled)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn content_security_policy(&self) -> Option<HeaderValue> {
        self.content_security_policy.clone()
    }

    /// # Errors
    /// Why it could not be rendered, for the report.
    pub(super) fn render(&self, page: &Page<'_>) -> Result<String, String> {
        let time = if page.unix_millis == 0 { String::new() } else { rfc3339(page.unix_millis) };
        let body = self.template.render(&Shown { page, time: &time }).map_err(|error| format!("the template {} {error}", self.name))?;
        if matches!(self.format, Format::Json | Format::ProblemJson)
            && let Err(error) = serde_json::from_str::<Json>(&body)
        {
            return Err(format!("the template {} makes JSON that cannot be read: {error}", self.name));
        }
        Ok(body)
    }

    fn try_out(&self) -> Result<(), String> {
        let link = |number: usize| Link { label: format!("Link {number}"), url: "https://acme.example/".to_owned() };
        let full = Brand {
            name: Some("Acme".to_owned()),
            logo: Some("data:image/png;base64,iVBORw0KGgo=".to_owned()),
            accent: Some(("#a3341c".to_owned(), "#ff9d85".to_owned())),
            links: (0..8).map(link).collect(),
            support_url: Some("https://acme.example/help".to_owned()),
            footer: Some("\"Acme\"".to_owned()),
            ..Brand::default()
        };
        let (bare, language) = (Brand::default(), Language::default());
        for (brand, retry_after, text) in [(&full, Some(120), "\"<&\\"), (&bare, None, "")] {
            let page = Page {
                status: StatusCode::SERVICE_UNAVAILABLE,
                request_id: text,
                unix_millis: retry_after.unwrap_or_default(),
                host: text,
                method: text,
                path: text,
                retry_after,
                format: self.format,
                json: config::JsonShape::Flat,
                brand,
                language: &language,
                original: None,
            };
            self.render(&page).map_err(|problem| {
                let values = if text.is_empty() { "no optional values" } else { "all values" };
                format!("does not work with {values}: {problem} (texts of JSON stand in quotes, \"{{{{ request_id }}}}\", numbers without)")
            })?;
        }
        Ok(())
    }
}

fn escape(format: Format) -> Escape {
    match format {
        Format::Json | Format::ProblemJson => Escape::Json,
        Format::Html => Escape::Html,
        Format::Text => Escape::Text,
        Format::Xml | Format::ProblemXml => Escape::Xml,
    }
}

/// What the operator's page may do: its own scripts by their hashes, its own styles (no text can get into them), images and fonts from
/// anywhere safe. `headers.set` can say something else.
fn policy(at: &str, source: &str) -> Result<HeaderValue, ConfigError> {
    let mut scripts = String::new();
    let small = source.to_ascii_lowercase();
    let (mut rest, mut count) = (0, 0_usize);
    while let Some(start) = small.get(rest..).and_then(|text| text.find("<script")).map(|place| rest.saturating_add(place)) {
        let open = end_of_tag(source, start);
        let close = small.get(open..).and_then(|text| text.find("</script")).map_or(small.len(), |end| open.saturating_add(end));
        // As a browser reads it: without what is the template's, and with its own line breaks.
        let script = source.get(open..close).unwrap_or_default().replace("{% raw %}", "").replace("{% endraw %}", "");
        let script = script.replace("\r\n", "\n").replace('\r', "\n");
        if script.contains("{#") || script.contains("{%") {
            let problem = "has a comment or a tag of the template within a script: write only `{% raw %}` and `{% endraw %}` there";
            return Err(ConfigError::at(at, problem));
        }
        for part in [" 'sha256-", &html::hash(&script), "'"] {
            scripts.push_str(part);
        }
        (rest, count) = (close, count.saturating_add(1));
    }
    if count > MAX_SCRIPTS {
        let problem = format!("has {count} scripts: at most {MAX_SCRIPTS} are allowed, because each has its hash in a header");
        return Err(ConfigError::at(at, problem));
    }
    let scripts = if scripts.is_empty() { " 'none'" } else { &scripts };
    let policy = [
        "default-src 'none'; style-src 'unsafe-inline' https:; img-src data: https:; font-src data: https:; script-src",
        scripts,
        "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ];
    HeaderValue::from_str(&policy.concat()).map_err(|_| ConfigError::at(at, "has a script that cannot be allowed"))
}

/// Behind the `>` of the tag that starts at a place; one within quotes is none.
fn end_of_tag(source: &str, start: usize) -> usize {
    let mut quote = None;
    let end = source.bytes().enumerate().skip(start).find(|(_, byte)| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
        quote.is_none() && *byte == b'>'
    });
    end.map_or(source.len(), |(place, _)| place.saturating_add(1))
}

const MAX_SCRIPTS: usize = 16;

/// What a page shows to a template.
struct Shown<'a> {
    page: &'a Page<'a>,
    time: &'a str,
}

impl Values for Shown<'_> {
    fn value(&self, name: &str) -> Value<'_> {
        let Page { status, language, brand, .. } = *self.page;
        match name {
            "status" => Value::Number(status.as_u16().into()),
            "reason" => Value::Text(reason(status)),
            "title" => Value::Text(language.title(status)),
            "message" => Value::Text(language.message(status)),
            "request_id" => known(self.page.request_id),
            "time" => known(self.time),
            "host" => known(self.page.host),
            "method" => known(self.page.method),
            "path" => known(self.page.path),
            "retry_after" => self.page.retry_after.map_or(Value::None, Value::Number),
            "language" => Value::Text(language.tag()),
            "direction" => Value::Text(if language.is_right_to_left() { "rtl" } else { "ltr" }),
            "brand_name" => brand.name.as_deref().map_or(Value::None, Value::Text),
            "brand_logo" => brand.logo.as_deref().map_or(Value::None, Value::Text),
            "brand_accent" => brand.accent.as_ref().map_or(Value::None, |(light, _)| Value::Text(light)),
            "brand_accent_dark" => brand.accent.as_ref().map_or(Value::None, |(_, dark)| Value::Text(dark)),
            "brand_support_url" => brand.support_url.as_deref().map_or(Value::None, Value::Text),
            "brand_footer" => brand.footer.as_deref().map_or(Value::None, Value::Text),
            "brand_links" => Value::List(brand.links.len()),
            _ => Value::None,
        }
    }

    fn member(&self, _list: &str, item: usize, member: &str) -> Value<'_> {
        match (self.page.brand.links.get(item), member) {
            (Some(link), "label") => Value::Text(&link.label),
            (Some(link), "url") => Value::Text(&link.url),
            _ => Value::None,
        }
    }
}

fn known(text: &str) -> Value<'_> {
    if text.is_empty() { Value::None } else { Value::Text(text) }
}

const fn variable(name: &'static str, kind: Kind) -> Variable {
    Variable { name, kind }
}

/// All that a template may name: `docs/answers.md` tells the same to operators.
const VARIABLES: &[Variable] = &[
    variable("status", Kind::Number),
    variable("reason", Kind::Text),
    variable("title", Kind::Text),
    variable("message", Kind::Text),
    variable("request_id", Kind::Text),
    variable("time", Kind::Text),
    variable("host", Kind::Text),
    variable("method", Kind::Text),
    variable("path", Kind::Text),
    variable("retry_after", Kind::Number),
    variable("language", Kind::Text),
    variable("direction", Kind::Text),
    variable("brand_name", Kind::Text),
    variable("brand_logo", Kind::Url),
    variable("brand_accent", Kind::Color),
    variable("brand_accent_dark", Kind::Color),
    variable("brand_support_url", Kind::Url),
    variable("brand_footer", Kind::Text),
    variable("brand_links", Kind::List(&[variable("label", Kind::Text), variable("url", Kind::Url)])),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use crate::policy::Policy;
    use serde_json::json;

    fn refusal(format: &str, text: &str) -> String {
        let document = json!({"templates": {"page": {"format": format, "text": text}}});
        Policy::from_json(&document.to_string()).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
    }

    #[test]
    fn templates_are_refused_with_place_and_fix() {
        #[rustfmt::skip]
        let rows = [
            ("html", "<h1>{{ titel }}</h1>", "templates.page.text, line 1, column 8: \"titel\" is not a variable"),
            ("html", "<p>\n{% for i in range(1000000000) %}x{% endfor %}", "templates.page.text, line 2, column 13: \"range\" is a call, but `for` goes over a list: write `brand_links`"),
            ("html", "{% while true %}{% endwhile %}", "templates.page.text, line 1, column 4: \"while\""),
            ("html", "{% include \"/etc/passwd\" %}", "templates.page.text, line 1, column 4: \"include\""),
            ("html", "<script>let a = \"{{ path }}\"</script>", "templates.page.text, line 1, column"),
            ("html", "<a href=\"{{ path }}\">", "templates.page.text, line 1, column"),
            ("html", "<script>{# x #}</script>", "templates.page.text: has a comment or a tag"),
            ("html", &"<script>1</script>".repeat(17), "templates.page.text: has 17 scripts: at most 16"),
            ("xml", "<h:script>var a = '{{ path }}'</h:script>", "templates.page.text, line 1, column"),
            ("html", "{% if title %}", "templates.page.text, line 1"),
            ("json", "{\"a\": {{ request_id }}}", "templates.page.text"),
            ("json", "{\"a\": \"{{ title }}\"", "templates.page.text: does not work with all values: the template page makes JSON that cannot be read: "),
            ("json", "{\"wait\": {{ retry_after }}}", "templates.page.text: does not work with no optional values: the template page makes JSON"),
            ("problem_json", "[{% for link in brand_links %}\"{{ link.url }}\",{% endfor %}]", "templates.page.text: does not work with all values: the template page makes JSON that cannot be read: "),
        ];
        for (format, text, expected) in rows {
            assert!(refusal(format, text).starts_with(expected), "{text}: {}", refusal(format, text));
        }
        for (format, text) in [
            ("json", "{\"wait\": {{ retry_after | default(\"null\") }}}"),
            ("json", "[{% for link in brand_links %}{% if not loop.first %},{% endif %}\"{{ link.url }}\"{% endfor %}]"),
            ("html", "<style>a{color:{{ brand_accent }}}</style><b style=\"color:{{ brand_accent_dark }}\">"),
            ("html", "<script data-a=\"a>b\">{% raw %}let a = {}{% endraw %}</script>"),
            ("html", "<a href=\"{{ brand_support_url }}\">?</a><script>let a = 1</script><style>a{color:red}</style>"),
            ("xml", "<e><m>{{ message }}</m></e>"),
            ("text", ""),
        ] {
            assert_eq!(refusal(format, text), "accepted", "{text}");
        }
    }
}
