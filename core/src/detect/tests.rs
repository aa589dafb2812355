//! Every detector on its own examples and on real output, in every form and split in every way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros
)]

use super::clean::CLEAN;
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
    store::EXAMPLES,
    path::EXAMPLES,
    page::EXAMPLES,
    json::EXAMPLES,
    object::EXAMPLES,
    exception::EXAMPLES,
    form::EXAMPLES,
    form::printed::EXAMPLES,
    name::EXAMPLES,
    message::script::EXAMPLES,
    message::compiled::EXAMPLES,
    message::other::EXAMPLES,
    message::prefix::EXAMPLES,
    phrase::compiled::EXAMPLES,
    phrase::javascript::EXAMPLES,
    phrase::python::EXAMPLES,
    phrase::script::EXAMPLES,
    phrase::translated::EXAMPLES,
    phrase::store::EXAMPLES,
    phrase::classic::EXAMPLES,
    phrase::other::EXAMPLES,
    source::EXAMPLES,
    secret::EXAMPLES,
    address::EXAMPLES,
    server::EXAMPLES,
    config::EXAMPLES,
];

static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| Detectors::new(Level::Standard, Vec::new(), Vec::new(), Terms::default()));

fn scan(body: &[u8]) -> Vec<Finding> {
    DETECTORS.scan(body)
}

fn scan_chunks<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<Finding> {
    let mut scanner = Scanner::new(Form::Bytes);
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

/// The same document with its members on lines of their own, if it is one.
fn laid_out(text: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&document).ok()
}

fn html_escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
    format!("<html><body><pre>{}</pre></body></html>", escaped.replace('\n', "<br>\n"))
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The detectors named after a language, and those of its own examples that another language's detector also takes for its own.
#[test]
fn a_trace_is_not_taken_for_one_of_another_language() {
    const LANGUAGES: [&str; 11] = ["python", "node", "jvm", "dotnet", "php", "ruby", "go", "rust", "native", "perl", "beam"];
    let language = |id: &str| LANGUAGES.into_iter().find(|language| id.split('.').next() == Some(*language));
    let mut failures = String::new();
    for example in EXAMPLES.iter().copied().flatten() {
        let Some(own) = language(example.id) else { continue };
        for text in example.leaks {
            for finding in scan(text.as_bytes()) {
                if language(finding.detector).is_some_and(|other| other != own) {
                    failures += &format!("{}: {text:?} gives {}\n", example.id, finding.detector);
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What libraries, databases and tools were seen to say, each as a member of JSON.
#[test]
fn messages_are_found() {
    let mut failures = String::new();
    for text in include_str!("testdata/messages.txt").lines() {
        if scan(json_escaped(text).as_bytes()).is_empty() {
            failures += &format!("{text}\n");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Each as a member of JSON.
#[test]
fn clients_may_read_what_is_written_for_them() {
    let mut failures = String::new();
    for text in include_str!("../../../tests/corpus/clients.txt").lines() {
        let found = scan(json_escaped(text).as_bytes());
        if !found.is_empty() {
            failures += &format!("{text:?} gives {}\n", show(&found));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn ids_are_unique_and_the_table_fits() {
    let ids: Vec<&str> = FAMILIES.iter().flat_map(|family| family.iter()).map(|detector| detector.id).collect();
    let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    assert!(ids.len() <= super::table::MAX_DETECTORS, "the scanner keeps one bit for each detector");
    for detector in FAMILIES.iter().flat_map(|family| family.iter()) {
        assert!(!detector.why.is_empty() && !detector.anchors.0.is_empty(), "{}", detector.id);
        assert!(detector.anchors.iter().all(|anchor: &str| anchor.len() >= 2 && !anchor.contains('\n')), "{}", detector.id);
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
                ("one long line", format!("{{\"a\":\"{}\",\"b\":\"{}\"}}", "lorem ipsum ".repeat(2000), text).into_bytes()),
            ];
            let laid_out = laid_out(text).map(|text| ("laid out", text.into_bytes()));
            for (form, body) in forms.into_iter().chain(laid_out) {
                if form.starts_with("html") && (text.contains("</td>") || text.contains("</dd>")) {
                    continue;
                }
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
            for (form, body) in forms.into_iter().chain(laid_out(text).map(|text| ("laid out", text))) {
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
            assert_chunks_do_not_matter(laid_out(text).unwrap_or_default().as_bytes());
        }
    }
}

#[test]
fn clean_bodies_stay_clean() {
    let mut failures = String::new();
    for (name, body) in CLEAN {
        let forms = [("plain", (*body).to_owned()), ("json", json_escaped(body)), ("html", html_escaped(body))];
        for (form, body) in forms {
            let found = scan(body.as_bytes());
            if !found.is_empty() {
                failures += &format!("{name} ({form}): {body:?} gives {}\n", show(&found));
            }
        }
        assert_chunks_do_not_matter(body.as_bytes());
    }
    assert!(CLEAN.len() >= 60);
    assert!(failures.is_empty(), "{failures}");
}

/// What real interpreters and frameworks printed; paths of the machine were replaced.
fn real_leaks() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/detect/testdata/leaks");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned())
        })
        .collect()
}

#[test]
fn real_output_is_found() {
    let mut failures = String::new();
    let leaks = real_leaks();
    assert!(leaks.len() > 80);
    for (name, text) in &leaks {
        let forms = [
            ("plain", text.clone().into_bytes()),
            ("json", json_escaped(text).into_bytes()),
            ("json in json", json_escaped(&json_escaped(text)).into_bytes()),
            ("html", html_escaped(text).into_bytes()),
            ("html in json", json_escaped(&html_escaped(text)).into_bytes()),
            ("utf-16", utf16(text, true)),
        ];
        for (form, body) in forms {
            if scan(&body).is_empty() {
                failures += &format!("{name} ({form})\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn chunks_of_real_output_do_not_matter() {
    for (_, text) in real_leaks().iter().step_by(4) {
        assert_chunks_do_not_matter(text.as_bytes());
        assert_chunks_do_not_matter(json_escaped(text).as_bytes());
    }
}

/// xorshift64: the same numbers on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// Chunks of random lengths give what the whole gives.
fn assert_random_chunks(dice: &mut Dice, body: &[u8]) {
    let whole = scan(body);
    let mut chunks = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let reach = [2, 9, 700, 6000][dice.roll(4)];
        let (chunk, tail) = rest.split_at(dice.roll(reach).min(rest.len()));
        chunks.push(chunk);
        rest = tail;
    }
    assert_eq!(scan_chunks(chunks.into_iter()), whole, "{:?}", String::from_utf8_lossy(body));
    assert!(whole.len() <= MAX_FINDINGS);
    assert!(whole.iter().all(|finding| finding.offset <= body.len() as u64));
}

#[test]
fn random_bytes_are_harmless() {
    let mut dice = Dice(0x5eed);
    for round in 0..200 {
        let len = dice.roll(9000);
        let body: Vec<u8> =
            (0..len).map(|_| if round % 2 == 0 { dice.roll(256) as u8 } else { b"\\&<>u\"n/:. at(1)Error;{}\n"[dice.roll(25)] }).collect();
        assert_random_chunks(&mut dice, &body);
    }
}

#[test]
fn mutated_leaks_do_not_depend_on_chunks() {
    let mut dice = Dice(0xbac5);
    let mut texts: Vec<String> = real_leaks().into_iter().map(|(_, text)| text).collect();
    texts.extend(EXAMPLES.iter().flat_map(|family| family.iter()).flat_map(|example| example.leaks.iter().map(|text| (*text).to_owned())));
    for _ in 0..1500 {
        let (one, two) = (dice.roll(texts.len()), dice.roll(texts.len()));
        let mut body = match dice.roll(3) {
            0 => json_escaped(&texts[one]).into_bytes(),
            1 => html_escaped(&texts[one]).into_bytes(),
            _ => texts[one].clone().into_bytes(),
        };
        body.extend(texts[two].as_bytes());
        for _ in 0..dice.roll(20) {
            let at = dice.roll(body.len());
            match dice.roll(4) {
                0 => body[at] = dice.roll(256) as u8,
                1 => drop(body.remove(at)),
                2 => body.insert(at, b"\\\"<&\n:;/ "[dice.roll(9)]),
                _ => body.truncate(at.max(1)),
            }
            if body.is_empty() {
                break;
            }
        }
        assert_random_chunks(&mut dice, &body);
    }
}

#[test]
fn a_finding_shows_before_the_end() {
    let mut scanner = Scanner::new(Form::Bytes);
    scanner.push(&DETECTORS, b"<h1>Oops</h1>\n  File \"/srv/x.py\", line 3, in f\n");
    assert!(!scanner.findings().is_empty());
    // On a line that does not end it shows when the window is full.
    let mut scanner = Scanner::new(Form::Bytes);
    scanner.push(&DETECTORS, b"{\"stack\":\"Error: x\\n    at f (/srv/x.js:1:2)");
    scanner.push(&DETECTORS, &[b'x'; 2000]);
    assert!(!scanner.findings().is_empty());
}

#[test]
fn offsets_point_into_the_body() {
    let rows: &[(&str, &str, u64)] = &[
        ("abc\nTraceback (most recent call last):", "python.traceback", 4),
        (r#"{"a":"b\n\nFile \"/srv/x.py\", line 3"}"#, "python.frame", 11),
        ("<p>&quot;x&quot;</p><b>File &quot;x.py&quot;, line 3", "python.frame", 23),
    ];
    for (body, detector, offset) in rows {
        let found = scan(body.as_bytes());
        let finding = found.iter().find(|finding| finding.detector == *detector).expect(body);
        assert_eq!(finding.offset, *offset, "{body}");
    }
}

#[test]
fn leaks_are_found_at_every_place_of_a_long_line() {
    for padding in (0..6000).step_by(37) {
        let body = format!("{{\"a\":\"{}\",\"b\":\"    at f (/srv/shop/x.js:1:2)\",\"c\":\"{}\"}}", "x".repeat(padding), "y".repeat(9000));
        assert_eq!(scan(body.as_bytes()).first().map(|finding| finding.category), Some(Category::StackTrace), "{padding}");
    }
}

#[test]
fn buffers_stay_small() {
    // The last two leave nothing in the second view.
    for unit in [&b"&#x0000000\\u00<a "[..], b"%41", b"<b>", b"<a x>"] {
        let mut scanner = Scanner::new(Form::Bytes);
        for _ in 0..64 {
            scanner.push(&DETECTORS, &unit.repeat(3000));
        }
        assert!(scanner.raw.buffered() < 16 * 1024 && scanner.plain.as_ref().unwrap().buffered() < 16 * 1024);
    }
    assert_eq!(Category::StackTrace.as_str(), "stack_trace");
}

/// Literals without evidence, as dense as they get: each costs a check, and a check looks at a bounded piece of its line.
#[test]
fn dense_literals_stay_cheap() {
    for anchor in FAMILIES.iter().flat_map(|family| family.iter()).flat_map(|detector| detector.anchors.iter()).step_by(5) {
        let body = anchor.repeat(16 * 1024 / anchor.len());
        let start = std::time::Instant::now();
        scan(body.as_bytes());
        // Measured in release: at most 8 ms. The rest is for debug builds on a busy machine.
        assert!(start.elapsed().as_secs() < 5, "{anchor}");
    }
}

#[test]
fn which_detectors_look() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let body = br"cannot open C:\temp\shop\x.mdb and KeyError('x')";
    #[rustfmt::skip]
    let rows = [
        (Level::Standard, names(&[]), names(&[]), names(&["exception.printed", "path.windows"])),
        (Level::Standard, names(&["path.*"]), names(&[]), names(&["exception.printed"])),
        (Level::Standard, names(&["path.win"]), names(&[]), names(&["exception.printed", "path.windows"])),
        (Level::Relaxed, names(&[]), names(&[]), names(&[])),
        (Level::Relaxed, names(&[]), names(&["path.windows"]), names(&["path.windows"])),
        (Level::Relaxed, names(&[]), names(&["exception.*"]), names(&["exception.printed"])),
        (Level::Relaxed, names(&["path.*"]), names(&["path.windows"]), names(&[])),
    ];
    for (level, allowed, denied, expected) in rows {
        let findings = Detectors::new(level, allowed.clone(), denied.clone(), Terms::default()).scan(body);
        let mut found: Vec<_> = findings.iter().map(|finding| finding.detector.to_owned()).collect();
        found.sort();
        assert_eq!(found, expected, "{level:?} without {allowed:?} with {denied:?}");
    }
}

/// Two parts of core know secrets, in most by rules of their own: what one finds, the other must mask.
#[test]
fn what_is_found_as_a_credential_is_masked_in_reports() {
    // Of a private key the first line stays, and is found again.
    let examples = secret::EXAMPLES.iter().filter(|example| example.id != "secret.private_key");
    let mut leaks: Vec<String> = examples.flat_map(|example| example.leaks).map(|&leak| leak.to_owned()).collect();
    for detector in secret::DETECTORS {
        let value = match detector.id {
            "secret.vendor_token" | "secret.connection_key" => "0123456789abcdef0123456789abcdef",
            _ => continue,
        };
        for prefix in detector.anchors.iter() {
            let sign = if detector.id == "secret.connection_key" && !prefix.ends_with('=') { "=" } else { "" };
            let value = match prefix {
                "SG." => format!("{}.{value}{value}", value.get(..22).unwrap()),
                _ if prefix.contains('/') => format!("T0123456/B0123456/{value}"),
                _ => value.to_owned(),
            };
            leaks.push(format!("{prefix}{sign}{value}"));
        }
    }
    assert!(leaks.len() > 50, "{leaks:?}");
    let mut wrong = Vec::new();
    for leak in leaks {
        let place = if leak.starts_with("&sig=") { "https://shop.blob.test/a?se=1" } else { "" };
        for text in
            [format!("{place}{leak}"), json_escaped(&format!("denied: {place}{leak} for shop")), format!("got ({place}{leak})\n at x")]
        {
            let is_credential = |finding: &&Finding| finding.category == Category::Credential;
            assert!(scan(text.as_bytes()).iter().any(|finding| is_credential(&finding)), "not found at all: {text}");
            let masked = crate::redact::redact(text.as_bytes());
            let left = scan(masked.as_bytes());
            if left.iter().any(|finding| is_credential(&finding)) {
                wrong.push(format!("{text}\n  {masked}: {}", show(&left)));
            }
        }
    }
    assert!(wrong.is_empty(), "not masked:\n{}", wrong.join("\n"));
}
