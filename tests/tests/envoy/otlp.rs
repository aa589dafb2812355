//! Reports on their way from Envoy to a collector, whatever the collector does.

use super::plugins;
use super::special::Stand;
use anyhow::{Context, Result, ensure};
use backstop_tests::client;
use backstop_tests::collector::{Collector, Conduct, attributes, json as value_of};
use backstop_tests::envoy::{CURRENT, EnvoyHost, OLDEST, PLAIN, report_of};
use backstop_tests::process::{Process, tool};
use backstop_tests::suite::RUNTIME;
use backstop_tests::upstream::ScriptedUpstream;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ROTEL: &str = ".tools/bin/rotel";

type Test = fn(EnvoyHost) -> Result<()>;

const TESTS: [(&str, Test); 7] = [
    ("a-record-says-what-the-line-says", record),
    ("collectors-that-fail", failing),
    ("no-client-waits-for-a-collector", nobody_waits),
    ("a-dead-collector-and-an-unknown-cluster", dead),
    ("one-request-under-way-and-a-bounded-queue", bounded),
    ("a-new-configuration-while-a-request-is-under-way", new_configuration),
    ("two-plugins-and-a-cluster-without-endpoints", two_plugins),
];

/// These tests on both versions of Envoy, the first one also with the plain configuration.
pub(crate) fn trials() -> Vec<Trial> {
    let trial = |host: EnvoyHost, (name, run): (&str, Test)| {
        Trial::test(format!("{}::otlp::{name}", host.name), move || run(host).map_err(|error| Failed::from(format!("{error:#}"))))
    };
    let both = [CURRENT, OLDEST].into_iter().flat_map(|host| TESTS.map(|test| trial(host, test)));
    // There is no build of it for every machine.
    let real = trial(CURRENT, ("a-real-collector", real)).with_ignored_flag(tool(ROTEL).is_err());
    both.chain([trial(PLAIN, TESTS[0]), real]).collect()
}

fn stand(host: EnvoyHost, report: Value) -> Result<Stand> {
    let leak = json!({
        "name": "leak",
        "request": {
            "method": "POST",
            "path": "/orders?token=s3cret-in-query",
            "headers": [["x-request-id", "order-4711"], ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]],
        },
        "upstream": {
            "headers": [["content-type", "text/plain"]],
            "body": ["Traceback (most recent call last):\n  File \"/srv/app/orders.py\", line 42, in total\n    connect('postgres://app:s3cret-in-url@db/x')\nKeyError: 'password=s3cret-in-message'\n"],
        },
        "expect": {"outcome": "replaced", "status": 500, "report": null},
    });
    Stand::new(host, &json!({ "report": report }), false, vec![leak])
}

fn record(host: EnvoyHost) -> Result<()> {
    let collector = Collector::start(&[Conduct::Take])?;
    let otlp = json!({"endpoint": collector.endpoint(), "service_name": "shop", "flush_ms": 100, "headers": {"x-api-key": "s3cret-key"}});
    let stand = stand(host, json!({ "otlp": otlp }))?;
    stand.works()?;
    let request = collector.wait_for(1)?.remove(0);
    for field in
        ["POST /v1/logs HTTP/1.1", "content-type: application/x-protobuf", "x-api-key: s3cret-key", &format!("host: {}", collector.address)]
    {
        ensure!(request.head.contains(field), "no {field}: {}", request.head);
    }
    let message = request.message.map_err(anyhow::Error::msg)?;
    let [logs] = message.resource_logs.as_slice() else { anyhow::bail!("{message:?}") };
    let resource = attributes(&logs.resource.as_ref().context("no resource")?.attributes);
    ensure!(Value::from(resource.clone()) == json!({"service.name": "shop"}), "{resource:?}");
    let [scope] = logs.scope_logs.as_slice() else { anyhow::bail!("{message:?}") };
    ensure!(scope.scope.as_ref().is_some_and(|scope| scope.name == "backstop" && !scope.version.is_empty()), "{scope:?}");
    let [record] = scope.log_records.as_slice() else { anyhow::bail!("{message:?}") };

    let line = report_of(&stand.envoy.log(), "order-4711").context("no line")?;
    let mut expected = line.as_object().cloned().context("no object")?;
    let take = |expected: &mut serde_json::Map<String, Value>, name: &str| expected.remove(name).unwrap_or_default();
    let (trace_id, span_id) = (take(&mut expected, "trace_id"), take(&mut expected, "span_id"));
    ensure!(
        hex::encode(&record.trace_id) == trace_id && hex::encode(&record.span_id) == span_id && record.trace_id.len() == 16,
        "{record:?}"
    );
    let time = time_of(&take(&mut expected, "time"))?;
    ensure!(record.time_unix_nano / 1_000_000 % 86_400_000 == time, "{} is not {time}", record.time_unix_nano);
    ensure!(record.observed_time_unix_nano >= record.time_unix_nano, "{record:?}");
    let told = attributes(&record.attributes);
    ensure!(told == expected, "the record differs from the line:\n{told:?}\n{expected:?}");
    ensure!(
        (record.severity_number, record.severity_text.as_str()) == (17, "ERROR") && record.event_name == "backstop.error",
        "{record:?}"
    );
    let body = value_of(record.body.as_ref());
    ensure!(body == "POST /orders?token=***: 500 from upstream, replaced (unsafe)", "{body}");
    let log = stand.envoy.log();
    for secret in ["s3cret-in-query", "s3cret-in-url", "s3cret-in-message"] {
        ensure!(!contains(&request.body, secret), "{secret} is in the payload");
    }
    ensure!(!log.contains("s3cret-key"), "the collector's key is in the log");
    Ok(())
}

/// Milliseconds since midnight.
fn time_of(time: &Value) -> Result<u64> {
    let time = time.as_str().and_then(|time| time.get(11..23)).context("no time")?;
    let part = |range: std::ops::Range<usize>| time.get(range).and_then(|part| part.parse::<u64>().ok()).context("no number");
    Ok(((part(0..2)? * 60 + part(3..5)?) * 60 + part(6..8)?) * 1000 + part(9..12)?)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    backstop_tests::case::contains(bytes, text.as_bytes())
}

/// What each does with the first request; how often this is sent, how long at least lies between the first two, and what Envoy's log says.
fn failing(host: EnvoyHost) -> Result<()> {
    let rows: [(&str, Conduct, usize, u64, &str); 6] = [
        ("500", Conduct::Refuse(500, ""), 1, 0, "refused 1 reports with the status 500; dropped so far: 0 for a full queue, 1 refused"),
        ("401", Conduct::Refuse(401, ""), 1, 0, "refused 1 reports with the status 401"),
        ("partial success", Conduct::TakePart(1), 1, 0, "refused 1 reports: password=***;"),
        ("503", Conduct::Refuse(503, ""), 2, 400, "no collector takes reports (status 503)"),
        ("429 with retry-after", Conduct::Refuse(429, "2"), 2, 1900, "no collector takes reports (status 429)"),
        ("reset", Conduct::Reset, 2, 400, "no collector takes reports (status 503)"),
    ];
    for (name, conduct, times, pause, log) in rows {
        let collector = Collector::start(&[conduct, Conduct::Take])?;
        let stand = stand(host, json!({"otlp": {"endpoint": collector.endpoint(), "flush_ms": 100}}))?;
        stand.works()?;
        let requests = collector.wait_for(times)?;
        if let [first, again, ..] = requests.as_slice() {
            let between = again.at - first.at;
            ensure!(between >= Duration::from_millis(pause), "{name}: sent again after {between:?}");
            ensure!(first.body == again.body, "{name}: something else was sent");
        }
        stand.eventually(name, |said| said.contains(log))?;
        // The next report goes; it tells what was lost before it.
        stand.works()?;
        let all = collector.wait_for(times + 1)?;
        let lost = if times == 1 { json!(1) } else { Value::Null };
        let last = collector.records()?.pop().context("no record")?;
        ensure!(attributes(&last.attributes).get("backstop.dropped").cloned().unwrap_or_default() == lost, "{name}: {last:?}");
        std::thread::sleep(Duration::from_millis(500));
        ensure!(collector.requests().len() == all.len(), "{name}: sent too often");
        ensure!(!stand.envoy.log().contains("hunter2"), "{name}: a secret of the collector is in the log");
        stand.works()?;
    }
    Ok(())
}

/// Clients are answered as fast with a collector that fails as with one that works.
fn nobody_waits(host: EnvoyHost) -> Result<()> {
    let median = |conduct: Conduct| -> Result<Duration> {
        let collector = Collector::start(&[conduct])?;
        let otlp = json!({"endpoint": collector.endpoint(), "flush_ms": 100, "timeout_ms": 1000});
        let stand = stand(host, json!({ "otlp": otlp, "max_per_second": 1000, "max_alike_per_second": 1000 }))?;
        stand.works()?;
        collector.wait_for(1)?;
        let mut times = (0..60)
            .map(|_| {
                let started = Instant::now();
                stand.works()?;
                std::thread::sleep(Duration::from_millis(10));
                Ok(started.elapsed().saturating_sub(Duration::from_millis(10)))
            })
            .collect::<Result<Vec<_>>>()?;
        times.sort();
        // Nothing waits even a tenth of what the collector takes; far above what a busy machine does to a single request.
        ensure!(times.iter().all(|time| *time < Duration::from_millis(900)), "{conduct:?}: {times:?}");
        times.get(30).copied().context("no median")
    };
    let good = median(Conduct::Take)?;
    for bad in [Conduct::Slow(5000), Conduct::Silent, Conduct::Refuse(500, ""), Conduct::Reset] {
        let time = median(bad)?;
        println!("{}: {good:?} with a good collector, {time:?} with {bad:?}", host.name);
        ensure!(time < good * 3 + Duration::from_millis(20), "{bad:?}: {time:?} instead of {good:?}");
    }
    Ok(())
}

/// An Envoy with these filters, a cluster for the collector and one that has no endpoints.
fn with_clusters(upstream: &ScriptedUpstream, filters: &[Value], collector: &Collector) -> Result<String> {
    let mut bootstrap: Value = serde_json::from_str(&plugins::bootstrap(upstream, filters))?;
    let address = json!({"socket_address": {"address": "127.0.0.1", "port_value": collector.address.port()}});
    let cluster = |name: &str, endpoints: Value| json!({"name": name, "load_assignment": {"cluster_name": name, "endpoints": endpoints}});
    let clusters = bootstrap.pointer_mut("/static_resources/clusters").and_then(Value::as_array_mut).context("no clusters")?;
    clusters.push(cluster("otel_collector", json!([{"lb_endpoints": [{"endpoint": {"address": address}}]}])));
    clusters.push(cluster("empty", json!([])));
    Ok(bootstrap.to_string())
}

/// The old plugin goes while its request is under way; its answer finds nobody.
fn new_configuration(host: EnvoyHost) -> Result<()> {
    let (upstream, collector) = (plugins::upstream()?, Collector::start(&[Conduct::Slow(1500), Conduct::Take])?);
    let policy = |service: &str| json!({"report": {"otlp": {"endpoint": collector.endpoint(), "service_name": service, "flush_ms": 100}}});
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(plugins::POLICY);
    let source = json!({"path_config_source": {"path": file, "watched_directory": {"path": folder.path()}}, "resource_api_version": "V3"});
    let discovered = json!({"name": "backstop", "config_discovery": {"config_source": source, "type_urls": [plugins::WASM]}});
    plugins::publish(folder.path(), &policy("old"))?;
    let envoy = host.launch_yaml(folder, &with_clusters(&upstream, &[discovered], &collector)?)?;
    let leak = || -> Result<()> {
        let answer = RUNTIME.block_on(client::send(envoy.address, &plugins::leak()?))?;
        ensure!(answer.status == 500 && !contains(&answer.body, "ORA-00942"), "{answer:?}\n{}", envoy.log_tail());
        Ok(())
    };
    leak()?;
    collector.wait_for(1)?;
    let before = envoy.stat(&format!("{}.config_reload", plugins::STATS))?;
    plugins::publish(&envoy.path(""), &policy("new"))?;
    plugins::eventually("the new configuration", || Ok(envoy.stat(&format!("{}.config_reload", plugins::STATS))? > before))?;
    leak()?;
    let requests = collector.wait_for(2)?;
    ensure!(requests.iter().any(|request| contains(&request.body, "new")), "{requests:?}");
    std::thread::sleep(Duration::from_secs(2));
    leak()?;
    collector.wait_for(3)?;
    envoy.check_alive()
}

/// In one VM each ships its own reports; the one whose cluster is empty complains.
fn two_plugins(host: EnvoyHost) -> Result<()> {
    let (upstream, collector) = (plugins::upstream()?, Collector::start(&[Conduct::Take])?);
    let filter = |service: &str, cluster: &str| {
        let otlp = json!({"endpoint": collector.endpoint(), "service_name": service, "cluster": cluster, "flush_ms": 100});
        Ok(json!({"name": "backstop", "typed_config": plugins::plugin(&json!({"report": {"otlp": otlp}}))?}))
    };
    let filters = [filter("first", "otel_collector"), filter("second", "otel_collector"), filter("third", "empty")];
    let filters = filters.into_iter().collect::<Result<Vec<_>>>()?;
    let envoy = host.launch_yaml(tempfile::tempdir()?, &with_clusters(&upstream, &filters, &collector)?)?;
    for listener in [2, 0, 1] {
        let answer = RUNTIME.block_on(client::send(envoy.listener(listener)?, &plugins::leak()?))?;
        ensure!(answer.status == 500 && !contains(&answer.body, "ORA-00942"), "{answer:?}\n{}", envoy.log_tail());
    }
    let requests = collector.wait_for(2)?;
    for service in ["first", "second"] {
        ensure!(requests.iter().filter(|request| contains(&request.body, service)).count() == 1, "{service}: {requests:?}");
    }
    let complaint = "no collector takes reports";
    plugins::eventually("a complaint", || Ok(envoy.log().contains(complaint) && envoy.log().contains("(cluster empty)")))?;
    std::thread::sleep(Duration::from_secs(2));
    ensure!(collector.records()?.len() == 2, "the third one's report came as well");
    envoy.check_alive()
}

/// Rotel prints the records that it takes.
fn real(host: EnvoyHost) -> Result<()> {
    // Free ports, for as long as nobody else takes them.
    let [http, grpc] = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()));
    let (http, grpc) = (http?, grpc?);
    let folder = tempfile::tempdir()?;
    let mut command = std::process::Command::new(tool(ROTEL)?);
    command.args(["start", "--debug-log", "logs", "--debug-log-verbosity", "detailed", "--exporter", "blackhole"]);
    command.args(["--otlp-http-endpoint", &http.to_string(), "--otlp-grpc-endpoint", &grpc.to_string()]);
    command.arg("--pid-file").arg(folder.path().join("pid")).arg("--log-file").arg(folder.path().join("log"));
    let mut rotel = Process::start(command, folder)?;
    rotel.wait_for("the collector listens", |_| std::net::TcpStream::connect(http).ok())?;
    let otlp = json!({"endpoint": format!("http://{http}/v1/logs"), "service_name": "shop", "flush_ms": 100});
    let stand = stand(host, json!({ "otlp": otlp }))?;
    stand.works()?;
    let expected = [
        "service.name: Str(shop)",
        "InstrumentationScope backstop",
        "SeverityText: ERROR",
        "Body: Str(POST /orders?token=***: 500 from upstream, replaced (unsafe))",
        "request_id: Str(order-4711)",
        "exception.type: Str(KeyError)",
        "0af7651916cd43dd8448eb211c80319c",
        "b7ad6b7169203331",
    ];
    let seen = rotel.wait_for("the record", |rotel| {
        let log = rotel.log();
        log.contains("b7ad6b7169203331").then_some(log)
    })?;
    for text in expected {
        ensure!(seen.contains(text), "no {text}:\n{seen}");
    }
    ensure!(!stand.envoy.log().contains("report.otlp"), "something went wrong:\n{}", stand.envoy.log_tail());
    Ok(())
}

fn dead(host: EnvoyHost) -> Result<()> {
    // A port on which nothing listens, once the socket is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let endpoint = format!("http://127.0.0.1:{port}/v1/logs");
    for (name, cluster) in [("refused", "otel_collector"), ("unknown cluster", "nobody")] {
        let stand = stand(host, json!({"otlp": {"endpoint": endpoint, "cluster": cluster, "flush_ms": 100}}))?;
        stand.works()?;
        let said = format!("(cluster {cluster})");
        stand.eventually(name, |log| log.contains("no collector takes reports") && log.contains(&said))?;
        std::thread::sleep(Duration::from_secs(2));
        stand.works()?;
        ensure!(report_of(&stand.envoy.log(), "order-4711").is_some(), "{name}: the log has no line");
    }
    Ok(())
}

/// While one request hangs, reports gather in the queue; what is too much is dropped, and the record after that tells how much.
fn bounded(host: EnvoyHost) -> Result<()> {
    let collector = Collector::start(&[Conduct::Slow(2000), Conduct::Take])?;
    let otlp = json!({"endpoint": collector.endpoint(), "flush_ms": 100, "queue": 4});
    let stand = stand(host, json!({"log": false, "max_alike_per_second": 100, "otlp": otlp}))?;
    stand.works()?;
    collector.wait_for(1)?;
    for _ in 0..10 {
        stand.works()?;
    }
    ensure!(collector.requests().len() == 1, "two requests at once");
    collector.wait_for(2)?;
    stand.works()?;
    collector.wait_for(3)?;
    let dropped =
        |record: &opentelemetry_proto::tonic::logs::v1::LogRecord| attributes(&record.attributes).get("backstop.dropped").cloned();
    let told: Vec<_> = collector.records()?.iter().map(dropped).collect();
    ensure!(told == [None, None, None, None, Some(json!(7))], "{told:?}");
    ensure!(report_of(&stand.envoy.log(), "order-4711").is_none(), "`log` is off");
    let counted = |series: &str| stand.envoy.stat(&format!("wasmcustom.backstop_reports_{series}"));
    plugins::eventually("the counters", || {
        Ok((counted("sent_total;sink=otlp")?, counted("dropped_total;sink=otlp;reason=queue_full")?) == (5, 7))
    })
}
