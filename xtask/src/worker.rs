//! The edge worker: the ES module that workerd, wrangler, Deno, Bun and Node load.

use crate::optimise::optimise;
use crate::{sizes, write};
use anyhow::{Context as _, Result};
use std::ffi::OsStr;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Generates `backstop.js` and `backstop_bg.wasm` in `folder` from the module at `input`, and copies the entry files.
/// The folder is made anew and moved into place when complete.
pub(crate) fn finish(input: &Path, folder: &Path) -> Result<()> {
    let part = folder.with_extension("part");
    if part.exists() {
        std::fs::remove_dir_all(&part)?;
    }
    std::fs::create_dir_all(&part)?;
    for entry in std::fs::read_dir(ENTRY_FILES).with_context(|| format!("cannot read the folder {ENTRY_FILES}/"))? {
        let path = entry?.path();
        if let (Some("mjs" | "js"), Some(name)) = (path.extension().and_then(OsStr::to_str), path.file_name()) {
            std::fs::copy(&path, part.join(name))?;
        }
    }

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

/// The worker's hand-written files: `*.mjs` and `*.js`, relative to the repository.
const ENTRY_FILES: &str = "worker";
