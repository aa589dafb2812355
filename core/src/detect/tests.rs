//! Every detector on its own examples and on real output, in every form and split in every way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use super::table::FAMILIES;
use super::*;
use std::sync::LazyLock;

/// What a detector must and must not find.
pub(crate) struct Example {
    pub(crate) id: &'static str,
    pub(crate) leaks: &'static [&'static str],
    /// Texts in which no detector at all may find anything.
    pub(crate) clean: &'static [&'static str],
}

const EXAMPLES: &[&[Example]] = &[
    python::EXAMPLES,
    node::EXAMPLES,
    jvm::EXAMPLES,
    go::EXAMPLES,
    php::EXAMPLES,
    ruby::EXAMPLES,
    dotnet::EXAMPLES,
    rust::EXAMPLES,
    native::EXAMPLES,
    sql::EXAMPLES,
    path::EXAMPLES,
    page::EXAMPLES,
    json::EXAMPLES,
    exception::EXAMPLES,
    source::EXAMPLES,
    secret::EXAMPLES,
    address::EXAMPLES,
    server::EXAMPLES,
    config::EXAMPLES,
];

static DETECTORS: LazyLock<Detectors> = LazyLock::new(Detectors::new);

fn scan(body: &[u8]) -> Vec<Finding> {
    DETECTORS.scan(body)
}

fn scan_chunks<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<Finding> {
    let mut scanner = Scanner::new();
    for chunk in chunks {
        scanner.push(&DETECTORS, chunk);
    }
    scanner.end(&DETECTORS);
    scanner.findings().to_vec()
}

fn show(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{}@{} ", finding.detector, finding.offset)).collect()
}

/// The same findings for small chunks and for every split in two.
fn assert_chunks_do_not_matter(body: &[u8]) {
    let whole = scan(body);
    for size in [1, 2, 3, 7, 64] {
        assert_eq!(scan_chunks(body.chunks(size)), whole, "chunks of {size}: {}", String::from_utf8_lossy(body));
    }
    // Long bodies: every place around the window's edges is covered by the small chunks above; a stride keeps the test short.
    let step = body.len().div_ceil(600).max(1);
    for at in (0..=body.len()).step_by(step) {
        let (a, b) = body.split_at(at);
        assert_eq!(scan_chunks([a, b].into_iter()), whole, "split at {at}: {}", String::from_utf8_lossy(body));
    }
}

fn json_escaped(text: &str) -> String {
    format!("{{\"message\":{}}}", serde_json::to_string(text).unwrap())
}

fn html_escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
    format!("<html><body><pre>{}</pre></body></html>", escaped.replace('\n', "<br>\n"))
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn ids_are_unique_and_the_table_fits() {
    let ids: Vec<&str> = FAMILIES.iter().flat_map(|family| family.iter()).map(|detector| detector.id).collect();
    let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    assert!(ids.len() <= 128, "the scanner keeps one bit for each detector");
    for detector in FAMILIES.iter().flat_map(|family| family.iter()) {
        assert!(!detector.why.is_empty() && !detector.anchors.is_empty(), "{}", detector.id);
        assert!(detector.anchors.iter().all(|anchor| anchor.len() >= 3 && !anchor.contains('\n')), "{}", detector.id);
    }
}

#[test]
fn every_detector_has_examples() {
    let with: Vec<&str> = EXAMPLES.iter().flat_map(|family| family.iter()).map(|example| example.id).collect();
    for detector in FAMILIES.iter().flat_map(|family| family.iter()) {
        assert!(with.contains(&detector.id), "{}", detector.id);
    }
    for example in EXAMPLES.iter().flat_map(|family| family.iter()) {
        assert!(!example.leaks.is_empty() && !example.clean.is_empty(), "{}", example.id);
    }
}

#[test]
fn every_detector_finds_its_examples() {
    let mut failures = String::new();
    for example in EXAMPLES.iter().flat_map(|family| family.iter()) {
        for text in example.leaks {
            let inside_text = format!("Sorry.\n{text}\nBye.");
            let forms = [("plain", (*text).to_owned()), ("inside", inside_text)];
            for (form, body) in forms {
                let found = scan(body.as_bytes());
                if !found.iter().any(|finding| finding.detector == example.id) {
                    failures += &format!("{} ({form}): {text:?} gives {}\n", example.id, show(&found));
                }
                assert!(found.iter().all(|finding| finding.offset <= body.len() as u64));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A leak may fire another detector in another form; it must fire one.
#[test]
fn every_example_is_found_through_escapes() {
    let mut failures = String::new();
    for example in EXAMPLES.iter().flat_map(|family| family.iter()) {
        for text in example.leaks {
            // Markup that is itself the evidence is not escaped in a page.
            let forms = [
                ("json", json_escaped(text).into_bytes()),
                ("json in json", json_escaped(&json_escaped(text)).into_bytes()),
                ("html", html_escaped(text).into_bytes()),
                ("html in json", json_escaped(&html_escaped(text)).into_bytes()),
                ("utf-16 with mark", utf16(text, true)),
                ("utf-16", utf16(text, false)),
                ("one long line", format!("{}{}", "lorem ipsum ".repeat(2000), text).into_bytes()),
            ];
            for (form, body) in forms {
                if scan(&body).is_empty() {
                    failures += &format!("{} ({form}): {text:?}\n", example.id);
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn clean_examples_stay_clean() {
    let mut failures = String::new();
    for example in EXAMPLES.iter().flat_map(|family| family.iter()) {
        for text in example.clean {
            let forms = [("plain", (*text).to_owned()), ("json", json_escaped(text)), ("html", html_escaped(text))];
            for (form, body) in forms {
                let found = scan(body.as_bytes());
                if !found.is_empty() {
                    failures += &format!("{} ({form}): {text:?} gives {}\n", example.id, show(&found));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn chunks_do_not_matter() {
    for example in EXAMPLES.iter().flat_map(|family| family.iter()) {
        for text in example.leaks.iter().chain(example.clean) {
            assert_chunks_do_not_matter(text.as_bytes());
            assert_chunks_do_not_matter(json_escaped(text).as_bytes());
            assert_chunks_do_not_matter(html_escaped(text).as_bytes());
            assert_chunks_do_not_matter(&utf16(text, true));
        }
    }
}
