//! `backstop export` and `backstop preview`, as people call them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn backstop(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstop"));
    command.args(arguments);
    command
}

fn export(folder: &Path, config: &Path) -> Output {
    backstop(&["export", folder.to_str().unwrap(), "--config", config.to_str().unwrap()]).output().unwrap()
}

#[test]
fn export_writes_the_pages_of_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("backstop.json");
    fs::write(
        &config,
        r#"{"rules":[{"match":{"status":["502-504"]},"action":"replace"},{"match":{"status":["404"]},"action":"pass"}],
            "brand":{"name":"Acme","theme":"ledger"},"languages":{"default":"de","offer":["en"]}}"#,
    )
    .unwrap();
    let pages = folder.path().join("pages");
    let output = export(&pages, &config);
    assert!(output.status.success(), "{output:?}");
    // Three statuses, six formats, two languages.
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("backstop: 36 pages in {}\n", pages.display()));
    let read = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    let page = read("503.html");
    assert!(
        page.contains("<html lang=\"de\"") && page.contains("Acme") && !page.contains("id=\"id\"") && !page.contains("<time"),
        "{page}"
    );
    assert_eq!(read("en/502.json"), r#"{"error":"Bad Gateway","message":"The service is unreachable right now"}"#);
    assert_eq!(read("en/504.txt"), "504 Gateway Timeout\nThe service took too long to answer.\n");
    assert!(read("503.problem.xml").starts_with("<?xml"));
    assert!(!pages.join("404.html").exists() && !pages.join("500.html").exists());
}

#[test]
fn statuses_without_a_name_have_pages_where_a_rule_names_them_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("backstop.json");
    let rule = |statuses: &str, action: &str| format!(r#"{{"match":{{"status":[{statuses}]}},"action":"{action}"}}"#);
    for (name, rules, expected) in [
        ("named alone", vec![rule(r#""520","522""#, "replace")], "520 522"),
        ("beside a range", vec![rule(r#""502-503","599""#, "replace")], "502 503 599"),
        ("a range", vec![rule(r#""504","505-530""#, "replace")], "504 505 506 507 508 510 511"),
        ("named alone behind a range", vec![rule(r#""521-530""#, "replace"), rule(r#""522""#, "observe")], "522"),
        ("let pass", vec![rule(r#""520""#, "pass"), rule(r#""500","520""#, "replace")], "500"),
    ] {
        fs::write(&config, format!(r#"{{"rules":[{}]}}"#, rules.join(","))).unwrap();
        let pages = folder.path().join(name);
        assert!(export(&pages, &config).status.success(), "{name}");
        let mut written: Vec<String> = fs::read_dir(&pages).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        written.retain(|file| file.ends_with(".txt"));
        written.sort();
        assert_eq!(written.join(" ").replace(".txt", ""), expected, "{name}");
    }
    fs::write(&config, r#"{"rules":[{"match":{"status":["520"]},"action":"replace"}]}"#).unwrap();
    let index = Preview::start(&config).get("/");
    assert!(index.contains("<option>520</option>") && !index.contains("<option>521</option>"), "{index}");
}

#[test]
fn export_refuses_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("backstop.json");
    for (text, expected) in [
        (r#"{"brand":{"theme":"x"}}"#, "brand.theme: \"x\" is not a theme"),
        (r#"{"respond":{"redirect":{"to":"/x"}}}"#, "every answer of the configuration is a redirect, so there is no page to write"),
        (TENANTS, "tenants: this command reads one configuration: give it a tenant's `config` in a file of its own"),
        (r#"{"tenants":{}}"#, "tenants: {} is not a list of tenants"),
        (r#"{"rules":[{"match":{},"action":"pass"}]}"#, "the configuration intercepts no status, so there is no page to write: add a rule"),
    ] {
        fs::write(&config, text).unwrap();
        let output = export(&folder.path().join("pages"), &config);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(expected), "{told}");
    }
    let output = export(Path::new("/proc/none"), Path::new("/dev/null"));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot make the folder /proc/none"));
}

const TENANTS: &str = r#"{"tenants":[{"host":["a.example"],"config":{}}]}"#;

/// A preview that ends with the test.
struct Preview {
    child: Child,
    address: String,
}

impl Preview {
    fn start(config: &Path) -> Self {
        let mut child = backstop(&["preview", "--port", "0", "--config", config.to_str().unwrap()]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
        Preview { child, address }
    }

    fn get(&self, path: &str) -> String {
        self.get_as(&self.address, path)
    }

    fn get_as(&self, host: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn preview_shows_every_page_and_follows_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("backstop.json");
    fs::write(
        &config,
        r#"{"brand":{"name":"Acme <&>"},"brands":[{"match":{"host":["b.example"]},"brand":{"name":"Other","theme":"calm"}}]}"#,
    )
    .unwrap();
    let preview = Preview::start(&config);

    let index = preview.get("/?status=503&language=de");
    assert!(
        index.starts_with("HTTP/1.1 200") && index.contains("<option selected>503") && index.contains("<option selected>de"),
        "{index}"
    );
    for theme in ["as configured", "card", "plain", "split", "terminal", "poster", "calm", "ledger"] {
        assert!(index.contains(&format!("title=\"{theme}\"")), "{theme}");
    }
    let page = preview.get("/page?status=503&language=ar&format=html&theme=poster&host=b.example");
    assert!(
        page.starts_with("HTTP/1.1 503")
            && page.contains("dir=\"rtl\"")
            && page.contains("Other")
            && page.contains("frame-ancestors 'self'"),
        "{page}"
    );
    assert!(preview.get("/page").contains("Acme &lt;&amp;&gt;"));
    assert!(preview.get("/page?format=problem_json").contains("application/problem+json"));
    assert!(preview.get("/page?format=pdf").starts_with("HTTP/1.1 404"));
    assert!(preview.get("/page?status=200").contains("the status 200 is no error"));
    assert!(preview.get("/page?language=%00%0a").starts_with("HTTP/1.1 "));
    assert!(preview.get("/../etc/passwd").starts_with("HTTP/1.1 404"));
    assert!(preview.get_as("evil.example", "/").starts_with("HTTP/1.1 421"));

    let version = preview.get("/version");
    fs::write(&config, r#"{"brand":{"name":"<script>","nam":1}}"#).unwrap();
    assert_ne!(preview.get("/version"), version);
    let refused = preview.get("/");
    assert!(refused.contains("&quot;nam&quot; is not known here") && !refused.contains("<script>\""), "{refused}");
    fs::write(&config, r#"{"brand":{"name":"Back again"}}"#).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while !preview.get("/page").contains("Back again") {
        assert!(Instant::now() < deadline);
    }
}
