//! The last step of both modules: `wasm-opt` of binaryen, for size, and an order that compresses well.

use crate::order::order;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

/// Makes the module smaller. `make setup` brings the tool.
pub(crate) fn optimise(wasm: &[u8]) -> Result<Vec<u8>> {
    let folder = std::env::temp_dir().join(format!("backstop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let result = run(wasm, &folder);
    // A folder that stays behind harms nobody.
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn run(wasm: &[u8], folder: &Path) -> Result<Vec<u8>> {
    let module = folder.join("module.wasm");
    std::fs::write(&module, wasm).with_context(|| format!("cannot write {}", module.display()))?;
    for passes in ROUNDS {
        let status = Command::new(TOOL)
            .args(FEATURES)
            .args(passes)
            .args([&module, Path::new("-o"), &module])
            .status()
            .with_context(|| format!("cannot run {TOOL}; `make setup` brings it"))?;
        if !status.success() {
            bail!("{TOOL}: {status}");
        }
    }
    order(&std::fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?)
}

const TOOL: &str = ".tools/bin/wasm-opt";

/// One round of `-Oz` leaves the filter 4 KB larger, 5 KB of gzip; each of these was measured. The control flow is made anew from the flat form;
/// a sum that is taken twice compresses better than one that is kept. The first 1 KB of memory is the far end of the stack, where nothing
/// but an overflow gets, so that the sum of an address and a small offset need not be looked at for wrapping. What a round wrote, the next
/// reads in another form, and finds more, until the third. No host reads which features a module has.
const ROUNDS: [&[&str]; 3] = [&["--flatten", "--rereloop", "-Oz", "-Oz", "--low-memory-unused", "--skip-pass=local-cse"], AGAIN, AGAIN];
const AGAIN: &[&str] = &["-Oz", "--skip-pass=local-cse", "--strip-target-features"];

/// What Rust's wasm targets use, and Envoy and workerd accept: with all features both refuse the module.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];
