//! One document for the hosts of many tenants, each with a policy of its own. For workers, which have one configuration for all they serve;
//! in Envoy each listener has its own filter.

use super::compile::{self, host, is_printable, list, refuse_long};
use super::{HostPattern, Policy, bare_host};
use crate::config::{self, ConfigError, Inspect};
use crate::detect::Detectors;
use crate::json::Json;
use crate::resilience::Resilience;
use std::sync::Arc;

/// The policies of a document.
///
/// A tenant's `config` has the members of the document itself, and each that it has goes before the document's as a whole; what it leaves
/// out is as in the document. So what all share (the collector, the correlation ID) is written once.
#[derive(Debug)]
pub struct Tenants {
    general: Policies,
    tenants: Vec<(Vec<HostPattern>, Policies)>,
}

/// What holds for one tenant, or for everybody else.
#[derive(Debug)]
struct Policies {
    policy: Arc<Policy>,
    resilience: Arc<Resilience>,
}

impl Tenants {
    /// Parses and compiles a JSON document with or without `tenants`; an empty one means `{}`.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place and the fix. One tenant's mistake refuses the document: half of a
    /// configuration is one that nobody wrote.
    pub fn from_json(json: &str) -> Result<Tenants, ConfigError> {
        let document = config::document(json)?;
        let mut shared = SharedDetectors::default();
        let general = policies(&document, &mut shared)?;
        let items = match document.get("tenants") {
            Some(Json::List(items)) => items.as_slice(),
            _ => &[],
        };
        refuse_long("tenants", items.len(), MAX_TENANTS)?;
        let mut tenants: Vec<(Vec<HostPattern>, Policies)> = Vec::with_capacity(items.len());
        let mut names: Vec<String> = Vec::with_capacity(items.len());
        let mut bytes = 0_usize;
        for (index, item) in items.iter().enumerate() {
            let at = format!("tenants[{index}]");
            let name = item.text("name").unwrap_or_else(|| at.clone());
            if !is_printable(&name) {
                return Err(ConfigError::of(
                    format!("{at}.name"),
                    name,
                    "is not a tenant's name: write 1 to 64 printable ASCII characters",
                ));
            }
            if names.contains(&name) {
                return Err(ConfigError::of(format!("{at}.name"), name, "is the name of an earlier tenant: choose another one"));
            }
            let hosts = hosts(&at, item, &tenants)?;
            let whole = whole(&at, &document, item)?;
            bytes = bytes.saturating_add(whole.to_string().len());
            if bytes > MAX_BYTES {
                let problem = format!(
                    "is one too many: with what they take over from the document, all configurations may have {MAX_BYTES} bytes; let tenants \
                     that need no large templates and logos have their own `templates`, `brand` and `brands`"
                );
                return Err(ConfigError::at(at, problem));
            }
            tenants.push((hosts, own_policies(&at, &name, &whole, &mut shared)?));
            names.push(name);
        }
        Ok(Tenants { general, tenants })
    }

    /// How many tenants there are; where there is none, nobody need ask for hosts.
    pub fn count(&self) -> usize {
        self.tenants.len()
    }

    /// The first tenant that has a host, given as in the request; `None` where the document itself holds.
    pub fn find(&self, authority: &str) -> Option<usize> {
        let host = bare_host(authority);
        self.tenants.iter().position(|(hosts, _)| hosts.iter().any(|pattern| pattern.matches(host)))
    }

    /// The policy of the tenant of this index, or the document's own.
    pub fn policy(&self, index: Option<usize>) -> &Arc<Policy> {
        &self.policies(index).policy
    }

    /// The same of what is done about an upstream that fails.
    pub fn resilience(&self, index: Option<usize>) -> &Arc<Resilience> {
        &self.policies(index).resilience
    }

    fn policies(&self, index: Option<usize>) -> &Policies {
        index.and_then(|index| self.tenants.get(index)).map_or(&self.general, |(_, policies)| policies)
    }
}

fn hosts(at: &str, item: &Json, earlier: &[(Vec<HostPattern>, Policies)]) -> Result<Vec<HostPattern>, ConfigError> {
    let at = format!("{at}.host");
    let texts = item.texts("host").unwrap_or_default();
    if texts.is_empty() {
        return Err(ConfigError::of(
            at,
            Json::List(Vec::new()),
            "is empty, so nobody would be this tenant's: name a host, or remove the tenant",
        ));
    }
    let hosts = list(&at, Some(texts.clone()), host)?.unwrap_or_default();
    for (index, (pattern, text)) in hosts.iter().zip(texts).enumerate() {
        if let Some(owner) = earlier.iter().position(|(hosts, _)| hosts.contains(pattern)) {
            let problem = format!("belongs to tenants[{owner}] already: give it to one of the two");
            return Err(ConfigError::of(format!("{at}[{index}]"), text, problem));
        }
    }
    Ok(hosts)
}

/// What a tenant's `config` and the document say together.
fn whole(at: &str, document: &Json, item: &Json) -> Result<Json, ConfigError> {
    let own = item.get("config").map(Json::members).unwrap_or_default();
    if own.iter().any(|(name, _)| name == "tenants") {
        return Err(ConfigError::at(format!("{at}.config.tenants"), "stands within a tenant: put these beside it"));
    }
    let is_taken_over = |member: &str| member != "tenants" && own.iter().all(|(name, _)| name != member);
    let taken_over = document.members().iter().filter(|(name, _)| is_taken_over(name));
    Ok(Json::Object(taken_over.chain(own).cloned().collect()))
}

fn own_policies(at: &str, name: &str, whole: &Json, shared: &mut SharedDetectors) -> Result<Policies, ConfigError> {
    let mut policies = policies(whole, shared).map_err(|mut error| {
        error.at = [at, ".config.", &error.at].concat();
        error
    })?;
    if let Some(policy) = Arc::get_mut(&mut policies.policy) {
        policy.reports.tenant = Some(name.to_owned());
    }
    Ok(policies)
}

fn policies(document: &Json, shared: &mut SharedDetectors) -> Result<Policies, ConfigError> {
    Ok(Policies {
        policy: Arc::new(compile::compile(config::read(document), &mut |inspect| shared.of(inspect))?),
        resilience: Arc::new(Resilience::compile(config::read_upkeep(document))?),
    })
}

/// The detectors of those who inspect alike: 160 KB, and most of the time that a policy takes to compile.
#[derive(Default)]
struct SharedDetectors(Vec<(Inspect, Arc<Detectors>)>);

impl SharedDetectors {
    fn of(&mut self, inspect: Inspect) -> Result<Arc<Detectors>, ConfigError> {
        if let Some((_, detectors)) = self.0.iter().find(|(known, _)| *known == inspect) {
            return Ok(Arc::clone(detectors));
        }
        if self.0.len() >= MAX_DETECTORS {
            let problem =
                format!("is one more that differs: at most {MAX_DETECTORS} may, because each takes memory; let tenants have the same");
            return Err(ConfigError::at("inspect", problem));
        }
        let detectors = compile::detectors(inspect.clone())?;
        self.0.push((inspect, Arc::clone(&detectors)));
        Ok(detectors)
    }
}

/// All are compiled when a worker starts.
const MAX_TENANTS: usize = 256;
/// Of all tenants' configurations with what they take over. Compiled they take half as much again, a tenth of what a worker of Cloudflare's
/// has.
const MAX_BYTES: usize = 8 << 20;
/// 5 MB.
const MAX_DETECTORS: usize = 32;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_the_first_tenant_that_names_it() {
        let tenants = Tenants::from_json(
            r#"{"correlation":{"header":"x-acme-id"},"inspect":{"timeout_ms":100},"tenants":[
                {"host":["shop.example.com","[::1]"],"config":{"inspect":{"max_bytes":1000},"rules":[{"match":{"status":["404"]},"action":"replace"}]}},
                {"name":"all others","host":["*.example.com"],"config":{}}]}"#,
        )
        .unwrap();
        assert_eq!(tenants.count(), 2);
        for (host, tenant) in [
            ("shop.example.com", Some(0)),
            ("SHOP.example.com.:8443", Some(0)),
            ("[::1]:8080", Some(0)),
            ("blog.example.com", Some(1)),
            ("example.com", None),
            ("xshop.example.com.evil.test", None),
            ("", None),
        ] {
            assert_eq!(tenants.find(host), tenant, "{host}");
        }
        let (general, shop, others) = (tenants.policy(None), tenants.policy(Some(0)), tenants.policy(Some(1)));
        for policy in [general, shop, others] {
            assert_eq!(policy.correlation_header().as_str(), "x-acme-id", "what all share is written once");
        }
        assert_eq!((general.touches(500), shop.touches(500), others.touches(500)), (true, false, true));
        // A member is replaced as a whole.
        assert_eq!([general, shop, others].map(|policy| policy.hold_timeout().as_millis()), [100, 2000, 100]);
        assert_eq!(shop.max_bytes(), 1000);
        assert_eq!(
            [general, shop, others].map(|policy| policy.reports().tenant.as_deref()),
            [None, Some("tenants[0]"), Some("all others")]
        );
        assert!(Arc::ptr_eq(tenants.policy(Some(2)), general));
        assert!(Arc::ptr_eq(&others.detectors, &general.detectors) && !Arc::ptr_eq(&shop.detectors, &general.detectors));
    }

    #[test]
    fn a_document_without_tenants_is_a_configuration() {
        for json in ["", "{}", r#"{"tenants":[]}"#] {
            let tenants = Tenants::from_json(json).unwrap();
            assert_eq!((tenants.count(), tenants.find("a.example")), (0, None), "{json}");
            assert!(tenants.policy(None).touches(500));
        }
    }

    #[test]
    fn every_refusal_names_place_text_and_fix() {
        let tenant = |rest: &str| format!(r#"{{"tenants":[{{"host":["a.example"],"config":{{}}}},{{"host":["b.example"],{rest}}}]}}"#);
        #[rustfmt::skip]
        let rows = [
            (r#"{"tenants":{}}"#.to_owned(), r#"tenants: {} is not a list of tenants: write [{"host": ["shop.example.com"], "config": {"brand": {"name": "Shop"}}}]"#),
            (r#"{"tenants":[{"host":["a.example"]}]}"#.to_owned(), "tenants[0]: `config` is missing: write {} for a tenant without settings of its own, or an object as the document itself"),
            (r#"{"tenants":[{"config":{}}]}"#.to_owned(), r#"tenants[0]: `host` is missing: write for example ["shop.example.com", "*.example.org"]"#),
            (r#"{"tenants":[{"host":[],"config":{}}]}"#.to_owned(), "tenants[0].host: [] is empty, so nobody would be this tenant's: name a host, or remove the tenant"),
            (r#"{"tenants":[{"host":["https://a.example"],"config":{}}]}"#.to_owned(), r#"tenants[0].host[0]: "https://a.example" has a scheme: write only the host, for example api.example.com"#),
            (r#"{"tenants":[{"host":["a.example"],"config":{}},{"host":["b.example","A.example"],"config":{}}]}"#.to_owned(), r#"tenants[1].host[1]: "A.example" belongs to tenants[0] already: give it to one of the two"#),
            (tenant(r#""config":{},"nam":"b""#), r#"tenants[1]: "nam" is not known here: write `name`, `host` or `config` (did you mean `name`?)"#),
            (tenant(r#""config":{},"name":"tenants[0]""#), r#"tenants[1].name: "tenants[0]" is the name of an earlier tenant: choose another one"#),
            (tenant(r#""config":{},"name":"""#), r#"tenants[1].name: "" is not a tenant's name: write 1 to 64 printable ASCII characters"#),
            (tenant(r#""config":{"tenants":[]}"#), "tenants[1].config.tenants: stands within a tenant: put these beside it"),
            (tenant(r#""config":{"rules":[{"match":{"status":["5x0"]},"action":"pass"}]}"#), r#"tenants[1].config.rules[0].match.status[0]: "5x0" is not a status: write a code (500), a range (502-504) or a class (4xx, 5xx)"#),
            (tenant(r#""config":{"rules":[{"match":{},"action":"replce"}]}"#), r#"tenants[1].config.rules[0].action: "replce" is not an action: write `pass`, `observe`, `sanitize` or `replace` (did you mean `replace`?)"#),
            (tenant(r#""config":{"inspect":{},"inspect":{}}"#), r#"tenants[1].config: "inspect" stands here twice: keep one of the two"#),
            (tenant(r#""config":{"reveal":{"secret":5}}"#), "tenants[1].config.reveal.secret: is not a text: write 32 to 512 characters, in double quotes"),
        ];
        for (json, expected) in rows {
            assert_eq!(Tenants::from_json(&json).map_or_else(|error| error.to_string(), |_| "accepted".to_owned()), expected, "{json}");
        }
        let inspect = |at: usize| format!(r#"{{"host":["t{at}.example"],"config":{{"inspect":{{"timeout_ms":{}}}}}}}"#, at + 1);
        let many = (0..32).map(inspect).collect::<Vec<_>>().join(",");
        let refused = Tenants::from_json(&format!(r#"{{"tenants":[{many}]}}"#)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "tenants[31].config.inspect: is one more that differs: at most 32 may, because each takes memory; let tenants have the same"
        );
        let many = (0..200).map(|at| format!(r#"{{"host":["t{at}.example"],"config":{{}}}}"#)).collect::<Vec<_>>().join(",");
        let text = "x".repeat(30_000);
        let templates = format!(r#"{{"a":{{"format":"text","text":"{text}"}},"b":{{"format":"text","text":"{text}"}}}}"#);
        let large = format!(r#""templates":{templates},"tenants":[{many}]"#);
        let refused = Tenants::from_json(&format!("{{{large}}}")).unwrap_err();
        assert_eq!(refused.at, "tenants[139]");
        assert!(refused.problem.starts_with("is one too many: with what they take over from the document"), "{refused}");
        let many = vec![r#"{"host":["a.example"],"config":{}}"#; 257].join(",");
        let refused = Tenants::from_json(&format!(r#"{{"tenants":[{many}]}}"#)).unwrap_err();
        assert_eq!(refused.to_string(), "tenants: has 257 entries: at most 256 are allowed");
    }

    #[test]
    fn where_there_are_no_tenants_it_says_what_to_do() {
        assert_eq!(
            crate::policy::refusal(r#"{"tenants":[]}"#),
            "tenants: is for workers: in Envoy give each listener its own filter, or name hosts in `rules` and `brands`"
        );
    }
}
