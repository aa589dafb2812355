//! Any text as configuration: a policy or a refusal that names its reason.
#![no_main]

use backstop_core::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Policy::from_json(text) {
        assert!(!error.problem.is_empty());
        assert!(error.to_string().len() < 4096, "a refusal is for people: {error}");
        assert!(!error.to_string().contains('\n'), "and one line: {error:?}");
    }
});
