//! The last step of both modules: `wasm-opt` of binaryen, for size.

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
    let (input, output) = (folder.join("in.wasm"), folder.join("out.wasm"));
    std::fs::write(&input, wasm).with_context(|| format!("cannot write {}", input.display()))?;
    let status = Command::new(TOOL)
        .args(FEATURES)
        .arg("-Oz")
        .args([&input, Path::new("-o"), &output])
        .status()
        .with_context(|| format!("cannot run {TOOL}; `make setup` brings it"))?;
    if !status.success() {
        bail!("{TOOL}: {status}");
    }
    std::fs::read(&output).with_context(|| format!("cannot read {}", output.display()))
}

const TOOL: &str = ".tools/bin/wasm-opt";

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
