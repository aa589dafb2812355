//! Any bytes in any content coding: no panic, no more output than the limit, and the chunks never change what the client gets or
//! what the report says. The first byte is for the coding, the second for the chunks and the end.
#![no_main]

use backstop_core::{End, Policy};
use backstop_fuzz::{chunks, respond};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static POLICY: LazyLock<Arc<Policy>> =
    LazyLock::new(|| Arc::new(Policy::from_json(r#"{"inspect":{"max_bytes":16384}}"#).expect("a policy")));

fuzz_target!(|input: &[u8]| {
    let [coding, cut, body @ ..] = input else { return };
    // With any other number there is no header, and only the first bytes tell.
    let coding = ["gzip", "deflate", "br", "zstd", "br, gzip", "zstd, br"].get(usize::from(*coding)).copied();
    let end = if cut % 5 == 0 { End::Aborted } else { End::Complete };
    let whole = respond(&POLICY, coding, std::iter::once(body), end);
    assert_eq!(respond(&POLICY, coding, chunks(body, *cut), end), whole);
    let limit = whole.findings.iter().all(|finding| finding.offset <= 16384);
    assert!(limit, "nothing is found beyond the limit: {whole:?}");
});
