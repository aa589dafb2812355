//! The edge worker: the ES modules that workerd, wrangler, Deno, Bun and Node load, as a package of npm.

use crate::optimise::optimise;
use crate::{sizes, write};
use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Generates `backstop.js` and `backstop_bg.wasm` in `folder` from the module at `input`, and copies the hand-written files.
/// The folder is made anew and moved into place when complete.
pub(crate) fn finish(input: &Path, folder: &Path) -> Result<()> {
    let part = folder.with_extension("part");
    if part.exists() {
        std::fs::remove_dir_all(&part)?;
    }
    std::fs::create_dir_all(&part)?;
    for entry in std::fs::read_dir(SOURCE).with_context(|| format!("cannot read the folder {SOURCE}/"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".mjs") || name.ends_with(".d.ts") {
            std::fs::copy(entry.path(), part.join(name))?;
        }
    }
    // The worker's own README names files and commands of the repository, which the package does not have.
    let readme = format!("{SOURCE}/PACKAGE.md");
    std::fs::copy(&readme, part.join("README.md")).with_context(|| format!("cannot copy {readme}"))?;
    for licence in LICENCES {
        std::fs::copy(licence, part.join(licence)).with_context(|| format!("cannot copy {licence}"))?;
    }
    write(&part.join("package.json"), package()?.as_bytes())?;

    let mut output = Bindgen::new()
        .input_path(input)
        .out_name("backstop")
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The one form that all five runtimes load: the caller hands over a compiled module.
        .web(true)?
        // After a trap the handler calls `__wbg_reset_state()` and builds a new engine.
        .reset_state_function(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen on {}", input.display()))?;
    output.emit(&part)?;
    let module = part.join("backstop_bg.wasm");
    write(&module, &optimise(&std::fs::read(&module)?)?)?;
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::rename(&part, folder).with_context(|| format!("cannot write {}", folder.display()))?;
    let written = |name| std::fs::read(folder.join(name));
    println!("{}: {}, backstop.js {}", folder.display(), sizes(&written("backstop_bg.wasm")?)?, sizes(&written("backstop.js")?)?);
    Ok(())
}

/// The package's description, with the version of the workspace.
fn package() -> Result<String> {
    let path = format!("{SOURCE}/package.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    ensure!(text.matches(NO_VERSION).count() == 1, "{path}: write {NO_VERSION} once, the build puts the version there");
    Ok(text.replace(NO_VERSION, &version))
}

/// The worker's hand-written files, relative to the repository.
const SOURCE: &str = "worker";
const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];
const NO_VERSION: &str = "\"version\": \"0.0.0\"";
