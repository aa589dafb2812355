//! What cannot be said as a case: refused configurations, long-lived connections, memory, a VM that outlives all bad input.

use anyhow::{Context, Result, ensure};
use backstop_tests::case::{Case, HttpVersion, contains};
use backstop_tests::client::{self, Answer, CASE_HEADER};
use backstop_tests::envoy::{Envoy, EnvoyHost, Settings, report_of};
use backstop_tests::suite::RUNTIME;
use backstop_tests::upstream::ScriptedUpstream;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A configuration that must be refused: its name, its text, and what Envoy's log must say.
type Refusal = (&'static str, &'static str, &'static [&'static str]);

const REFUSALS: [Refusal; 7] = [
    (
        "an-echo-behind-the-matcher",
        r#"{"capture": "filter_state", "correlation": {"echo": "all"}}"#,
        &["correlation.echo", "response_headers_to_add"],
    ),
    ("an-unknown-field", r#"{"rules": [], "inspekt": {}}"#, &["inspekt", "did you mean `inspect`"]),
    ("a-wrong-type", r#"{"inspect": {"max_bytes": "many"}}"#, &["inspect.max_bytes", "many"]),
    ("a-bad-status", r#"{"rules": [{"match": {"status": ["5x0"]}, "action": "replace"}]}"#, &["rules[0].match.status[0]", "5x0"]),
    (
        "a-bad-status-range",
        r#"{"rules": [{"match": {}, "action": "pass"}, {"match": {"status": ["500", "504-502"]}, "action": "replace"}]}"#,
        &["rules[1].match.status[1]", "504-502"],
    ),
    ("an-unknown-action", r#"{"rules": [{"match": {}, "action": "hide"}]}"#, &["rules[0].action", "hide", "sanitize"]),
    (
        "a-path-with-two-conditions",
        r#"{"rules": [{"match": {"path": {"exact": "/a", "prefix": "/b"}}, "action": "pass"}]}"#,
        &["rules[0].match.path"],
    ),
];

type Test = fn(EnvoyHost) -> Result<()>;

const TESTS: [(&str, Test); 12] = [
    ("configuration-as-text", configuration_as_text),
    ("text-that-is-not-json-is-refused", text_that_is_not_json),
    ("vm-survives-bad-upstreams", vm_survives),
    ("access-log-carries-the-id", access_log),
    ("download-in-constant-memory", download),
    ("websocket", websocket),
    ("reset-in-mid-hold-is-generic", reset_in_mid_hold),
    ("upstream-connection-survives", upstream_connection_survives),
    ("junk-headers", junk_headers),
    ("client-that-goes-away", client_that_goes_away),
    ("hundreds-of-stalls-at-once", hundreds_of_stalls),
    ("an-outage-is-no-flood-of-logs", outage),
];

/// Without the bundled matcher the filter sees every response.
pub(crate) fn plain_trials() -> Vec<Trial> {
    let run = || every_response_carries_the_id(backstop_tests::envoy::PLAIN).map_err(|error| Failed::from(format!("{error:#}")));
    vec![Trial::test(format!("{}::special::every-response-carries-the-id", backstop_tests::envoy::PLAIN.name), run)]
}

fn every_response_carries_the_id(host: EnvoyHost) -> Result<()> {
    let id = |id: &str| json!({"headers": [["x-request-id", id]]});
    let cases = vec![
        script("good", id("mine-1"), json!({"status": 200, "body": ["fine"]})),
        script("refused-id", id("not an id"), json!({"status": 200, "body": ["fine"]})),
        script("missing", id("mine-2"), json!({"status": 404, "body": ["not here"]})),
        script("clean", id("mine-3"), json!({"status": 500, "body": ["fine"]})),
        leak(),
    ];
    let stand = Stand::new(host, &json!({"correlation": {"echo": "all"}}), false, cases)?;
    for (case, status) in [("good", 200), ("refused-id", 200), ("missing", 404), ("clean", 500), ("leak", 500)] {
        let answer = stand.send(case)?;
        let id = common_id(&stand, case, &answer)?;
        ensure!(answer.status == status && !id.contains(' '), "{case}: {answer:?}");
    }
    stand.envoy.check_alive()
}

/// The tests of one Envoy.
pub(crate) fn trials(host: EnvoyHost) -> Vec<Trial> {
    let name = |name: &str| format!("{}::special::{name}", host.name);
    let failed = |error: anyhow::Error| Failed::from(format!("{error:#}"));
    let tests = TESTS.iter().map(|(test, run)| Trial::test(name(test), move || run(host).map_err(failed)));
    let refusals = REFUSALS.iter().map(|refusal| {
        Trial::test(name(&format!("refused-{}", refusal.0)), move || refused(host, refusal.1, false, refusal.2).map_err(failed))
    });
    tests.chain(refusals).collect()
}

/// An Envoy and its upstream, which plays these cases.
pub(crate) struct Stand {
    pub(crate) envoy: Envoy,
    pub(crate) upstream: ScriptedUpstream,
    pub(crate) cases: Vec<Arc<Case>>,
}

impl Stand {
    pub(crate) fn new(host: EnvoyHost, config: &Value, as_text: bool, cases: Vec<Value>) -> Result<Stand> {
        let cases = cases.into_iter().map(|case| Ok(Arc::new(serde_json::from_value(case)?))).collect::<Result<Vec<Arc<Case>>>>()?;
        Self::of(host, config, as_text, cases)
    }

    /// The same with cases that are ready.
    pub(super) fn of(host: EnvoyHost, config: &Value, as_text: bool, cases: Vec<Arc<Case>>) -> Result<Stand> {
        let upstream = RUNTIME.block_on(ScriptedUpstream::start(&cases, HttpVersion::One))?;
        let settings = Settings { config: host.config(config), upstream: upstream.address, http: HttpVersion::One, as_text };
        let envoy = host.launch(&settings)?;
        Ok(Stand { envoy, upstream, cases })
    }

    pub(crate) fn send(&self, case: &str) -> Result<Answer> {
        let case = self.cases.iter().find(|known| known.name == case).with_context(|| format!("no case {case}"))?;
        RUNTIME.block_on(client::send(self.envoy.address, case)).with_context(|| format!("{}\n{}", case.name, self.envoy.log_tail()))
    }

    /// Waits until the log says something.
    pub(super) fn eventually(&self, what: &str, said: impl Fn(&str) -> bool) -> Result<()> {
        let started = Instant::now();
        while !said(&self.envoy.log()) {
            ensure!(started.elapsed() < Duration::from_secs(10), "{what}: the log does not tell\n{}", self.envoy.log_tail());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The request after whatever happened before is answered as it should be.
    pub(super) fn works(&self) -> Result<()> {
        let answer = self.send("leak")?;
        let replaced = answer.status == 500 && contains(&answer.body, b"An unexpected error occurred") && answer.broken.is_none();
        ensure!(replaced, "the next request is not answered as it should be: {answer:?}\n{}", self.envoy.log_tail());
        self.envoy.check_alive()
    }
}

/// A case of which only name, upstream, request and time limit are of use here.
pub(crate) fn script(name: &str, request: Value, upstream: Value) -> Value {
    json!({"name": name, "request": request, "upstream": upstream, "expect": {"outcome": "replaced", "status": 500, "report": null}})
}

pub(crate) fn leak() -> Value {
    script("leak", json!({}), json!({"headers": [["content-type", "text/plain"]], "body": ["ORA-00942: table or view does not exist"]}))
}

/// The ID that the client sees, once it is clear that it is the one that the upstream received.
fn common_id(stand: &Stand, case: &str, answer: &Answer) -> Result<String> {
    let received = stand.upstream.received(case).context("nothing reached the upstream")?;
    let (sent, shown) = (client::values(&received.headers, "x-request-id"), answer.header("x-request-id"));
    ensure!(shown.len() == 1 && sent == shown, "the upstream received the ID {sent:?}, the client {shown:?}");
    Ok(shown.concat())
}

fn refused(host: EnvoyHost, config: &str, as_text: bool, words: &[&str]) -> Result<()> {
    let settings = Settings { config: config.to_owned(), upstream: ([127, 0, 0, 1], 9).into(), http: HttpVersion::One, as_text };
    let mut process = host.spawn(&settings)?;
    let status = process.wait_for_end(Duration::from_secs(30))?;
    let log = process.log();
    ensure!(!status.success(), "Envoy ended with {status}\n{log}");
    let message = log.lines().filter(|line| line.contains("wasm log")).collect::<Vec<_>>().join("\n");
    for word in words {
        ensure!(message.contains(word), "no line of Backstop in the log has {word:?}\n{log}");
    }
    Ok(())
}

fn text_that_is_not_json(host: EnvoyHost) -> Result<()> {
    refused(host, "{\"rules\": [", true, &["EOF"])
}

fn configuration_as_text(host: EnvoyHost) -> Result<()> {
    let config = json!({"respond": {"json": "nested"}, "inspect": {"max_bytes": 1000}});
    let stand = Stand::new(host, &config, true, vec![leak()])?;
    let answer = stand.send("leak")?;
    let body: Value = serde_json::from_slice(&answer.body)?;
    ensure!(body.pointer("/error/requestId").is_some(), "the configuration has no effect: {body}");
    stand.works()
}

fn vm_survives(host: EnvoyHost) -> Result<()> {
    let text = json!([["content-type", "text/plain"]]);
    let gzip = json!([["content-type", "text/plain"], ["content-encoding", "gzip"]]);
    let upstreams = [
        ("broken-gzip", json!({"headers": gzip, "body": [{"hex": "1f8b0800000000000003ffffffffffffffff"}]})),
        ("no-gzip-at-all", json!({"headers": gzip, "body": [{"hex": "00ff00ff00ff"}]})),
        ("bomb", json!({"headers": gzip, "body": [{"gzip": {"repeat": ["0000000000", 1_000_000]}}]})),
        (
            "invalid-utf8-header",
            json!({"headers": [["x-a", {"hex": "ff fe e9"}], ["content-type", {"hex": "ff"}], ["vary", {"hex": "e9"}]], "body": ["a"]}),
        ),
        ("invalid-utf8-body", json!({"headers": text, "body": [{"hex": "ff fe e9 00 c3"}]})),
        ("empty-chunked", json!({"headers": text, "framing": "chunked"})),
        ("endless", json!({"headers": text, "body": [{"repeat": ["fine ", 2000]}], "end": "endless"})),
        ("stalled", json!({"headers": text, "body": ["a"], "end": "stall"})),
        ("reset", json!({"headers": text, "body": ["a"], "end": "reset"})),
        ("closed", json!({"headers": text, "body": ["a"], "end": "close"})),
        ("wrong-length", json!({"headers": text, "body": ["a"], "end": "close", "framing": "length"})),
        ("bad-status", json!({"status": 999, "headers": text, "body": ["a"]})),
        ("two-lengths", json!({"headers": [["content-length", "1"], ["content-length", "2"]], "body": ["aa"], "framing": "absent"})),
    ];
    let mut scripts: Vec<Value> = upstreams.iter().map(|(name, upstream)| script(name, json!({}), upstream.clone())).collect();
    scripts.push(leak());
    let stand = Stand::new(host, &json!({"inspect": {"max_bytes": 100_000, "timeout_ms": 400}}), false, scripts)?;
    for (name, _) in upstreams {
        let answer = stand.send(name)?;
        ensure!(answer.status >= 500 && answer.broken.is_none(), "{name}: {answer:?}");
        stand.works().with_context(|| format!("after {name}"))?;
    }
    Ok(())
}

fn junk_headers(host: EnvoyHost) -> Result<()> {
    let junk = json!({"headers": [["x-junk", {"repeat": ["/srv/app/secret.py ", 55_000]}]], "body": ["a"]});
    let many: Vec<Value> = (0..300).map(|number| json!([format!("x-junk-{number}"), {"repeat": ["/srv/app/secret.py ", 20]}])).collect();
    let many = json!({"headers": many, "body": ["a"]});
    let stand = Stand::new(host, &json!({}), false, vec![script("one", json!({}), junk), script("many", json!({}), many), leak()])?;
    for name in ["one", "many"] {
        let answer = stand.send(name)?;
        let shown = format!("{answer:?}");
        ensure!((500..600).contains(&answer.status) && answer.broken.is_none(), "{name}: {shown}");
        ensure!(contains(&answer.body, b"An unexpected error occurred"), "{name}: not the generic answer: {shown}");
        ensure!(!contains(&answer.body, b"/srv/app"), "{name}: leaks: {shown}");
        stand.works().with_context(|| format!("after {name}"))?;
    }
    Ok(())
}

fn access_log(host: EnvoyHost) -> Result<()> {
    let stand = Stand::new(host, &json!({}), false, vec![leak()])?;
    let answer = stand.send("leak")?;
    let id = common_id(&stand, "leak", &answer)?;
    let started = Instant::now();
    loop {
        let log = stand.envoy.log();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if let Some(line) = lines.find(|line| line.get("backstop_id").and_then(Value::as_str) == Some(&id)) {
            ensure!(line.get("request_id").and_then(Value::as_str) == Some(&id), "another request ID: {line}");
            return Ok(());
        }
        // Envoy writes its access log every ten seconds.
        ensure!(started.elapsed() < Duration::from_secs(15), "no line of the access log has backstop_id {id}\n{log}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn download(host: EnvoyHost) -> Result<()> {
    const SIZE: usize = 200 << 20;
    const MOST_KIB: u64 = 24 << 10;
    let body = json!({"status": 200, "headers": [["content-type", "application/octet-stream"]], "body": [{"repeat": [{"repeat": ["x", 65536]}, SIZE / 65536]}]});
    let stand = Stand::new(host, &json!({}), false, vec![script("download", json!({}), body), leak()])?;
    stand.works()?;
    let before = stand.envoy.resident_kib()?;
    let (received, highest) = RUNTIME.block_on(async {
        let mut stream = TcpStream::connect(stand.envoy.address).await?;
        let request = format!("GET / HTTP/1.1\r\nhost: shop.example\r\n{CASE_HEADER}: download\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let (mut buffer, mut received, mut highest, mut sampled) = (vec![0; 1 << 20], 0, before, 0);
        loop {
            let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut buffer)).await.context("nothing for 10 s")??;
            received += read;
            if received - sampled > 16 << 20 {
                sampled = received;
                highest = highest.max(stand.envoy.resident_kib()?);
            }
            if read == 0 {
                return anyhow::Ok((received, highest));
            }
        }
    })?;
    ensure!((SIZE..SIZE + 2000).contains(&received), "{received} bytes arrived");
    ensure!(highest < before + MOST_KIB, "Envoy's memory grew from {before} to {highest} KiB");
    stand.works()
}

fn websocket(host: EnvoyHost) -> Result<()> {
    let stand = Stand::new(host, &json!({}), false, vec![script("websocket", json!({}), client::websocket_upstream()), leak()])?;
    RUNTIME.block_on(client::websocket(stand.envoy.address, "websocket"))?;
    stand.works()
}

/// No filter sees an upstream that breaks off while the head is held: `local_reply_config` answers.
fn reset_in_mid_hold(host: EnvoyHost) -> Result<()> {
    let upstream = json!({"headers": [["content-type", "text/plain"], ["x-debug", "Trace"]], "body": ["Trace"], "end": "reset"});
    let stand = Stand::new(
        host,
        &json!({}),
        false,
        vec![
            script("reset", json!({}), upstream.clone()),
            script("no-id", json!({"headers": [["x-request-id", "evil \"<b>"]]}), upstream),
            leak(),
        ],
    )?;
    let answer = stand.send("reset")?;
    let id = common_id(&stand, "reset", &answer)?;
    ensure!(answer.status >= 500 && answer.broken.is_none() && answer.header("cache-control") == ["no-store"], "{answer:?}");
    let body: Value = serde_json::from_slice(&answer.body).with_context(|| format!("{answer:?}"))?;
    ensure!(body.get("requestId").and_then(Value::as_str) == Some(&id), "{body}");
    ensure!(!format!("{}{:?}", String::from_utf8_lossy(&answer.body), answer.headers).contains("reset reason"), "{answer:?}");
    // What a client made up is echoed nowhere.
    let answer = stand.send("no-id")?;
    let shown = format!("{:?}{}", answer.headers, String::from_utf8_lossy(&answer.body));
    ensure!(answer.status >= 500 && answer.header("x-request-id") == ["-"] && !shown.contains("evil"), "{answer:?}");
    stand.works()
}

/// Errors as fast as they come: every client is answered, and the log tells of the common error, of the rare one, and of how many it left out.
fn outage(host: EnvoyHost) -> Result<()> {
    const CLIENTS: u64 = 8;
    const SECONDS: u64 = 3;
    let rare =
        script("rare", json!({}), json!({"headers": [["content-type", "text/plain"]], "body": ["ORA-00001: unique constraint violated"]}));
    let stand = Stand::new(host, &json!({"report": {"max_per_second": 20, "max_alike_per_second": 5}}), false, vec![leak(), rare])?;
    let address = stand.envoy.address;
    let until = Instant::now() + Duration::from_secs(SECONDS);
    let (sent, rare) = RUNTIME.block_on(async {
        let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(storm(address, until))).collect();
        tokio::time::sleep(Duration::from_secs(SECONDS / 2)).await;
        let case = stand.cases.iter().find(|case| case.name == "rare").context("no case")?;
        let rare = client::send(address, case).await?;
        let mut sent = 0;
        for client in clients {
            sent += client.await??;
        }
        anyhow::Ok((sent, rare))
    })?;
    // What was left out since the last line is told by the next.
    std::thread::sleep(Duration::from_millis(1100));
    stand.works()?;
    let deadline = Instant::now() + Duration::from_secs(3);
    let (mut lines, mut suppressed) = (0, 0);
    while lines + suppressed < sent + 2 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
        let log = stand.envoy.log();
        let reports = log.lines().filter_map(|line| serde_json::from_str::<Value>(line.get(line.find("{\"backstop.report\"")?..)?).ok());
        (lines, suppressed) = reports.fold((0, 0), |(lines, suppressed), report| {
            (lines + 1, suppressed + report.get("backstop.suppressed").and_then(Value::as_u64).unwrap_or_default())
        });
    }
    ensure!(lines + suppressed == sent + 2, "{sent} and two errors, {lines} reports, {suppressed} left out");
    // A bucket for the burst, one for each second; the rare one, the last one.
    ensure!(sent > 500 && lines <= 5 + 5 * (SECONDS + 1) + 2, "{sent} errors, {lines} reports");
    let id = rare.header("x-request-id").concat();
    ensure!(report_of(&stand.envoy.log(), &id).is_some(), "the rare error has no report\n{}", stand.envoy.log_tail());
    stand.envoy.check_alive()
}

/// Sends the same request on one connection again and again; how many were answered as they should be.
async fn storm(address: std::net::SocketAddr, until: Instant) -> Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET / HTTP/1.1\r\nhost: shop.example\r\n{CASE_HEADER}: leak\r\n\r\n");
    let (mut buffer, mut answered) = (Vec::new(), 0);
    while Instant::now() < until {
        stream.write_all(request.as_bytes()).await?;
        buffer.clear();
        while !contains(&buffer, b"\"requestId\":\"") || !buffer.ends_with(b"}") {
            let read = tokio::time::timeout(Duration::from_secs(5), stream.read_buf(&mut buffer)).await.context("no answer")??;
            ensure!(read > 0, "the connection was closed: {}", String::from_utf8_lossy(&buffer));
        }
        ensure!(contains(&buffer, b"An unexpected error occurred") && !contains(&buffer, b"ORA-"), "{}", String::from_utf8_lossy(&buffer));
        answered += 1;
    }
    Ok(answered)
}

/// Envoy nests the local replies of one callback: too many at once would overflow the VM's stack.
fn hundreds_of_stalls(host: EnvoyHost) -> Result<()> {
    let stalled = script("stalled", json!({}), json!({"headers": [["content-type", "text/plain"]], "body": ["hello"], "end": "stall"}));
    let stand = Stand::new(host, &json!({}), false, vec![stalled, leak()])?;
    let case = stand.cases.iter().find(|case| case.name == "stalled").context("no case")?;
    let address = stand.envoy.address;
    let answers = RUNTIME.block_on(async {
        let clients: Vec<_> = (0..800)
            .map(|_| {
                tokio::spawn({
                    let case = Arc::clone(case);
                    async move { client::send(address, &case).await }
                })
            })
            .collect();
        let mut answers = Vec::new();
        for client in clients {
            answers.push(client.await);
        }
        answers
    });
    for answer in answers {
        let answer = answer??;
        ensure!(answer.status == 500 && contains(&answer.body, b"An unexpected error occurred") && answer.broken.is_none(), "{answer:?}");
    }
    stand.works()
}

/// Replacing a complete response costs no upstream connection.
fn upstream_connection_survives(host: EnvoyHost) -> Result<()> {
    let always = json!({"rules": [{"match": {"path": {"prefix": "/always"}}, "action": "replace"}, {"match": {"status": ["5xx"]}, "action": "sanitize"}]});
    let text = json!([["content-type", "text/plain"]]);
    let cases = vec![
        leak(),
        script(
            "chunked",
            json!({}),
            json!({"headers": text, "body": ["ORA-00942: table ", {"sleep_ms": 20}, "or view does not exist"], "framing": "chunked"}),
        ),
        script("clean", json!({}), json!({"headers": text, "body": ["fine"]})),
        script("always", json!({"path": "/always"}), json!({"headers": text, "body": ["fine"]})),
        script("empty", json!({"path": "/always"}), json!({"headers": text})),
    ];
    let stand = Stand::new(host, &always, false, cases)?;
    stand.works()?;
    for name in ["leak", "chunked", "clean", "always", "empty", "leak"] {
        stand.send(name)?;
        let connection = stand.upstream.received(name).context("nothing arrived")?.connection;
        ensure!(connection == 1, "{name} came on connection {connection}");
    }
    Ok(())
}

fn client_that_goes_away(host: EnvoyHost) -> Result<()> {
    let upstream = json!({"headers": [["content-type", "text/plain"]], "body": ["fine so far"], "end": "stall"});
    let stand = Stand::new(host, &json!({"inspect": {"timeout_ms": 5000}}), false, vec![script("stalled", json!({}), upstream), leak()])?;
    RUNTIME.block_on(async {
        let mut stream = TcpStream::connect(stand.envoy.address).await?;
        stream.write_all(format!("GET / HTTP/1.1\r\nhost: shop.example\r\n{CASE_HEADER}: stalled\r\n\r\n").as_bytes()).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        anyhow::Ok(())
    })?;
    let started = Instant::now();
    let received = loop {
        let received = stand.upstream.received("stalled").context("nothing reached the upstream")?;
        if received.closed_after.is_some() {
            break received;
        }
        ensure!(started.elapsed() < Duration::from_secs(3), "the upstream's connection is still open");
        std::thread::sleep(Duration::from_millis(20));
    };
    let id = client::values(&received.headers, "x-request-id").concat();
    let report = loop {
        if let Some(report) = report_of(&stand.envoy.log(), &id) {
            break report;
        }
        ensure!(started.elapsed() < Duration::from_secs(3), "no report\n{}", stand.envoy.log_tail());
        std::thread::sleep(Duration::from_millis(20));
    };
    ensure!(report.get("backstop.reason").and_then(Value::as_str) == Some("aborted"), "{report}");
    stand.works()
}
