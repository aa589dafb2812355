//! `backstop preview`: a web page on this machine with every page of a configuration, made anew whenever the file changes.

use crate::config;
use crate::sample::{Asking, FORMATS, sample, statuses};
use anyhow::{Context as _, Result, anyhow};
use backstop_core::{Policy, Replacement};
use std::borrow::Cow;
use std::io::Cursor;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use tiny_http::{Header, Request, Response, Server};

/// A preview that listens.
pub(crate) struct Preview {
    server: Server,
    config: Option<PathBuf>,
}

type Answer = Response<Cursor<Vec<u8>>>;

impl Preview {
    /// Listens on this machine only; port 0 takes any.
    ///
    /// # Errors
    /// The port is taken.
    pub(crate) fn listen(port: u16, config: Option<&Path>) -> Result<Self> {
        let server = Server::http((Ipv4Addr::LOCALHOST, port))
            .map_err(|error| anyhow!("cannot listen on port {port}: {error}; choose another one with --port"))?;
        Ok(Preview { server, config: config.map(Path::to_owned) })
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}/", self.server.server_addr())
    }

    /// Answers until the process ends. Several at a time: a request that never ends holds up only itself.
    pub(crate) fn serve(&self) -> Result<()> {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| self.work())).collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(anyhow!("a thread of the preview ended"))))
        })
    }

    fn work(&self) -> Result<()> {
        loop {
            let request = self.server.recv().context("cannot take the next request")?;
            let answer = self.answer(&request);
            // A browser that went away wants no answer.
            let _ = request.respond(answer);
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        // Another site's page may send a browser here under a name of its own, to read what is here (DNS rebinding).
        let host = request.headers().iter().find(|field| field.field.equiv("host")).map(|field| field.value.as_str());
        if host != Some(self.server.server_addr().to_string().as_str()) {
            return plain(421, "This preview answers at the address that it printed, and at no other name.\n");
        }
        let chosen = Chosen::of(query);
        let answer = match path {
            "/" => self.index(&chosen),
            "/page" => self.page(&chosen),
            "/version" => self.version(),
            _ => Ok(plain(404, "The preview is at /\n")),
        };
        // A refusal is what people want to see here.
        answer.unwrap_or_else(|error| refused(&error))
    }

    /// One page as a client gets it, but that it may be framed here.
    fn page(&self, chosen: &Chosen<'_>) -> Result<Answer> {
        let policy = config::policy(self.config.as_deref(), chosen.theme.as_deref())?;
        let Some(format) = FORMATS.iter().find(|format| format.name == chosen.format) else {
            return Ok(plain(404, "No such format\n"));
        };
        let answer = sample(
            &policy,
            &Asking {
                status: chosen.status,
                media_type: format.media_type,
                language: &chosen.language,
                host: &chosen.host,
                path: &chosen.path,
                request_id: "550e8400-e29b-41d4-a716-446655440000",
                unix_millis: now(),
            },
        )?;
        Ok(framed(answer))
    }

    /// Changes with the configuration.
    fn version(&self) -> Result<Answer> {
        let text = self.config.as_deref().map(config::read).transpose()?.unwrap_or_default();
        let sum = text.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        Ok(plain(200, &sum.to_string()))
    }

    /// Every theme in the chosen status, language and format, and every choice of these.
    fn index(&self, chosen: &Chosen<'_>) -> Result<Answer> {
        let policy = config::policy(self.config.as_deref(), None)?;
        let mut page = String::from(HEAD);
        page.push_str("<form>\n");
        let named = config::named_statuses(self.config.as_deref())?;
        let codes = statuses(&policy, &named).iter().map(u16::to_string).collect::<Vec<_>>();
        select(&mut page, "status", &chosen.status.to_string(), codes.iter().map(String::as_str));
        select(&mut page, "language", &chosen.language, policy.language_tags());
        select(&mut page, "format", &chosen.format, FORMATS.iter().map(|format| format.name));
        for (name, value) in [("host", &chosen.host), ("path", &chosen.path)] {
            page.push_str(&format!("<label>{name} <input name=\"{name}\" value=\"{}\"></label>\n", escape(value)));
        }
        page.push_str("<button>Show</button>\n</form>\n<section>\n");
        // Text in a template's or an API's format looks the same under each theme.
        let themes: Vec<Option<&str>> =
            if chosen.format == "html" { std::iter::once(None).chain(Policy::themes().map(Some)).collect() } else { vec![None] };
        for theme in themes {
            let address = format!("/page?{}", chosen.query(theme));
            let name = theme.unwrap_or("as configured");
            let address = escape(&address);
            page.push_str(&format!("<figure><figcaption><a href=\"{address}\">{name}</a></figcaption>\n"));
            page.push_str(&format!("<iframe title=\"{name}\" src=\"{address}\"></iframe></figure>\n"));
        }
        page.push_str("</section>\n");
        page.push_str(TAIL);
        Ok(Response::from_data(page.into_bytes()).with_header(field("content-type", "text/html; charset=utf-8")?))
    }
}

/// What the address asks for.
struct Chosen<'a> {
    status: u16,
    language: Cow<'a, str>,
    format: Cow<'a, str>,
    theme: Option<Cow<'a, str>>,
    host: Cow<'a, str>,
    path: Cow<'a, str>,
}

impl<'a> Chosen<'a> {
    fn of(query: &'a str) -> Self {
        let mut chosen = Chosen {
            status: 500,
            language: "".into(),
            format: "html".into(),
            theme: None,
            host: "shop.example".into(),
            path: "/cart".into(),
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "status" => chosen.status = value.parse().unwrap_or(500),
                "language" => chosen.language = value,
                "format" => chosen.format = value,
                "theme" => chosen.theme = Some(value).filter(|theme| !theme.is_empty()),
                "host" => chosen.host = value,
                "path" => chosen.path = value,
                _ => {}
            }
        }
        chosen
    }

    fn query(&self, theme: Option<&str>) -> String {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("status", &self.status.to_string())
            .append_pair("language", &self.language)
            .append_pair("format", &self.format)
            .append_pair("theme", theme.unwrap_or_default())
            .append_pair("host", &self.host)
            .append_pair("path", &self.path)
            .finish()
    }
}

fn select<'a>(page: &mut String, name: &str, chosen: &str, values: impl Iterator<Item = &'a str>) {
    page.push_str(&format!("<label>{name} <select name=\"{name}\">"));
    for value in values {
        let selected = if value == chosen { " selected" } else { "" };
        page.push_str(&format!("<option{selected}>{}</option>", escape(value)));
    }
    page.push_str("</select></label>\n");
}

fn framed(replacement: Replacement) -> Answer {
    let mut answer = Response::from_data(replacement.body).with_status_code(replacement.status.as_u16());
    for (name, value) in &replacement.headers {
        // The server writes the length itself; the page is to be framed here, whatever its own rules are.
        if name == "content-length" || name == "x-frame-options" {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes()).replace("frame-ancestors 'none'", "frame-ancestors 'self'");
        if let Ok(field) = field(name.as_str(), &value) {
            answer.add_header(field);
        }
    }
    answer
}

/// The refusal of a configuration, where the pages would be.
fn refused(error: &anyhow::Error) -> Answer {
    let page = format!("{HEAD}<pre role=\"alert\">{}</pre>\n{TAIL}", escape(&format!("{error:#}")));
    let answer = Response::from_data(page.into_bytes()).with_status_code(500);
    match field("content-type", "text/html; charset=utf-8") {
        Ok(field) => answer.with_header(field),
        Err(_) => answer,
    }
}

fn plain(status: u16, text: &str) -> Answer {
    Response::from_data(text).with_status_code(status)
}

fn field(name: &str, value: &str) -> Result<Header> {
    Header::from_bytes(name, value).map_err(|()| anyhow!("{name}: {value:?} cannot be a header field"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

const WORKERS: usize = 8;

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>Backstop: pages</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0; padding: 1rem }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-block-end: 1rem }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem }
figure { margin: 0 }
figcaption { font-weight: 600 }
iframe { inline-size: 100%; block-size: 34rem; border: 1px solid GrayText; background: #fff }
pre { white-space: pre-wrap; padding: 1rem; border: 2px solid #c22 }
</style>
</head>
<body>
<h1>Backstop: pages</h1>
";

/// Loads the page again when the configuration changed.
const TAIL: &str = "<script>
let known;
setInterval(async () => {
  const version = await fetch('/version').then((answer) => answer.text(), () => known);
  if (known !== undefined && version !== known) location.reload();
  known = version;
}, 1000);
</script>
</body>
</html>
";
