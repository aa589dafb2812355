//! The built-in pages in a real browser, as a real Envoy serves them: `make browser`. See tests/browser/README.md.

use anyhow::{Context, Result, ensure};
use backstop_core::Policy;
use backstop_tests::case::{Case, HttpVersion};
use backstop_tests::client::CASE_HEADER;
use backstop_tests::envoy::{CURRENT, Settings};
use backstop_tests::suite::{RUNTIME, project};
use backstop_tests::upstream::ScriptedUpstream;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;

const CHROMIUM: &str = "/usr/bin/chromium";

#[test]
#[ignore = "needs Chromium and `npm ci` in tests/browser: `make browser`"]
fn every_theme_in_a_browser() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

fn run() -> Result<()> {
    if !std::path::Path::new(CHROMIUM).exists() {
        println!("SKIPPED: there is no {CHROMIUM}, so nobody looked at the pages; on Debian: apt-get install chromium");
        return Ok(());
    }
    let case: Case = serde_json::from_value(json!({
        "name": "page",
        "upstream": {"headers": [["content-type", "text/plain"]], "body": ["ORA-00942: table or view does not exist"]},
        "expect": {"outcome": "replaced", "status": 500, "report": {}},
    }))?;
    let upstream = RUNTIME.block_on(ScriptedUpstream::start(&[Arc::new(case)], HttpVersion::One))?;
    let (config, pages) = pages();
    let settings = Settings { config: CURRENT.config(&config), upstream: upstream.address, http: HttpVersion::One, as_text: false };
    let envoy = CURRENT.launch(&settings)?;

    let folder = tempfile::tempdir()?;
    let list = folder.path().join("pages.json");
    std::fs::write(&list, pages.to_string())?;
    let shots = project().join("target/browser");
    let status = Command::new("node")
        .arg(project().join("tests/browser/check.mjs"))
        .args(["--server", &format!("http://{}", envoy.address), "--list"])
        .arg(&list)
        .arg("--shots")
        .arg(&shots)
        .status()
        .context("node")?;
    envoy.check_alive()?;
    ensure!(status.success(), "tests/browser/check.mjs found something; the pictures are in {}", shots.display());
    Ok(())
}

/// A configuration in which the path chooses the page, and the pages.
fn pages() -> (Value, Value) {
    let logo = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#e8590c'/>\
                <path d='M8 24 16 7l8 17h-4l-4-9-4 9z' fill='#fff'/></svg>";
    let link = |label: &str, url: &str| json!({"label": label, "url": url});
    let (mut brands, mut list) = (Vec::new(), Vec::new());
    for theme in Policy::themes() {
        let acme = json!({"theme": theme, "name": "Acme", "logo": logo, "footer": "© Acme Ltd", "support_url": "https://acme.example/help",
                          "links": [link("Status", "https://status.acme.example"), link("Imprint", "/imprint")]});
        // An accent that must be changed, and everything as long as it may be.
        let full = json!({"theme": theme, "name": "Acme".repeat(20), "logo": logo, "footer": "Acme GmbH ".repeat(20),
                          "colors": {"accent": "#ffcc00", "accent_dark": "#1a1aff"}, "support_url": "https://acme.example/help",
                          "links": vec![link("Wettervorhersage", &format!("/{}", "a".repeat(200))); 8]});
        // Paths of which none begins like another.
        for (kind, brand) in [("", &acme), ("full", &full), ("bare", &json!({"theme": theme}))] {
            brands.push(json!({"match": {"path": {"prefix": format!("/{theme}/{kind}-")}}, "brand": brand}));
        }
        let mut add = |kind: &str, suffix: &str, language: &str| {
            let name = [theme, if kind.is_empty() { "" } else { "-" }, kind, suffix].concat();
            list.push(json!({"name": name, "theme": theme, "url": format!("/{theme}/{kind}-{}", suffix.trim_start_matches('-')),
                             "request_headers": {CASE_HEADER: "page", "accept-language": language}}));
        };
        add("", "", "en");
        add("", "-rtl", "ar");
        add("full", "", "de");
        // The script and the shortest page are the same in every theme, or nearly.
        if ["card", "terminal"].contains(&theme) {
            add("", "-wait", "en");
            add("bare", "", "ja");
        }
    }
    let waiting = |theme: &str| {
        json!({"match": {"path": {"prefix": format!("/{theme}/-wait")}}, "action": "replace",
                                       "respond": {"status": 503, "retry_after": {"seconds": 6}}})
    };
    let rules =
        json!([waiting("card"), waiting("terminal"), {"match": {"status": ["5xx"]}, "action": "replace", "respond": {"status": 503}}]);
    (json!({"rules": rules, "brands": brands}), Value::from(list))
}
