//! Any text as configuration: a policy or a refusal that names its reason.
#![no_main]

use backstop_core::{Policy, Tenants};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = Policy::from_json(text);
    // What one host takes, a worker takes as well.
    let tenants = Tenants::from_json(text);
    assert!(policy.is_err() || tenants.is_ok());
    for error in [policy.err(), tenants.err()].into_iter().flatten() {
        assert!(!error.problem.is_empty());
        assert!(error.to_string().len() < 4096, "a refusal is for people: {error}");
        assert!(!error.to_string().contains('\n'), "and one line: {error:?}");
    }
});
