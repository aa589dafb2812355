//! What the README shows is what happens.

use backstop_core::{Policy, Tenants};

const README: &str = include_str!("../../README.md");

/// The text of the first code block that begins with this line.
fn block(begin: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("\n{begin}\n")).unwrap_or_else(|| panic!("no block {begin}"));
    rest.split_once("\n```").map_or(rest, |(text, _)| text)
}

#[test]
fn the_example_configuration_is_accepted() {
    let policy = Policy::from_json(block("```json")).unwrap_or_else(|error| panic!("{error}"));
    assert!(policy.touches(502));
}

#[test]
fn every_example_of_the_documents_is_accepted() {
    let documents = [include_str!("../../docs/answers.md"), include_str!("../../docs/otlp.md"), include_str!("../../docs/resilience.md")];
    let blocks = |document: &'static str| document.split("\n```json\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let blocks: Vec<&str> = documents.into_iter().flat_map(blocks).collect();
    assert!(blocks.len() >= 8);
    for block in blocks {
        Policy::from_json(block).unwrap_or_else(|error| panic!("{error} in {block}"));
    }
}

#[test]
fn the_worker_s_example_has_the_tenants_that_it_speaks_of() {
    let (_, rest) = include_str!("../../worker/README.md").split_once("\n```json\n").unwrap();
    let tenants = Tenants::from_json(rest.split("\n```").next().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    let hosts = ["shop.example.com", "de.shop.example.com", "api.example.org", "example.org"];
    assert_eq!(hosts.map(|host| tenants.find(host)), [Some(0), Some(0), Some(1), None]);
    assert!([None, Some(0), Some(1)].iter().all(|tenant| tenants.policy(*tenant).collector().is_some()));
}

#[test]
fn the_example_refusal_is_what_a_refusal_looks_like() {
    let error =
        Policy::from_json(r#"{"rules":[{"match":{},"action":"pass"},{"match":{"status":["5x0"]},"action":"sanitize"}]}"#).unwrap_err();
    assert!(README.contains(&error.to_string()), "{error}");
}
