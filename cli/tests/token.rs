//! `backstop token`, as people call it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use backstop_core::{Exchange, Origin, Payload, Policy, RequestHead, ResponseHead, Seed, Step};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn token(more: &[&str], source: (&str, &Path)) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstop"));
    command.args(["token", "--host", "shop.example", "--path", "/api/", "--expires", "1h"]).args(more);
    command.arg(source.0).arg(source.1).output().unwrap()
}

/// Whether core shows the original to who carries this.
fn reveals(config: &str, name: &'static str, value: &str, millis_from_now: u64) -> bool {
    let headers = HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())]);
    let (host, path) = ("shop.example".to_owned(), "/api/cart".to_owned());
    let request = RequestHead { method: Method::GET, host, path, headers, correlation_id: None };
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let seed = Seed { unix_millis: now.saturating_add(millis_from_now), random: [7; 16] };
    let mut exchange = Exchange::new(Arc::new(Policy::from_json(config).unwrap()), request, seed);
    let head = ResponseHead {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        headers: HeaderMap::new(),
        body: Payload::AsSent,
        origin: Origin::Upstream,
        detail: None,
    };
    let _ = exchange.on_response(&head);
    // Without a token the answer is there at once.
    exchange.on_body(b"panic: ORA-00942: table or view does not exist\n") == Step::Continue
}

#[test]
fn the_token_opens_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, config) = (folder.path().join("secret"), folder.path().join("backstop.json"));
    let text = format!("{{\"reveal\":{{\"secret\":\"{SECRET}\"}}}}");
    fs::write(&secret, format!("{SECRET}\n")).unwrap();
    fs::write(&config, &text).unwrap();
    for source in [("--secret-file", secret.as_path()), ("--config", config.as_path())] {
        let output = token(&[], source);
        assert!(output.status.success(), "{output:?}");
        let (printed, told) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let token = printed.strip_suffix('\n').unwrap();
        assert!(!token.contains('\n') && !told.contains(SECRET), "{printed} {told}");
        assert!(told.contains(&format!("curl -H 'x-backstop-reveal: {token}' 'https://shop.example/api/'")), "{told}");
        let cookie = format!("backstop_reveal={token}; path=/api/; max-age=3600; secure; samesite=strict");
        assert!(told.contains(&cookie) && told.contains("for 1h (until Unix second "), "{told}");
        assert!(reveals(&text, "x-backstop-reveal", token, 0));
        assert!(reveals(&text, "cookie", &format!("a=1; backstop_reveal={token}"), 3_500_000));
        assert!(!reveals(&text, "x-backstop-reveal", token, 3_601_000), "it expires");
        assert!(!reveals("{}", "x-backstop-reveal", token, 0));
    }
}

#[test]
fn a_path_without_its_slash_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, SECRET).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstop"));
    let output = command.args(["token", "--host", "a.example", "--path", "/api", "--expires", "5m", "--secret-file"]).arg(&secret).output();
    let told = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(told.ends_with("\nIt also counts for paths such as /apix: end --path with / to keep it below /api/.\n"), "{told}");
}

#[test]
fn refusals_tell_what_to_do_and_never_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let good = file("good", SECRET);
    let short = "is not safe: write 32 to 512 letters, digits and signs, for example what `openssl rand -hex 32` prints";
    #[rustfmt::skip]
    let rows = [
        ("--secret-file", file("short", "hunter2\n"), vec![], format!("short: the secret {short}")),
        ("--secret-file", file("lines", &format!("{SECRET}\n{SECRET}\n")), vec![], format!("lines: the secret {short}")),
        ("--secret-file", folder.path().join("none"), vec![], "check the name".to_owned()),
        ("--config", file("empty.json", "{}"), vec![], "empty.json: has no `reveal`, so no token counts there: add {\"reveal\": {\"secret\": …}}".to_owned()),
        ("--config", file("short.json", "{\"reveal\":{\"secret\":\"hunter2\"}}"), vec![], format!("short.json: reveal.secret: {short}")),
        ("--secret-file", good.clone(), vec!["--host", "shop.example:443"], "--host: \"shop.example:443\" has a port: leave it out, ports are ignored".to_owned()),
        ("--secret-file", good.clone(), vec!["--path", "api/"], "--path: \"api/\" does not start with /: write the path from its beginning, for example /api/".to_owned()),
        ("--secret-file", good, vec!["--expires", "1y"], "--expires: \"1y\" is not a time: write for example 15m, 8h or 7d, at most 90d".to_owned()),
    ];
    for (option, path, more, expected) in rows {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backstop"));
        command.args(["token", option]).arg(path).args(&more);
        for (name, value) in [("--host", "shop.example"), ("--path", "/api/"), ("--expires", "1h")] {
            if !more.contains(&name) {
                command.args([name, value]);
            }
        }
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.trim_end().ends_with(&expected), "{expected}: {told}");
        assert!(output.stdout.is_empty() && !told.contains("hunter2") && !told.contains(SECRET), "{told}");
    }
    // One source, and only one.
    let both = Command::new(env!("CARGO_BIN_EXE_backstop"))
        .args(["token", "--host", "a", "--path", "/", "--expires", "1h", "--config", "a", "--secret-file", "b"])
        .output()
        .unwrap();
    assert_eq!(both.status.code(), Some(2));
    let neither =
        Command::new(env!("CARGO_BIN_EXE_backstop")).args(["token", "--host", "a", "--path", "/", "--expires", "1h"]).output().unwrap();
    assert_eq!(neither.status.code(), Some(2));
}
