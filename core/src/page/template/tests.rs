#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice
)]

use super::context::{Context, Hole};
use super::*;
use Escape::{Html, Json, Text, Xml};

const LINK: &[Variable] = &[Variable { name: "label", kind: Kind::Text }, Variable { name: "url", kind: Kind::Url }];
const VARIABLES: &[Variable] = &[
    Variable { name: "status", kind: Kind::Number },
    Variable { name: "title", kind: Kind::Text },
    Variable { name: "request_id", kind: Kind::Text },
    Variable { name: "retry_after", kind: Kind::Number },
    Variable { name: "support_url", kind: Kind::Url },
    Variable { name: "rtl", kind: Kind::Flag },
    Variable { name: "links", kind: Kind::List(LINK) },
];

#[derive(Clone)]
struct Page {
    title: Option<String>,
    id: String,
    retry_after: Option<u64>,
    support_url: Option<String>,
    links: Vec<(String, String)>,
}

impl Page {
    fn new() -> Self {
        let link = |name: &str| (name.to_owned(), format!("https://{name}.example/"));
        Page { title: Some("Bad Gateway".into()), id: "42".into(), retry_after: None, support_url: None, links: vec![link("a"), link("b")] }
    }

    /// Every text is the same.
    fn of(text: &str, links: usize) -> Self {
        let links = vec![(text.to_owned(), text.to_owned()); links];
        Page { title: Some(text.into()), id: text.into(), retry_after: Some(30), support_url: Some(text.into()), links }
    }
}

impl Values for Page {
    fn value(&self, name: &str) -> Value<'_> {
        match name {
            "status" => Value::Number(502),
            "title" => self.title.as_deref().map_or(Value::None, Value::Text),
            "request_id" => Value::Text(&self.id),
            "retry_after" => self.retry_after.map_or(Value::None, Value::Number),
            "support_url" => self.support_url.as_deref().map_or(Value::None, Value::Text),
            "rtl" => Value::Number(0),
            "links" => Value::List(self.links.len()),
            _ => panic!("{name}"),
        }
    }

    fn member(&self, list: &str, item: usize, member: &str) -> Value<'_> {
        assert_eq!(list, "links");
        let (label, url) = &self.links[item];
        Value::Text(if member == "label" { label } else { url })
    }
}

fn compile(source: &str, escape: Escape) -> Template {
    Template::compile(source, escape, VARIABLES).unwrap_or_else(|error| panic!("{source}: {error:?}"))
}

fn refusal(source: &str, escape: Escape) -> TemplateError {
    Template::compile(source, escape, VARIABLES).err().unwrap_or_else(|| panic!("accepted: {source}"))
}

fn render(source: &str, escape: Escape, page: &Page) -> String {
    compile(source, escape).render(page).unwrap()
}

#[test]
fn what_templates_write() {
    #[rustfmt::skip]
    let rows = [
        ("empty", "", ""),
        ("text only", "a { b } }} %} #} {x", "a { b } }} %} #} {x"),
        ("values", "{{ status }} {{title}}{{ request_id }}", "502 Bad Gateway42"),
        ("no value", "[{{ retry_after }}{{ support_url }}]", "[]"),
        ("comments", "a{# {{ no }} {% if %} #}b{#- x -#} c", "abc"),
        ("raw", "{% raw %}{{ x }}{# {% if %}{% endraw %}!", "{{ x }}{# {% if %}!"),
        ("raw, trimmed", "a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b"),
        ("a raw that holds quotes and other names", "{% raw %}{% \" {% endraws %}{% endraw %}", "{% \" {% endraws %}"),
        // Space.
        ("kept", "a {{ status }} b", "a 502 b"),
        ("before", "a \n {{- status }} b", "a502 b"),
        ("behind", "a {{ status -}} \n b", "a 502b"),
        ("tags", "a {%- if status -%} x {%- endif -%} b", "axb"),
        ("in the tag", "{%-\n  if status\n-%}x{%endif%}", "x"),
        // Conditions.
        ("true", "{% if title %}1{% endif %}{% if status %}2{% endif %}{% if links %}3{% endif %}", "123"),
        ("false", "{% if retry_after %}1{% endif %}{% if support_url %}2{% endif %}{% if rtl %}3{% endif %}", ""),
        ("else", "{% if rtl %}1{% else %}2{% endif %}3", "23"),
        ("elif", "{% if rtl %}1{% elif status == 502 %}2{% elif title %}3{% else %}4{% endif %}", "2"),
        ("last elif", "{% if rtl %}1{% elif rtl %}2{% elif title %}3{% else %}4{% endif %}", "3"),
        ("no branch", "{% if rtl %}1{% elif rtl %}2{% endif %}", ""),
        ("not", "{% if not rtl %}1{% endif %}{% if not not rtl %}2{% endif %}{% if not title == \"x\" %}3{% endif %}", "13"),
        ("and", "{% if title and rtl %}1{% endif %}{% if title and status %}2{% endif %}", "2"),
        ("or", "{% if rtl or title %}1{% endif %}{% if rtl or retry_after %}2{% endif %}", "1"),
        ("and before or", "{% if title or rtl and rtl %}1{% endif %}{% if rtl and rtl or title %}2{% endif %}{% if rtl and title or rtl %}3{% endif %}", "12"),
        ("texts", "{% if title == \"Bad Gateway\" %}1{% endif %}{% if title != 'x}}' %}2{% endif %}{% if title == '' %}3{% endif %}", "12"),
        ("numbers", "{% if status<503 %}1{% endif %}{% if status<=502 %}2{% endif %}{% if status>502 %}3{% endif %}{% if status>=502 %}4{% endif %}{% if status!=502 %}5{% endif %}", "124"),
        ("nothing compares", "{% if retry_after < 9 %}1{% endif %}{% if retry_after >= 0 %}2{% endif %}{% if retry_after != 0 %}3{% endif %}{% if retry_after == 0 %}4{% endif %}", "3"),
        // Loops.
        ("for", "{% for link in links %}<{{ link.label }} {{ link.url }}>{% endfor %}", "<a https://a.example/><b https://b.example/>"),
        ("loop", "{% for l in links %}{% if loop.first %}[{% endif %}{{ loop.index }}{% if not loop.last %},{% else %}]{% endif %}{% endfor %}", "[1,2]"),
        ("nested", "{% for a in links %}{% for b in links %}{{ a.label }}{{ b.label }}{{ loop.index }} {% endfor %}{{ loop.index }};{% endfor %}", "aa1 ab2 1;ba1 bb2 2;"),
        ("for, else", "{% for l in links %}x{% else %}none{% endfor %}", "xx"),
        // Filters.
        ("case", "{{ title | upper }} {{ title|lower }} {{ title|upper|lower }}", "BAD GATEWAY bad gateway bad gateway"),
        ("default", "{{ retry_after | default(\"soon\") }} {{ status | default('x') }} {{ support_url | default(\"\") | default(\"-\") }}", "soon 502 -"),
        ("default and case", "{{ support_url | default(\"Ab\") | upper }} {{ support_url | upper | default(\"Ab\") }}", "AB Ab"),
    ];
    for (name, source, expected) in rows {
        assert_eq!(render(source, Text, &Page::new()), expected, "{name}");
    }
    let nothing = Page { links: Vec::new(), ..Page::new() };
    assert_eq!(render("{% for l in links %}x{{ loop.index }}{% else %}none{% endfor %}{% if links %}y{% endif %}", Text, &nothing), "none");
    assert_eq!(render("{% for l in links %}{% else %}{% for m in links %}{{ m.url }}{% endfor %}.{% endfor %}", Text, &nothing), ".");
    let cases = Page { title: Some("Straße ÄÖÜ÷× Ωμ Ёжик ÿ 日本".into()), ..Page::new() };
    assert_eq!(render("{{ title | upper }}|{{ title | lower }}", Text, &cases), "STRAßE ÄÖÜ÷× ΩΜ ЁЖИК ÿ 日本|straße äöü÷× ωμ ёжик ÿ 日本");
}

#[test]
fn refusals() {
    #[rustfmt::skip]
    let rows = [
        // Names.
        ("{{ staus }}", 1, 4, "staus", "is not a variable: write `status`, `title`, `request_id`, `retry_after`, `support_url`, `rtl` or `links` (did you mean `status`?)"),
        ("ä\n ö {{ x }}", 2, 7, "x", "is not a variable"),
        ("{% if title and titel %}", 1, 17, "titel", "did you mean `title`?"),
        ("{{ title.upper }}", 1, 4, "title", "has no parts: leave out `.upper`"),
        ("{{ links }}", 1, 4, "links", "is a list: write `{% for item"),
        ("{{ links.url }}", 1, 4, "links", "`item.url` within"),
        ("{{ rtl }}", 1, 4, "rtl", "is yes or no"),
        ("{{ loop.index }}", 1, 4, "loop", "outside of every `for`"),
        ("{{ title() }}", 1, 9, "(", "nothing can be called"),
        ("{{ now() }}", 1, 4, "now", "nothing can be called"),
        ("{{ }}", 1, 1, "{{ }}", "names nothing"),
        ("{{ \"x\" }}", 1, 4, "\"x\"", "is not a variable: write the variable first"),
        ("{{ 1 }}", 1, 4, "1", "is not a variable"),
        ("{{ größe }}", 1, 4, "größe", "is not a variable"),
        ("{{ title + 1 }}", 1, 10, "+", "would calculate"),
        ("{{ title request_id }}", 1, 10, "request_id", "close the tag before it with `}}`"),
        ("{{ title if title }}", 1, 10, "if", "write `{% if … %}` around"),
        ("{{ title %}", 1, 10, "%}", "close the tag before it with `}}`"),
        ("{% for l in links %}{{ l }}{% endfor %}", 1, 24, "l", "has parts: write `l.label` or `l.url`"),
        ("{% for l in links %}{{ l.lable }}{% endfor %}", 1, 26, "lable", "is not a part of `l`: write `label` or `url` (did you mean `label`?)"),
        ("{% for l in links %}{{ loop.idx }}{% endfor %}", 1, 29, "idx", "`index`, `first` or `last`"),
        ("{% for l in links %}{{ loop.first }}{% endfor %}", 1, 24, "loop.first", "is yes or no: ask for it in `{% if … %}`"),
        ("{% for l in links %}{{ loop . last }}{% endfor %}", 1, 24, "loop . last", "is yes or no"),
        ("{% for l in links %}{% endfor %}{{ l.url }}", 1, 36, "l", "is not a variable"),
        ("{% for l in links %}{% else %}{{ l.url }}{% endfor %}", 1, 34, "l", "in the loop only"),
        // Filters.
        ("{{ title | capitalize }}", 1, 12, "capitalize", "is not a filter: write `upper`, `lower` or `default`"),
        ("{{ title | uper }}", 1, 12, "uper", "did you mean `upper`?"),
        ("{{ title | safe }}", 1, 12, "safe", "escaping cannot be switched off"),
        ("{{ title | default }}", 1, 12, "default", "write `default(\"…\")`"),
        ("{{ title | default(status) }}", 1, 12, "default", "needs a text"),
        ("{% if title | upper %}{% endif %}", 1, 13, "|", "filters in `{{ … }}` only"),
        // Tags.
        ("{% while title %}", 1, 4, "while", "is not a tag here: the only loop is"),
        ("{% set a = 1 %}", 1, 4, "set", "nothing can be set"),
        ("{% include \"x\" %}", 1, 4, "include", "a template stands alone"),
        ("{% fro l in links %}", 1, 4, "fro", "(did you mean `for`?)"),
        ("{% %}", 1, 4, "%}", "is not a tag"),
        ("{% if title %}{% elseif title %}{% endif %}", 1, 18, "elseif", "write `{% elif … %}`"),
        ("{% if title %}{% else if title %}{% endif %}", 1, 15, "else if", "write `{% elif … %}`"),
        ("{% endraw %}", 1, 4, "endraw", "no `{% raw %}` is open"),
        ("{% if a == 1 %}", 1, 7, "a", "is not a variable"),
        ("{% if title = \"x\" %}{% endif %}", 1, 13, "=", "write `==` to compare"),
        ("{% if (title) %}{% endif %}", 1, 7, "(", "`and` binds closer"),
        ("{% if !title %}{% endif %}", 1, 7, "!", "write `not`"),
        ("{% if title == title %}{% endif %}", 1, 7, "title", "with a text in quotes"),
        ("{% if title < \"x\" %}{% endif %}", 1, 7, "title", "compare it by `==` or `!=`"),
        ("{% if status == \"5\" %}{% endif %}", 1, 17, "\"5\"", "is not a number, but `status` is"),
        ("{% if status == 99999999999999999999 %}{% endif %}", 1, 17, "99999999999999999999", "is not a number"),
        ("{% if links == 1 %}{% endif %}", 1, 7, "links", "cannot be compared"),
        ("{% if 5 < status %}{% endif %}", 1, 7, "5", "write the variable first"),
        // Loops.
        ("{% for i in range(1000000) %}", 1, 13, "range", "is a call, but `for` goes over a list: write `links`"),
        ("{% for i in status %}", 1, 13, "status", "is not a list: write `links`"),
        ("{% for i in link %}", 1, 13, "link", "did you mean `links`?"),
        ("{% for i in 10 %}", 1, 13, "10", "is not a list"),
        ("{% for i in links.url %}", 1, 13, "links", "is a list already"),
        ("{% for title in links %}", 1, 8, "title", "is taken"),
        ("{% for a in links %}{% for a in links %}", 1, 28, "a", "is taken"),
        ("{% for loop in links %}", 1, 8, "loop", "cannot name an item"),
        ("{% for a, b in links %}", 1, 9, ",", "stands where `in` belongs"),
        // Blocks.
        ("a\n{% if title %}b", 2, 1, "{% if title %}b", "is not closed: write `{% endif %}`"),
        ("{% for l in links %}", 1, 1, "{% for l in links %}", "write `{% endfor %}`"),
        ("{% if title %}\n{% for l in links %}{% endif %}{% endfor %}", 2, 21, "{% endif %}", "crosses the `for` of line 2: write `{% endfor %}` first"),
        ("{% endif %}", 1, 1, "{% endif %}", "closes nothing: write `{% if … %}`"),
        ("{% else %}", 1, 4, "else", "belongs to no block"),
        ("{% if title %}{% else %}{% else %}{% endif %}", 1, 28, "else", "comes behind `else`"),
        ("{% if title %}{% else %}{% elif title %}{% endif %}", 1, 28, "elif", "comes behind `else`"),
        ("{% for l in links %}{% elif title %}{% endfor %}", 1, 24, "elif", "stands in a `for`"),
        // Unfinished.
        ("a {{ title", 1, 3, "{{ title", "is not finished: close it with `}}`"),
        ("{{", 1, 1, "{{", "close it with `}}`"),
        ("{{ title <p>", 1, 10, "<", "around the variable"),
        ("{% if title", 1, 1, "{% if title", "close it with `%}`"),
        ("{%", 1, 1, "{%", "close it with `%}`"),
        ("{% if", 1, 1, "{% if", "close it with `%}`"),
        ("@media print{#a{color:red}}", 1, 13, "{#a{color:red}}", "write `{% raw %}` before it if it is text"),
        ("a {% raw %} {% endra %}", 1, 3, "{% raw %}", "write `{% endraw %}`"),
    ];
    for (source, line, column, text, problem) in rows {
        let error = refusal(source, Text);
        assert_eq!((error.line, error.column, error.text.as_str()), (line, column, text), "{source}: {}", error.problem);
        assert!(error.problem.contains(problem), "{source}: {}", error.problem);
    }
}

#[test]
fn limits() {
    let nested = |depth: usize| format!("{}{}", "{% if title %}".repeat(depth), "{% endif %}".repeat(depth));
    compile(&nested(MAX_DEPTH), Html);
    assert!(refusal(&nested(MAX_DEPTH + 1), Html).problem.contains("at most 8 blocks"));
    compile(&"{{status}}".repeat(MAX_NODES), Html);
    let many = refusal(&"{{status}}".repeat(MAX_NODES + 1), Html);
    assert!(many.problem.contains("at most 1000") && many.column == MAX_NODES * 10 + 1, "{many:?}");
    assert!(refusal(&format!("{{% if status {} %}}", "or status ".repeat(MAX_NODES)), Html).problem.contains("at most 1000"));
    compile(&"a".repeat(MAX_SOURCE), Html);
    let long = refusal(&"a".repeat(MAX_SOURCE + 1), Html);
    assert_eq!((long.line, long.column, long.text.as_str()), (1, 1, ""));
    assert!(long.problem.contains("has 32769 bytes: at most 32768"));

    let page = |links: usize, id: usize| Page { id: "<".repeat(id), ..Page::of("", links) };
    let output = |source: &str, page: &Page| compile(source, Text).render(page).map(|output| output.len());
    assert_eq!(output("{{ request_id }}", &page(0, MAX_OUTPUT)), Ok(MAX_OUTPUT));
    assert_eq!(output("{{ request_id }}", &page(0, MAX_OUTPUT + 1)), Err(RenderError::TooLong));
    assert_eq!(output("{{ request_id }}x", &page(0, MAX_OUTPUT)), Err(RenderError::TooLong));
    assert_eq!(output("{{ request_id | upper }}", &page(0, MAX_OUTPUT + 1)), Err(RenderError::TooLong));
    assert_eq!(compile("{{ title }}", Html).render(&Page::of(&"<".repeat(MAX_OUTPUT / 4 + 1), 0)), Err(RenderError::TooLong));
    let loops = "{% for a in links %}{% for b in links %}{% for c in links %}{% endfor %}{% endfor %}{% endfor %}";
    assert_eq!(output(loops, &page(16, 0)), Ok(0));
    assert_eq!(output(loops, &page(200, 0)), Err(RenderError::TooManySteps));
    let conditions = format!("{{% for a in links %}}{{% if status {} %}}{{% endif %}}{{% endfor %}}", "and status ".repeat(900));
    assert_eq!(output(&conditions, &page(20, 0)), Ok(0));
    assert_eq!(output(&conditions, &page(30, 0)), Err(RenderError::TooManySteps));
}

#[test]
fn escaping() {
    let nasty = "&<>\"'\\\u{0}\u{1b}\t\n\u{7f}\u{85}\u{2028}\u{ffff}ä\u{1f600}";
    #[rustfmt::skip]
    let rows = [
        (Html, "&amp;&lt;&gt;&quot;&#39;\\\u{0}\u{1b}\t\n\u{7f}\u{85}\u{2028}\u{ffff}ä\u{1f600}"),
        (Xml, "&amp;&lt;&gt;&quot;&#39;\\\u{fffd}\u{fffd}\t\n\u{7f}\u{85}\u{2028}\u{fffd}ä\u{1f600}"),
        (Json, "\\u0026\\u003c\\u003e\\\"'\\\\\\u0000\\u001b\\u0009\\u000a\\u007f\\u0085\\u2028\u{ffff}ä\u{1f600}"),
        (Text, "&<>\"'\\\t\n\u{2028}\u{ffff}ä\u{1f600}"),
    ];
    for (escape, expected) in rows {
        assert_eq!(render("\"{{ title }}\"", escape, &Page::of(nasty, 0)), format!("\"{expected}\""));
        let list = render("\"{% for l in links %}{{ l.label }}{% endfor %}\"", escape, &Page::of(nasty, 2));
        assert_eq!(list, format!("\"{expected}{expected}\""));
    }
    let json = render("{\"a\": \"{{ title }}\", \"b\": {{ status }}}", Json, &Page::of(nasty, 0));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), serde_json::json!({"a": nasty, "b": 502}));
    // A number may stand outside the quotes; what claims to be one may not.
    struct Liar;
    impl Values for Liar {
        fn value(&self, _: &str) -> Value<'_> {
            Value::Text("1, \"admin\": true")
        }

        fn member(&self, _: &str, _: usize, _: &str) -> Value<'_> {
            Value::None
        }
    }
    assert_eq!(compile("{\"status\": {{ status | default(\"0\") }}}", Json).render(&Liar).unwrap(), "{\"status\": 0}");
    // What an operator writes as a default is a value too.
    assert_eq!(render("{{ support_url | default(\"<a 'b'>\") }}", Html, &Page::new()), "&lt;a &#39;b&#39;&gt;");
    assert_eq!(escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
}

/// Where a value may stand: `@` is a text, `^` a URL, `#` a number, and `[ ]` a block around something.
#[test]
fn places_in_html_and_json() {
    #[rustfmt::skip]
    let rows = [
        // Content and quoted attributes.
        (Html, "<p>@</p>", ""), (Html, "<p title=\"a @ b\" id='@' data-id = \"@\" aria-label=\"#\">@", ""),
        (Html, "a < b @ <3 @ <> @", ""), (Html, "<!DOCTYPE html><html lang=\"@\">", ""), (Html, "<TITLE>@ · #</TITLE>@", ""),
        (Html, "<textarea>@[a]</textarea>@", ""), (Html, "<br/>@<br />@</p >@</>@", ""), (Html, "<a hidden title='@' b>@", ""),
        (Html, "<style>p{}</style>@", ""), (Html, "<script>if (a < b) {'</p>'}</script >@", ""), (Html, "<scripted>@</scripted>@", ""),
        (Html, "<SCRIPT SRC='/a.js'></Script>@", ""), (Html, "<!-- <script> -->@", ""), (Html, "<!-->@", ""), (Html, "<!--->@", ""),
        (Html, "<!-- a --!>@", ""), (Html, "<!-- <p title=' -->@", ""), (Html, "[<b title='@'>@</b>]@", ""), (Html, "<p title='[a @]'>", ""),
        (Html, "<a title=\"[x\" alt=\"]@\">", ""), (Html, "<a b=c title='@' d=\"'\">@", ""), (Html, "<a b=c/d>@", ""),
        // Comments and declarations.
        (Html, "<!-- @ -->", "comment"), (Html, "<!--[ x ]-->", "comment"), (Html, "<!--!>@", "comment"), (Html, "<!-- > @", "comment"),
        (Html, "<!-@-", "comment"), (Html, "<!doctype @>", "comment"), (Html, "<?xml @?>", "comment"), (Html, "</ @>", "comment"),
        // Raw elements.
        (Html, "<script>@</script>", "script"), (Html, "<SCRIPT>var a = '@'", "script"), (Html, "<style>#{}", "style"),
        (Html, "<style media='x'>[a]</style>", "style"), (Html, "<script></scrip></script/x", ""), (Html, "<script/>#", "script"),
        (Html, "<script></scripts>@", "script"), (Html, "<script><!--<script></script>@", "script"), (Html, "<script><!-- a --></script>@", ""),
        (Html, "<script><!--></script>@", ""), (Html, "<iframe>@</iframe>", "raw element"), (Html, "<xmp>@", "raw element"), (Html, "<noscript><p title='</noscript><script>@", "script"),
        (Html, "<title><script>@</script></title>@", "behind `<`"), (Html, "<title></ti@tle>", "behind `<`"), (Html, "<textarea><[a]", "behind `<`"),
        (Html, "<title></style>x</title>@", "behind `<`"), (Html, "<svg><title><script></title>@", "behind `<`"), (Html, "<script>'</style>'@", "script"),
        // Tags.
        (Html, "<@>", "within a tag"), (Html, "<p @>", "within a tag"), (Html, "<p [hidden]>", "within a tag"), (Html, "<p id=@>", "within a tag"),
        (Html, "<p id=a@>", "within a tag"), (Html, "<p id=\"a\"@>", "within a tag"), (Html, "<p id @>", "within a tag"), (Html, "</p@>", "within a tag"),
        (Html, "<p id= @>", "within a tag"), (Html, "<p/@>", "within a tag"), (Html, "<p id=a\"@\">", "within a tag"), (Html, "<b@", "within a tag"),
        (Html, "[<b]>", "within a tag"), (Html, "[<]b>", "within a tag"), (Html, "<</@", "within a tag"),
        (Html, "[<b title=']'>", "ends a branch"), (Html, "<b title='[' alt=\"]\">", "ends a branch"), (Html, "[<title>]</title>", "ends a branch"),
        (Html, "<a title='[' onclick=']'>", "event handler"), (Html, "[</title>]@", ""), (Html, "<title>[</title>]@", "ends a branch"),
        // Attributes.
        (Html, "<p onclick=\"@\">", "event handler"), (Html, "<p ONload='a(#)'>", "event handler"), (Html, "<p\nonx\n=\n'[a]'>", "event handler"),
        (Html, "<p/onclick='@'>", "event handler"), (Html, "<p a=''onclick='@'>", "event handler"), (Html, "<p STYLE='width:#px'>", "`style=`"),
        (Html, "<iframe srcdoc='@'>", "`srcdoc=`"), (Html, "<meta name='id' content='@'>", "`content=`"), (Html, "<meta content='@' name='id'>", "`content=`"),
        (Html, "<meta http-equiv='refresh' content='#; url=^'>", "`content=`"), (Html, "<meta name='id' content='#'>", ""),
        (Html, "<img srcset='/a.png 1x, @ 2x'>", "list of addresses"), (Html, "<a ping='^'>", "list of addresses"),
        // XHTML and SVG run scripts as well.
        (Xml, "<e><m>@</m></e>", ""), (Xml, "<e a='@'/>", ""), (Xml, "<h:script>@</h:script>", "script"), (Xml, "<script>@", "script"),
        (Xml, "<e onclick='@'>", "event handler"), (Xml, "<e xlink:href='@'>", "begins an address"), (Xml, "<?xml-stylesheet href='@'?>", "comment"),
        (Xml, "<@>", "within a tag"), (Xml, "<e a=@>", "within a tag"), (Xml, "<!-- @ -->", "comment"), (Xml, "<![CDATA[@]]>", "comment"),
        (Xml, "<!DOCTYPE e [<!ENTITY a '@'>]>", "comment"), (Xml, "<svg:style>@", "script"), (Html, "<meta http-equiv='refresh' content='1;url=@'>", "`content=`"),
        // Addresses.
        (Html, "<a href=\"^\">", ""), (Html, "<a HREF='@'>", "begins an address"), (Html, "<img src='@'>", "begins an address"),
        (Html, "<form action='@'>", "begins an address"), (Html, "<button formaction='@'>", "begins an address"), (Html, "<a href='#'>", "begins an address"),
        (Html, "<a xlink:href='@'>", "begins an address"), (Html, "<object data='@'>", "begins an address"),
        (Html, "<a href='/a?id=@&b=@'>", ""), (Html, "<a href='?id=@'>", ""), (Html, "<a href='&#35;@'>", "not certain"), (Html, "<a href='https://h/@'>", ""),
        (Html, "<a href='HTTP://h?@'>", ""), (Html, "<a href='mailto:@'>", ""), (Html, "<a href='//h/@'>", ""), (Html, "<a href='^?id=@'>", ""),
        (Html, "<a href='/@'>", "not certain"), (Html, "<a href='//@'>", "not certain"), (Html, "<a href='https://@/'>", "not certain"),
        (Html, "<a href='https:///@/'>", "not certain"), (Html, "<a href='https:/@'>", "not certain"), (Html, "<a href='javascript:@'>", "not certain"),
        (Html, "<a href='javascript:^'>", "not certain"), (Html, "<a href=' ^'>", "not certain"), (Html, "<a href='/\t@'>", "not certain"),
        (Html, "<a href='/\\@'>", "not certain"), (Html, "<a href='a@'>", "not certain"), (Html, "<a href='^@'>", "begins an address"),
        (Html, "<a href='[^]'>", ""), (Html, "<a href='[/a/]@'>", "begins an address"), (Html, "<a href='[/a/]?@'>", ""),
        (Html, "<a href='[javascript:]?@'>", "not certain"), (Html, "<a href='javascript:[]?@'>", "not certain"), (Html, "<a href='/a/[b]@'>", ""),
        (Html, "<a href='^/t/@'>", ""), (Html, "<a href='^/t@'>", "not certain"), (Html, "<a href='^mailto:@'>", "not certain"), (Html, "<a href='^^'>", ""), (Html, "<a href='^^?@'>", "not certain"), (Html, "<a href='[^]?@'>", ""),
        (Html, "<a href='[^]/t@'>", "not certain"), (Html, "<a href='[/]'>", ""), (Html, "<a href='[/]?@'>", "not certain"),
        // JSON.
        (Json, "{\"a\": \"@ ^ #\", \"b\": #}", ""), (Json, "{\"a\": @}", "outside a JSON string"), (Json, "^", "outside a JSON string"),
        (Json, "\"\\\"@\"", ""), (Json, "\"\\\\\"@", "outside a JSON string"), (Json, "\"\\@\"", "behind a backslash"), (Json, "[\"a\"]", ""),
        (Json, "\"[\"]@", "ends a branch"), (Json, "\"[@]\"", ""), (Json, "\"[\\]n\"", "behind a backslash"),
        // The other formats have no such places.
        (Xml, "<a @='@'>@</a>", "within a tag"), (Text, "<script>@ \"\\@", ""),
    ];
    for (escape, places, problem) in rows {
        let source = places.replace('[', "{% if title %}").replace(']', "{% endif %}");
        let source = source.replace('@', "{{ title }}").replace('^', "{{ support_url }}").replace("&#", "&\u{1}");
        let source = source.replace('#', "{{ status }}").replace('\u{1}', "#");
        match Template::compile(&source, escape, VARIABLES) {
            Ok(_) => assert_eq!(problem, "", "{places} is accepted"),
            Err(error) => assert!(!problem.is_empty() && error.problem.contains(problem), "{places}: {error:?}"),
        }
    }
    for source in [
        "<a href='{{ support_url | default(\"#\") }}'>",
        "<a href='{% for l in links %}{% endfor %}'>",
        "<style>{% raw %}a{#b{}}{% endraw %}",
    ] {
        assert_eq!(Template::compile(source, Html, VARIABLES).is_err(), source.contains("for l"), "{source}");
    }
    assert!(refusal("<a href='{{ support_url | default(\"javascript:x\") }}'>", Html).problem.contains("has a default"));
    // Comments of the template leave no gap, and a name is read across them.
    assert!(refusal("<a on{# x #}click='{{ title }}'>", Html).problem.contains("event handler"));
    let error = refusal("a\n<p id={{ title }}>", Html);
    assert_eq!((error.line, error.column, error.text.as_str()), (2, 7, "{{ title }}"));
}

/// xorshift64
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// A template whose blocks are mostly closed.
    fn template(&mut self, places: &[&str]) -> String {
        let (mut source, mut open) = (String::new(), Vec::new());
        for _ in 0..self.below(16) {
            match self.below(10) {
                0 => {
                    source.push_str(self.pick(&["{% if title %}", "{% if not support_url or status == 502 %}", "{%- if title == 'x' -%}"]));
                    open.push("{% endif %}");
                }
                1 => {
                    source.push_str(self.pick(&["{% for l in links %}", "{% for m in links -%}"]));
                    open.push("{% endfor %}");
                }
                2 => source.push_str("{% else %}"),
                3 => source.push_str(open.pop().unwrap_or_default()),
                4 | 5 => source.push_str(self.pick(VALUES)),
                _ => source.push_str(self.pick(places)),
            }
        }
        source.extend(open.into_iter().rev());
        source
    }
}

#[rustfmt::skip]
const VALUES: &[&str] = &[
    "{{ title }}", "{{ title | upper }}", "{{ support_url }}", "{{- request_id -}}", "{{ status }}", "{{ support_url | default('#') }}", "{{ l.label }}",
    "{{ support_url | default('/') }}", "{{ l.url }}", "{{ title | default('a') }}", "{# {{ #}", "{% raw %}{{ x{% endraw %}",
];

#[rustfmt::skip]
const PLACES: &[&str] = &[
    "<p title='", "'", "\"", ">", "<a href=\"", "<a href='/x", "<a href='", "?a=", "javascript:", "</a>", "<script>", "</script>", "<!--", "-->",
    "<title>", "</title>", "<", "/", "a", " ", "=", " onclick='", "<meta name='x' content='", "-", "!", "'>", "\">", "/a/", "//", "https://h", "mailto:",
    "\\", "{", "\"a\": ", " alt=\"", "<b>",
];

/// Any bytes, in any order: compiled or refused, never more. (That nothing panics and nothing hangs is what is tested.)
#[test]
fn any_text_is_compiled_or_refused() {
    #[rustfmt::skip]
    let pieces = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "-%}", "{%-", "if", "elif", "else", "endif", "for", "in", "endfor", "raw", "endraw", "loop", ".", "index",
        "title", "links", "l", "status", "\"", "'", "|", "default", "(", ")", "upper", "==", "!=", "<", ">=", "1", "99999999999999999999", "and", "or", "not",
        " ", " ", " ", "\n", "ä", "\u{1f600}", "\u{0}", "\u{a0}", "{", "}", "%", "<a href='", "<script", "<!--", "\\",
    ];
    let mut random = Random(0x1234_5678_9abc_dea7);
    for _ in 0..60_000 {
        let source: String = (0..random.below(24)).map(|_| random.pick(&pieces)).collect();
        for escape in [Html, Json, Text] {
            match Template::compile(&source, escape, VARIABLES) {
                Ok(template) => assert!(template.render(&Page::new()).is_ok(), "{source}"),
                Err(error) => {
                    assert!(!error.problem.is_empty(), "{source}");
                    let line = source.split('\n').nth(error.line - 1).unwrap_or_else(|| panic!("{source}: {error:?}"));
                    assert!((1..=line.chars().count() + 1).contains(&error.column), "{source}: {error:?}");
                }
            }
        }
    }
}

/// A value adds no sign that means something in the format, wherever a template may put it.
#[test]
fn no_value_is_written_as_it_is() {
    let nasty = "</script>-->'\"<b onx='\"&\\\u{0}\n";
    let mut random = Random(0x1234_5678_9abc_dea7);
    let mut accepted = 0;
    for _ in 0..40_000 {
        let source = random.template(PLACES);
        for (escape, signs) in [(Html, "<>\"'\0"), (Xml, "<>\"'\0"), (Json, "<>'&\n\0"), (Text, "\0")] {
            let Ok(template) = Template::compile(&source, escape, VARIABLES) else { continue };
            accepted += usize::from(source.contains("{{"));
            let count = |text: &str| {
                let output = template.render(&Page::of(text, 2)).unwrap();
                signs.chars().map(|sign| output.matches(sign).count()).collect::<Vec<_>>()
            };
            let quotes = |escape| if escape == Json { nasty.replace(['\'', '\0'], "") } else { nasty.replace('\0', "") };
            assert_eq!(count(&quotes(escape)), count("a"), "{source} as {escape:?}");
        }
    }
    assert!(accepted > 10_000, "{accepted}");
}

/// What the compiler knew of a place is true of the output, whichever branches were taken and whatever was empty.
#[test]
fn places_do_not_depend_on_values() {
    const TEXT: &str = "ZQX";
    const URL: &str = "https://zqu.example";
    let pages = [0, 1, 2].into_iter().flat_map(|links| {
        let links = vec![(TEXT.to_owned(), URL.to_owned()); links];
        [None, Some(TEXT.to_owned())].into_iter().flat_map(move |title| {
            let page = Page { title, id: TEXT.into(), retry_after: None, support_url: None, links: links.clone() };
            [None, Some(URL), Some("/")].map(|url| Page { support_url: url.map(str::to_owned), ..page.clone() })
        })
    });
    let pages: Vec<Page> = pages.collect();
    let mut random = Random(0x1234_5678_9abc_dea7);
    let mut seen = 0;
    for _ in 0..60_000 {
        let source = random.template(PLACES);
        let Ok(template) = Template::compile(&source, Html, VARIABLES) else { continue };
        for page in &pages {
            let output = template.render(page).unwrap();
            for (value, kind) in [(TEXT, Kind::Text), (URL, Kind::Url)] {
                for (at, _) in output.match_indices(value) {
                    let (before, mut context) = (&output[..at], Context::new(Html));
                    context.read(before, 0);
                    // A URL may follow another one.
                    let kind = if before.ends_with(URL) || before.ends_with(['/', '#']) && kind == Kind::Url { Kind::Flag } else { kind };
                    if kind != Kind::Flag {
                        assert_eq!(context.enter(Hole::Value(kind), before), Ok(()), "{source}\n{output}");
                        seen += 1;
                    }
                }
            }
        }
    }
    assert!(seen > 10_000, "{seen}");
}
