//! What Envoy's statistics and access log say of intercepted errors.

use crate::special::{Stand, leak, script};
use anyhow::{Context, Result, ensure};
use backstop_tests::client;
use backstop_tests::envoy::{CURRENT, Envoy, EnvoyHost, OLDEST, PLAIN};
use backstop_tests::suite::RUNTIME;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

type Test = fn(EnvoyHost) -> Result<()>;

const TESTS: [(&str, Test); 3] = [
    ("every-intercepted-error-is-counted", every_error),
    ("access-log-tells-rule-action-and-status", access_log),
    ("the-number-of-series-is-capped", capped),
];

/// These tests on every wiring; those that take long on one.
pub(crate) fn trials() -> Vec<Trial> {
    let trial = |host: EnvoyHost, (name, run): (&str, Test)| {
        Trial::test(format!("{}::metrics::{name}", host.name), move || run(host).map_err(|error| Failed::from(format!("{error:#}"))))
    };
    let mut trials = vec![trial(CURRENT, TESTS[2]), trial(PLAIN, TESTS[0])];
    trials.extend([CURRENT, OLDEST].into_iter().flat_map(|host| [trial(host, TESTS[0]), trial(host, TESTS[1])]));
    trials
}

/// By name and labels, these in alphabetical order.
type Metrics = BTreeMap<String, f64>;

/// What Prometheus would read of Backstop; label values hold no comma.
fn metrics(envoy: &Envoy) -> Result<Metrics> {
    let page = RUNTIME.block_on(client::get(envoy.admin, "/stats/prometheus", &[]))?;
    let page = String::from_utf8(page.body)?;
    let mut metrics = Metrics::new();
    for line in page.lines().filter(|line| line.starts_with("backstop_")) {
        let (series, value) = line.rsplit_once(' ').context("no value")?;
        let (name, labels) = series.trim_end_matches('}').split_once('{').with_context(|| format!("no labels: {line}"))?;
        let mut labels: Vec<&str> = labels.split(',').filter(|label| !label.is_empty()).collect();
        labels.sort_unstable();
        let before = metrics.insert(format!("{name}{{{}}}", labels.join(",")), value.parse()?);
        ensure!(before.is_none(), "there twice: {line}");
    }
    Ok(metrics)
}

/// The metrics once `ready` holds: Envoy shows the samples of histograms every five seconds.
fn eventually(envoy: &Envoy, what: &str, ready: impl Fn(&Metrics) -> bool) -> Result<Metrics> {
    let started = Instant::now();
    loop {
        let metrics = metrics(envoy)?;
        if ready(&metrics) {
            return Ok(metrics);
        }
        ensure!(started.elapsed() < Duration::from_secs(15), "{what}: not after 15 s: {metrics:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The counters exactly, each with all its labels; also of errors whose report was suppressed.
fn every_error(host: EnvoyHost) -> Result<()> {
    const ODD: &str = "a b;rule=c,\\\"{}[1] ~|:/";
    let text = json!([["content-type", "text/plain"]]);
    let plain = json!({"headers": text, "body": ["out of coffee"]});
    let mut leak = leak();
    leak["request"] = json!({"path": "/app"});
    let scripts = vec![
        leak,
        script("clean", json!({}), plain.clone()),
        script("ok", json!({}), json!({"status": 200, "headers": text, "body": ["ORA-00942: table or view does not exist"]})),
        script("not-found", json!({}), json!({"status": 404, "headers": text, "body": ["ORA-00942: table or view does not exist"]})),
        script(
            "observed",
            json!({"path": "/watch"}),
            json!({"status": 503, "headers": text, "body": ["ORA-00942: table or view does not exist"]}),
        ),
        script("always", json!({"path": "/odd"}), plain),
        script("empty", json!({"path": "/odd"}), json!({"headers": text})),
        script("long", json!({}), json!({"headers": text, "body": [{"repeat": ["out of coffee ", 100]}]})),
        script("fallback", json!({"path": format!("/far/{}", "a".repeat(2000))}), json!({"headers": text, "body": ["out of coffee"]})),
    ];
    let page = format!("{{\"at\":\"{}\"}}", "{{ path }}".repeat(64));
    let config = json!({
        "rules": [
            {"name": "watch", "match": {"path": {"prefix": "/watch"}, "status": ["5xx"]}, "action": "observe"},
            {"name": ODD, "match": {"path": {"prefix": "/odd"}, "status": ["5xx"]}, "action": "replace"},
            {"match": {"path": {"prefix": "/far"}, "status": ["5xx"]}, "action": "replace", "respond": {"templates": ["far"]}},
            {"name": "app", "match": {"status": ["5xx"]}, "action": "sanitize"},
        ],
        "templates": {"far": {"format": "json", "text": page}},
        "inspect": {"max_bytes": 1000},
        "report": {"max_per_second": 2},
    });
    let stand = Stand::new(host, &config, false, scripts)?;
    let fresh = metrics(&stand.envoy)?;
    let begin = [("backstop_page_fallbacks_total{}", 0.0), ("backstop_reports_suppressed_total{}", 0.0)];
    let counters =
        |metrics: &Metrics| metrics.iter().filter(|(name, _)| name.contains("_total{")).map(|(n, v)| (n.clone(), *v)).collect::<Vec<_>>();
    ensure!(counters(&fresh) == begin.map(|(name, value)| (name.to_owned(), value)), "counters without labels begin at 0: {fresh:#?}");

    let sent = ["leak", "ok", "clean", "leak", "not-found", "observed", "always", "empty", "long", "fallback", "leak", "ok"];
    for name in sent {
        stand.send(name)?;
    }
    let sampled = |metrics: &Metrics| metrics.get("backstop_body_bytes_count{}") == Some(&9.0);
    let all = eventually(&stand.envoy, "every error has a sample", sampled)?;
    let reports = stand.envoy.log().lines().filter(|line| line.contains("\"backstop.report\":")).count();
    ensure!((2..9).contains(&reports), "{reports} reports: this test wants some suppressed");
    let row = |rule, action, decision, category, status, reason, count| {
        let series = format!(
            "backstop_responses_total{{action=\"{action}\",category=\"{category}\",decision=\"{decision}\",origin=\"upstream\",reason=\"{reason}\",\
             rule=\"{rule}\",status=\"{status}\"}}"
        );
        (series, f64::from(count))
    };
    let mut expected = vec![
        ("backstop_page_fallbacks_total{}".to_owned(), 1.0),
        ("backstop_reports_suppressed_total{}".to_owned(), 9.0 - f64::from(u32::try_from(reports)?)),
        row("app", "sanitize", "replaced", "database", 500, "unsafe", 3),
        row("app", "sanitize", "released", "none", 500, "clean", 1),
        row("watch", "observe", "observed", "database", 503, "unsafe", 1),
        row("a_b_rule_c______1______", "replace", "replaced", "none", 500, "always", 2),
        row("app", "sanitize", "replaced", "none", 500, "over_limit", 1),
        row("rules_2_", "replace", "replaced", "none", 500, "always", 1),
    ];
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    ensure!(counters(&all) == expected, "counted: {:#?}\nexpected: {expected:#?}", counters(&all));

    // Neither what was only observed nor what had no body waited.
    let (held, bytes) = (all.get("backstop_held_milliseconds_count{}"), all.get("backstop_body_bytes_sum{}").copied().unwrap_or_default());
    ensure!(held == Some(&7.0), "held: {held:?}");
    // Envoy keeps sums of histograms to some percent.
    ensure!((1000.0..1400.0).contains(&bytes), "{bytes} bytes");
    stand.envoy.check_alive()
}

/// In the access log: rule, action and the application's status, whether the response was held, observed or decided on its head.
fn access_log(host: EnvoyHost) -> Result<()> {
    let text = json!([["content-type", "text/plain"]]);
    let scripts = vec![
        leak(),
        script("observed", json!({"path": "/watch"}), json!({"status": 502, "headers": text, "body": ["out of coffee"]})),
        script("empty", json!({"path": "/down"}), json!({"headers": text})),
        script("always", json!({"path": "/down"}), json!({"headers": text, "body": ["out of coffee"]})),
        script("ok", json!({}), json!({"status": 200, "headers": text, "body": ["fine"]})),
    ];
    let config = json!({"rules": [
        {"name": "watch it", "match": {"path": {"prefix": "/watch"}, "status": ["5xx"]}, "action": "observe"},
        {"name": "down", "match": {"path": {"prefix": "/down"}, "status": ["5xx"]}, "action": "replace", "respond": {"status": 503}},
        {"match": {"status": ["5xx"]}, "action": "sanitize"},
    ]});
    let stand = Stand::new(host, &config, false, scripts)?;
    let rows = [
        ("leak", json!([500, "rules[2]", "sanitize", "500"])),
        ("observed", json!([502, "watch it", "observe", "502"])),
        ("empty", json!([503, "down", "replace", "500"])),
        ("always", json!([503, "down", "replace", "500"])),
        ("ok", json!([200, null, null, null])),
    ];
    for (name, _) in &rows {
        stand.send(name)?;
    }
    let started = Instant::now();
    loop {
        let log = stand.envoy.log();
        let lines =
            log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|line| line.get("duration_ms").is_some());
        let told: Vec<Value> =
            lines.map(|line| json!([line["status"], line["backstop_rule"], line["backstop_action"], line["backstop_status"]])).collect();
        if told.len() == rows.len() {
            let expected: Vec<Value> = rows.into_iter().map(|(_, fields)| fields).collect();
            ensure!(told == expected, "the access log tells {told:?}, and should tell {expected:?}");
            return stand.envoy.check_alive();
        }
        // Envoy writes its access log every ten seconds.
        ensure!(started.elapsed() < Duration::from_secs(15), "{} lines in the access log\n{log}", told.len());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Twelve rules and a hundred statuses make 1200 kinds of errors.
fn capped(host: EnvoyHost) -> Result<()> {
    const RULES: usize = 12;
    let rules: Vec<Value> = (0..RULES)
        .map(|rule| json!({"match": {"path": {"prefix": format!("/{rule}/")}, "status": ["5xx"]}, "action": "observe"}))
        .collect();
    let scripts = (0..RULES)
        .flat_map(|rule| {
            (500..600).map(move |status| {
                script(&format!("{rule}-{status}"), json!({"path": format!("/{rule}/")}), json!({"status": status, "headers": []}))
            })
        })
        .collect();
    let stand = Stand::new(host, &json!({"rules": rules, "report": {"max_per_second": 1}}), false, scripts)?;
    for case in &stand.cases {
        stand.send(&case.name)?;
    }
    // What is known goes on being counted, what is new does not.
    for name in ["0-500", "11-599"] {
        stand.send(name)?;
    }
    let metrics = metrics(&stand.envoy)?;
    let series: Vec<(&String, &f64)> = metrics.iter().filter(|(name, _)| name.starts_with("backstop_responses_total")).collect();
    let count = |rule: &str, status: &str| {
        let of = |name: &str| name.contains(&format!("rule=\"{rule}\"")) && name.contains(&format!("status=\"{status}\""));
        series.iter().filter(|(name, _)| of(name)).map(|(_, count)| **count).sum::<f64>()
    };
    let total: f64 = series.iter().map(|(_, count)| **count).sum();
    ensure!((990..=1001).contains(&series.len()), "{} series", series.len());
    ensure!((total - 1202.0).abs() < 0.5, "{total} errors counted");
    ensure!((count("rules_0_", "500") - 2.0).abs() < 0.5 && count("rules_11_", "599").abs() < 0.5, "{series:#?}");
    ensure!(count("other", "other") > 200.0, "others: {}", count("other", "other"));
    stand.envoy.check_alive()
}
