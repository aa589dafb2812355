//! Banners of servers and libraries with their versions, and what a proxy says of its own failure.

use super::Category::ServerBanner;
use super::table::{Detector, literals, why};
use super::text::{contains, contains_any, ends_in_name, first, is_digit, lead, starts_with_any};
use super::view::Hit;
use crate::config::Level::Standard;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "server.version",
        category: ServerBanner,
        level: Standard,
        why: why("a server or runtime with its version"),
        anchors: literals![
            "nginx/",
            "openresty/",
            "Apache/",
            "Apache Tomcat/",
            "Apache-Coyote/",
            "PHP/",
            "Werkzeug/",
            "Python/",
            "gunicorn/",
            "Microsoft-IIS/",
            "Microsoft-HTTPAPI/",
            "lighttpd/",
            "OpenSSL/",
            "mod_ssl/",
            "mod_perl/",
            "Phusion Passenger",
            "WildFly",
            "JBoss",
            "GlassFish",
            "Payara",
            "WebLogic",
            "Jetty(",
            "jetty/",
            "uvicorn/",
            "Puma ",
            "WEBrick/",
            "Kong/",
            "squid/",
            "varnish/",
            "Varnish/",
            "WsgiDAV/",
            "HAProxy/",
            "envoy/",
            "Caddy/",
            "Undertow/",
            "TornadoServer/",
            "CherryPy/",
            "Tengine/",
            "LiteSpeed/",
            "aiohttp/",
            "waitress/",
            "Zope/",
            "Ruby/",
            "Perl/",
            "mini_httpd/",
            "thttpd/",
            "Boa/",
            "Cherokee/",
            "Hiawatha",
            "Yaws ",
            "Mongrel ",
            "Cowboy/",
            "Kestrel/",
            "Dancer2",
            "Mojolicious (",
        ],
        any_case: false,
        check: version,
    },
    Detector {
        id: "server.aspnet_version",
        category: ServerBanner,
        level: Standard,
        why: why("the versions that ASP.NET prints below its page"),
        anchors: literals!["ASP.NET Version:", ".NET Framework Version:", "ASP.NET Core Version"],
        any_case: false,
        check: aspnet,
    },
    Detector {
        id: "server.powered_by",
        category: ServerBanner,
        level: Standard,
        why: why("what a page is powered by, with its version"),
        anchors: literals!["owered by "],
        any_case: false,
        check: powered_by,
    },
    Detector {
        id: "server.build",
        category: ServerBanner,
        level: Standard,
        why: why("the version of a toolchain or service in a status document"),
        anchors: literals![
            "\"go1.",
            "etcdserver\"",
            "goversion\"",
            "# pxname,svname",
            "Statistics Report for HAProxy",
            "\"nodeversion\"",
            "\"phpversion\"",
            "\"javaversion\"",
            "\"java.version\"",
            "x-aspnet-version",
            "go_version\"",
        ],
        any_case: true,
        check: build,
    },
    Detector {
        id: "server.proxy_failure",
        category: ServerBanner,
        level: Standard,
        why: why("Envoy's text about its own upstream connection"),
        anchors: literals![
            "upstream connect error or disconnect",
            "reset reason: ",
            "transport failure reason: ",
            "delayed connect error: ",
            "remote connection failure",
        ],
        any_case: false,
        check: proxy_failure,
    },
];

fn version(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let rest = hit.after();
    let rest = rest.get(lead(rest, |byte| matches!(byte, b' ' | b'/' | b'v' | b'-'))..).unwrap_or_default();
    let digits = lead(rest, is_digit);
    let dotted = rest.get(digits) == Some(&b'.') && rest.get(digits.saturating_add(1)).is_some_and(u8::is_ascii_digit);
    let single = word.ends_with("/")
        && (1..=3).contains(&digits)
        && rest.get(digits).is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'/' | b'-'));
    // A path such as `/nginx/1.2/` or `docs.test/PHP/8` is a link.
    let link = hit.before().last().is_some_and(|&byte| matches!(byte, b'/' | b'.' | b'-' | b'=' | b'%')) || ends_in_name(hit.before());
    (digits > 0 && (dotted || single) && !link).then_some(hit.start)
}

fn aspnet(hit: &mut Hit<'_>) -> Option<usize> {
    first(hit.after(), 12).iter().any(u8::is_ascii_digit).then_some(hit.start)
}

/// `Powered by CherryPy 18.9.0`: a word, then a version.
fn powered_by(hit: &mut Hit<'_>) -> Option<usize> {
    let mut words = first(hit.after(), 160).split(|&byte| matches!(byte, b' ' | b'/' | b'<' | b'>' | b'"'));
    let version = words
        .any(|word| word.first().is_some_and(u8::is_ascii_digit) && word.contains(&b'.') && word.last() != Some(&b'.') && word.len() < 12);
    version.then_some(hit.start)
}

fn build(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let list = word.starts_with("#") || word.starts_with("S") || word.starts_with("s");
    (list || first(hit.after(), 16).iter().any(u8::is_ascii_digit)).then_some(hit.start)
}

fn proxy_failure(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "reset reason: " => {
            contains_any(hit.before(), &["upstream", "disconnect"])
                || starts_with_any(hit.after(), &["connection ", "remote ", "local ", "overflow", "protocol error"])
        }
        "remote connection failure" => contains(hit.after(), "transport failure reason"),
        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "server.version",
        leaks: &[
            "<center>nginx/1.18.0 (Ubuntu)</center>",
            "Apache/2.4.57 (Debian)",
            "PHP/8.2.1",
            "Werkzeug/3.0.1 Python/3.11.7",
            "<h3>Apache Tomcat/9.0.50</h3>",
            "mini_httpd/1.30 26Oct2018",
            "Phusion Passenger 6.0.4",
        ],
        clean: &[
            "<center>nginx</center>",
            "https://docs.test/nginx/1.18/",
            "PHP/HTML course",
            "Puma 3 is a cat",
            "Node.js v18.20.4 Documentation",
            "Mozilla/5.0 (X11; Linux) Safari/537.36",
        ],
    },
    super::tests::Example { id: "server.aspnet_version", leaks: &["ASP.NET Version:4.8.4330.0"], clean: &["ASP.NET Version: see below"] },
    super::tests::Example {
        id: "server.powered_by",
        leaks: &["Powered by CherryPy 18.9.0", "<span>Powered by <a href=\"http://x.example\">CherryPy 18.9.0</a></span>"],
        clean: &["Powered by the sun since 1998.", "Powered by WordPress"],
    },
    super::tests::Example {
        id: "server.build",
        leaks: &["{\"go\":\"go1.19.8\"}", "{\"etcdserver\":\"3.4.23\"}", "# pxname,svname,qcur"],
        clean: &["{\"goVersion\":null}", "a \"go1.\" is no version"],
    },
    super::tests::Example {
        id: "server.proxy_failure",
        leaks: &["upstream connect error or disconnect/reset before headers. reset reason: connection failure"],
        clean: &["upstream request timeout", "The reset reason: unknown", "no healthy upstream"],
    },
];
