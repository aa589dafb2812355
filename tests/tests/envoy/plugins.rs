//! Plugins that come and go while Envoy runs, and several that share a VM.

use anyhow::{Context, Result, ensure};
use backstop_tests::case::{Case, HttpVersion, contains};
use backstop_tests::client::{self, Answer, CASE_HEADER};
use backstop_tests::envoy::{CURRENT, EnvoyHost, OLDEST};
use backstop_tests::process::tool;
use backstop_tests::suite::RUNTIME;
use backstop_tests::upstream::ScriptedUpstream;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

type Test = fn(EnvoyHost) -> Result<()>;

const TESTS: [(&str, Test); 2] =
    [("a-new-configuration-without-restart", new_configuration), ("two-plugins-in-one-vm-keep-apart", two_in_one_vm)];

/// These tests on both versions of Envoy.
pub(crate) fn trials() -> Vec<Trial> {
    let trial = |host: EnvoyHost, (name, run): (&str, Test)| {
        Trial::test(format!("{}::plugins::{name}", host.name), move || run(host).map_err(|error| Failed::from(format!("{error:#}"))))
    };
    [CURRENT, OLDEST].into_iter().flat_map(|host| TESTS.map(|test| trial(host, test))).collect()
}

/// The extension configuration discovery service, from a file: the next request on the same connection is under the new policy.
/// A configuration that Backstop refuses changes nothing.
fn new_configuration(host: EnvoyHost) -> Result<()> {
    let upstream = upstream()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(POLICY);
    let discovered = json!({"name": "backstop", "config_discovery": {
        "config_source": {
            "path_config_source": {"path": file, "watched_directory": {"path": folder.path()}},
            "resource_api_version": "V3",
        },
        "type_urls": [WASM],
    }});
    publish(folder.path(), &json!({"respond": {"json": "flat"}}))?;
    let envoy = host.launch_yaml(folder, &bootstrap(&upstream, &[discovered]))?;
    let mut stream = RUNTIME.block_on(TcpStream::connect(envoy.address))?;
    let mut next = || RUNTIME.block_on(exchange(&mut stream)).with_context(|| envoy.log_tail());
    let first = next()?;
    ensure!(first.get("requestId").is_some(), "not the first configuration: {first}");

    publish(&envoy.path(""), &json!({"respond": {"json": "round"}}))?;
    eventually("the bad configuration is rejected", || Ok(envoy.stat(&format!("{STATS}.config_fail"))? > 0))?;
    let same = next()?;
    ensure!(same.get("requestId").is_some(), "a refused configuration has an effect: {same}");

    let before = envoy.stat(&format!("{STATS}.config_reload"))?;
    publish(&envoy.path(""), &json!({"respond": {"json": "nested"}, "maintenance": {"enabled": true}}))?;
    eventually("the good configuration is accepted", || Ok(envoy.stat(&format!("{STATS}.config_reload"))? > before))?;
    let last = next()?;
    ensure!(last.pointer("/error/requestId").is_some(), "the same connection still has the old configuration: {last}");
    let refusal = envoy.log().lines().any(|line| line.contains("respond.json") && line.contains("round"));
    ensure!(refusal, "nobody says why the configuration was refused\n{}", envoy.log_tail());
    ensure!(envoy.log().contains("goes on serving"), "nobody says that Envoy knows no maintenance\n{}", envoy.log_tail());
    Ok(())
}

/// The same code and VM configuration mean one VM for both; even the plugins' names are the same here.
fn two_in_one_vm(host: EnvoyHost) -> Result<()> {
    let upstream = upstream()?;
    let filters =
        [json!({"respond": {"json": "flat"}}), json!({"respond": {"json": "nested"}}), json!({"rules": [{"match": {}, "action": "pass"}]})]
            .into_iter()
            .map(|policy| Ok(json!({"name": "backstop", "typed_config": plugin(&policy)?})))
            .collect::<Result<Vec<_>>>()?;
    let envoy = host.launch_yaml(tempfile::tempdir()?, &bootstrap(&upstream, &filters))?;
    // One VM to check the code, one for the main thread, one for the worker.
    let machines = envoy.stat("wasm.envoy.wasm.runtime.v8.active")?;
    ensure!(machines == 3, "{machines} VMs: the plugins do not share one");
    // Interleaved and twice, so that none can be the last one's by chance.
    for _ in 0..2 {
        for (listener, expected) in ["/requestId", "/error/requestId", ""].iter().enumerate() {
            let answer = RUNTIME.block_on(client::send(envoy.listener(listener)?, &leak()?))?;
            let right = match *expected {
                "" => contains(&answer.body, b"ORA-00942"),
                place => serde_json::from_slice::<Value>(&answer.body)?.pointer(place).is_some(),
            };
            ensure!(right, "listener {listener}: {answer:?}\n{}", envoy.log_tail());
        }
    }
    envoy.check_alive()
}

pub(super) fn leak() -> Result<Case> {
    Ok(serde_json::from_value(json!({
        "name": "leak",
        "request": {},
        "upstream": {"headers": [["content-type", "text/plain"]], "body": ["ORA-00942: table or view does not exist"]},
        "expect": {"outcome": "replaced", "status": 500, "report": null},
    }))?)
}

pub(super) fn upstream() -> Result<ScriptedUpstream> {
    RUNTIME.block_on(ScriptedUpstream::start(&[Arc::new(leak()?)], HttpVersion::One))
}

/// One request on a connection that stays open; the body as JSON.
async fn exchange(stream: &mut TcpStream) -> Result<Value> {
    stream.write_all(format!("GET / HTTP/1.1\r\nhost: shop.example\r\n{CASE_HEADER}: leak\r\n\r\n").as_bytes()).await?;
    let mut answer = Answer::default();
    client::read_one(stream, false, Instant::now(), &mut answer).await?;
    serde_json::from_slice(&answer.body).with_context(|| format!("{answer:?}"))
}

pub(super) fn eventually(what: &str, holds: impl Fn() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    while !holds()? {
        ensure!(started.elapsed() < Duration::from_secs(10), "{what}: not after 10 s");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Puts a policy where Envoy looks for it, all at once: Envoy watches for files that are moved.
pub(super) fn publish(folder: &Path, policy: &Value) -> Result<()> {
    let resource = json!({"resources": [{
        "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        "name": "backstop",
        "typed_config": plugin(policy)?,
    }]});
    let draft = folder.join("draft");
    std::fs::write(&draft, resource.to_string())?;
    Ok(std::fs::rename(draft, folder.join(POLICY))?)
}

/// The wasm filter with this policy, as plain.yaml has it.
pub(super) fn plugin(policy: &Value) -> Result<Value> {
    Ok(json!({
        "@type": WASM,
        "config": {
            "name": "backstop",
            "vm_config": {"runtime": "envoy.wasm.runtime.v8", "code": {"local": {"filename": tool("dist/backstop.wasm")?}}},
            "allow_on_headers_stop_iteration": true,
            "failure_policy": "FAIL_RELOAD",
            "configuration": {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": policy.to_string()},
        },
    }))
}

/// An Envoy with one listener for each of these filters, all in front of the same upstream.
pub(super) fn bootstrap(upstream: &ScriptedUpstream, filters: &[Value]) -> String {
    let loopback = |port: u16| json!({"socket_address": {"address": "127.0.0.1", "port_value": port}});
    let listener = |filter: &Value| {
        let router =
            json!({"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}});
        let manager = json!({
            "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "test",
            "http_filters": [filter, router],
            "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "upstream"}}]}]},
        });
        json!({"address": loopback(0), "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}]})
    };
    let endpoint = json!({"endpoint": {"address": loopback(upstream.address.port())}});
    json!({
        "admin": {"address": loopback(0)},
        "static_resources": {
            "listeners": filters.iter().map(listener).collect::<Vec<_>>(),
            "clusters": [{"name": "upstream", "load_assignment": {"cluster_name": "upstream", "endpoints": [{"lb_endpoints": [endpoint]}]}}],
        },
    })
    .to_string()
}

pub(super) const WASM: &str = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
pub(super) const STATS: &str = "extension_config_discovery.http_filter.backstop";
pub(super) const POLICY: &str = "backstop.json";
