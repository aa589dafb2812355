//! Any body at any level: no panic, the chunks change nothing, what is found lies in the body, and what is found is replaced.
//! The first byte is for the policy, the second for the chunks.
#![no_main]

use backstop_core::{End, Policy};
use backstop_fuzz::{chunks, respond};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static POLICIES: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
    let inspect = [
        r#""level":"relaxed""#,
        r#""level":"standard""#,
        r#""level":"strict""#,
        r#""allow":{"texts":["at /srv"],"patterns":["[a-z]+\\.internal(/\\w*)?","(?i)error: .*"]},"deny":{"texts":["ACME"],"patterns":["a(b|c)+d{2,3}","[^x]{8}y"]}"#,
    ];
    let policy = |inspect| Arc::new(Policy::from_json(&format!(r#"{{"inspect":{{{inspect}}}}}"#)).expect("a policy"));
    inspect.into_iter().map(policy).collect()
});

fuzz_target!(|input: &[u8]| {
    let [policy, cut, body @ ..] = input else { return };
    let policy = &POLICIES[usize::from(*policy) % POLICIES.len()];
    let whole = respond(policy, None, std::iter::once(body), End::Complete);
    assert_eq!(respond(policy, None, chunks(body, *cut), End::Complete), whole);
    assert!(whole.findings.iter().all(|finding| finding.offset <= body.len() as u64), "found outside: {whole:?}");
    assert!(whole.replaced || whole.findings.is_empty(), "found and released: {whole:?}");
});
