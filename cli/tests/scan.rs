//! Runs the built command: what it prints, and its exit status.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const CLEAN: &str = r#"{"error":"Internal Server Error","requestId":"1"}"#;

const TRACE: &str =
    "Sorry.\n\nTraceback (most recent call last):\n  File \"/srv/orders/app.py\", line 42, in do_GET\n    run()\nKeyError: 'x'\n";

/// A folder with bodies and configurations.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
    write("clean.json", CLEAN.as_bytes());
    write("empty", b"");
    write("trace.txt", TRACE.as_bytes());
    write("trace.gz", &gzip(TRACE.as_bytes()));
    write("clean.gz", &gzip(CLEAN.as_bytes()));
    write("cut.gz", &gzip(CLEAN.as_bytes())[..30]);
    write("secret.txt", format!("password=hunter2hunter2\n{TRACE}").as_bytes());
    write("secret.gz", &gzip(format!("password=hunter2hunter2\n{TRACE}").as_bytes()));
    write("far.txt", format!("{}{TRACE}", "All is well.\n".repeat(1000)).as_bytes());
    write("minified.json", json!({"filler": "x".repeat(300), "stack": TRACE}).to_string().as_bytes());
    write("long.txt", "a".repeat(262_145).as_bytes());
    write("fits.txt", "a".repeat(262_144).as_bytes());
    write("empty.config", b"\xef\xbb\xbf \n");
    write("pass.config", br#"{"rules":[{"match":{},"action":"pass"}]}"#);
    write("replace.config", br#"{"rules":[{"match":{},"action":"replace"}]}"#);
    write("small.config", br#"{"inspect":{"max_bytes":10}}"#);
    write("status.config", br#"{"rules":[{"match":{"status":["5x0"]},"action":"pass"}]}"#);
    write("tenants.config", br#"{"tenants":[{"host":["a.example"],"config":{}}]}"#);
    write("except.config", br#"{"maintenance":{"enabled":false,"except":{"paths":["healthz"]}}}"#);
    write("retry.config", br#"{"resilience":{"retry":{"statuses":["200"]}}}"#);
    write("level.config", br#"{"inspect":{"level":"paranoid"}}"#);
    write("latin1.config", b"{\"brand\":{\"name\":\"Caf\xe9\"}}");
    folder
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn backstop(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_backstop"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Arguments after `scan`, exit status, what standard output contains, what standard error contains; an empty text: nothing at all.
type Row = (&'static [&'static str], i32, &'static str, &'static str);

const OVER: &str = "long.txt: unsafe\n  cannot be inspected: it has more than 262144 bytes (inspect.max_bytes), before or after decoding\n";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (&["clean.json"], 0, "clean.json: safe\n", ""),
    (&["empty"], 0, "empty: safe\n", ""),
    (&["trace.txt"], 1, "trace.txt: unsafe\n  python.traceback (stack_trace) at line 3, column 1 (offset 8): Traceback (most recent call last):\n", ""),
    (&["far.txt"], 1, "at line 1003, column 1 (offset 13008): Traceback (most recent call last)\n", ""),
    (&["minified.json"], 1, "at line 1, column ", ""),
    (&["fits.txt"], 0, "fits.txt: safe\n", ""),
    // Several files: the worst one gives the status, all are answered.
    (&["clean.json", "trace.txt", "empty"], 1, "\nempty: safe\n", ""),
    (&["missing", "trace.txt"], 2, "trace.txt: unsafe\n", "backstop: cannot read missing: No such file"),
    (&["trace.txt", "missing", "clean.json"], 2, "\nclean.json: safe\n", "; check the name\n"),
    (&["."], 2, "", "backstop: cannot read .: Is a directory (os error 21); name the files in it\n"),
    // Content codings.
    (&["--content-encoding", "gzip", "trace.gz"], 1, "python.traceback (stack_trace) at line 3, column 1 (offset 8): Traceback (most recent call last):\n", ""),
    (&["--content-encoding", "gzip", "clean.gz"], 0, "clean.gz: safe\n", ""),
    (&["trace.gz"], 1, "python.traceback (stack_trace) at line 3, column 1 (offset 8): Traceback (most recent call last):\n", ""),
    (&["--content-encoding", "gzip", "clean.json"], 1, "clean.json: unsafe\n  cannot be inspected: it is not what its content coding or its first bytes promise\n", ""),
    (&["--content-encoding", "rot13", "clean.json"], 1, "clean.json: unsafe\n  cannot be inspected: its content coding is not known\n", ""),
    (&["cut.gz"], 1, "cut.gz: unsafe\n  cannot be inspected: it breaks off within its content coding\n", ""),
    // Behind a secret of a decoded body the line cannot be told, but what stands on it.
    (&["secret.gz"], 1, "python.traceback (stack_trace) at offset 32: Traceback (most recent call last):\n", ""),
    (&["secret.txt"], 1, "at line 1, column 1 (offset 0): password=***\n", ""),
    // Limits and configurations.
    (&["long.txt"], 1, OVER, ""),
    (&["--config", "small.config", "clean.json"], 1, "more than 10 bytes (inspect.max_bytes)", ""),
    (&["--config", "small.config", "--level", "standard", "clean.json"], 1, "more than 10 bytes (inspect.max_bytes)", ""),
    (&["--config", "empty.config", "trace.txt"], 1, "trace.txt: unsafe\n", ""),
    (&["--config", "pass.config", "trace.txt"], 1, "trace.txt: unsafe\n", ""),
    (&["--config", "replace.config", "clean.json"], 0, "clean.json: safe\n", ""),
    (&["--config", "status.config", "clean.json"], 2, "", "backstop: status.config: rules[0].match.status[0]: \"5x0\" is not a status: write a code"),
    (&["--config", "tenants.config", "clean.json"], 2, "", "backstop: tenants.config: tenants: this command reads one configuration: give it a tenant's `config`"),
    (&["--config", "except.config", "clean.json"], 2, "", "backstop: except.config: maintenance.except.paths[0]: \"healthz\" does not start with /"),
    (&["--config", "retry.config", "clean.json"], 2, "", "backstop: retry.config: resilience.retry.statuses[0]: \"200\" is outside 400 to 599, and only error statuses count: "),
    (&["--config", "level.config", "clean.json"], 2, "", "backstop: level.config: inspect.level: \"paranoid\" is not a level: write "),
    (&["--config", "latin1.config", "clean.json"], 2, "", "backstop: latin1.config: is not UTF-8"),
    (&["--config", "missing", "clean.json"], 2, "", "backstop: cannot read missing: No such file"),
    (&["--level", "paranoid", "clean.json"], 2, "", "backstop: --level: inspect.level: \"paranoid\" is not a level: write "),
    (&["--level", "standard", "clean.json"], 0, "clean.json: safe\n", ""),
    // Arguments.
    (&["--content-type", "text/html", "clean.json"], 0, "clean.json: safe\n", ""),
    (&["--content-type", "a\nb", "clean.json"], 2, "", "backstop: --content-type: \"a\\nb\" cannot be the value of a header field: write printable ASCII"),
    (&[], 2, "", "<FILE>..."),
    (&["--format", "yaml", "clean.json"], 2, "", "[possible values: text, json]"),
    (&["-", "-"], 2, "", "standard input can be read only once"),
    (&["--help"], 0, "only its `inspect` part counts here, its rules do not", ""),
];

#[test]
fn status_and_text() {
    let folder = files();
    for (arguments, status, stdout, stderr) in ROWS {
        let output = backstop(folder.path(), &[&["scan"], *arguments].concat(), b"");
        for (got, expected) in [(text(&output.stdout), stdout), (text(&output.stderr), stderr)] {
            assert!(if expected.is_empty() { got.is_empty() } else { got.contains(expected) }, "{arguments:?}: {got}");
            assert!(!got.contains("hunter2"), "{arguments:?}: {got}");
        }
        assert_eq!(output.status.code(), Some(*status), "{arguments:?}");
    }
}

#[test]
fn without_a_subcommand() {
    let folder = files();
    for (argument, status, stdout, stderr) in [
        ("--version", 0, concat!("backstop ", env!("CARGO_PKG_VERSION"), "\n"), ""),
        ("--help", 0, "Usage: backstop <COMMAND>", ""),
        ("frobnicate", 2, "", "unrecognized subcommand 'frobnicate'"),
    ] {
        let output = backstop(folder.path(), &[argument], b"");
        assert!(text(&output.stdout).contains(stdout) && text(&output.stderr).contains(stderr), "{argument}: {output:?}");
        assert_eq!(output.status.code(), Some(status), "{argument}");
    }
    assert_eq!(backstop(folder.path(), &[], b"").status.code(), Some(2));
}

#[test]
fn standard_input() {
    let folder = files();
    for (body, status, stdout) in [
        (CLEAN.as_bytes(), 0, "-: safe\n"),
        (b"", 0, "-: safe\n"),
        (TRACE.as_bytes(), 1, "-: unsafe\n  python.traceback (stack_trace) at line 3"),
        (&gzip(TRACE.as_bytes()), 1, "-: unsafe\n  python.traceback (stack_trace) at line 3"),
    ] {
        let output = backstop(folder.path(), &["scan", "-"], body);
        assert!(text(&output.stdout).starts_with(stdout), "{output:?}");
        assert_eq!(output.status.code(), Some(status));
    }
    let between = backstop(folder.path(), &["scan", "empty", "-", "clean.json"], TRACE.as_bytes());
    assert!(text(&between.stdout).starts_with("empty: safe\n-: unsafe\n") && text(&between.stdout).ends_with("\nclean.json: safe\n"));
}

#[test]
fn standard_input_without_end() {
    let folder = files();
    let mut child = Command::new(env!("CARGO_BIN_EXE_backstop"))
        .args(["scan", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // One past the limit, what the pipe holds, and far from what a machine could: the command ends, so writing fails.
    let written = (0..1_000).take_while(|_| stdin.write_all(&[b'a'; 65_536]).is_ok()).count();
    assert!(written < 100, "{written} times 64 KiB");
    let output = child.wait_with_output().unwrap();
    assert!(text(&output.stdout).contains("more than 262144 bytes"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn json() {
    let folder = files();
    let files = ["clean.json", "trace.txt", "missing", "long.txt", "secret.gz", "secret.txt", "trace.gz"];
    let output = backstop(folder.path(), &[&["scan", "--format", "json"], &files[..]].concat(), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stdout).contains("hunter2"));
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["file"].as_str().unwrap()).collect::<Vec<_>>(), files);

    assert_eq!(lines[0], json!({"file": "clean.json", "verdict": "safe", "reason": "clean", "body_bytes": CLEAN.len(), "findings": []}));
    let error = lines[2]["error"].as_str().unwrap();
    assert_eq!(lines[2], json!({"file": "missing", "verdict": "unreadable", "error": error}));
    assert!(error.starts_with("cannot read missing: ") && text(&output.stderr).contains(error));
    assert_eq!(lines[3], json!({"file": "long.txt", "verdict": "unsafe", "reason": "over_limit", "body_bytes": 262_144, "findings": []}));

    let first = json!({
        "detector": "python.traceback", "category": "stack_trace", "offset": 8, "line": 3, "column": 1,
        "snippet": "Traceback (most recent call last):",
    });
    for line in [&lines[1], &lines[6]] {
        assert_eq!((&line["verdict"], &line["reason"], &line["findings"][0]), (&json!("unsafe"), &json!("unsafe"), &first));
        assert_eq!(line["body_bytes"], TRACE.len());
    }
    // The same findings at the same places, whether or not the place can be told as line and column.
    let places = |line: &Value| -> Vec<(Value, Value)> {
        line["findings"].as_array().unwrap().iter().map(|finding| (finding["detector"].clone(), finding["offset"].clone())).collect()
    };
    assert_eq!(places(&lines[4]), places(&lines[5]));
    assert!(lines[4]["findings"][0].get("line").is_none() && lines[5]["findings"][0]["line"] == 1);
}

/// A body cannot move the reader's terminal, nor a file's name add lines.
#[test]
fn nothing_printed_is_a_terminal_command() {
    let folder = files();
    let body = format!("\x1b[2J\u{9b}31m{}", TRACE.trim_start_matches("Sorry.\n\n"));
    std::fs::write(folder.path().join("a\nb: safe"), body).unwrap();
    for format in ["text", "json"] {
        let output = backstop(folder.path(), &["scan", "--format", format, "a\nb: safe", "no\x1bne"], b"");
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{printed:?}");
        assert!(printed.contains("python.traceback") && !printed.contains("\nb: safe"), "{printed:?}");
        assert_eq!(output.status.code(), Some(2));
    }
}
