//! The Envoy filter: which callbacks the host may see, and what the module may ask of the host.
//!
//! The SDK exports every callback of the ABI, and Envoy calls each one that it finds. A callback that only returns still
//! costs each request a call into the VM, so those that the filter does not need are taken out of the module.

use crate::optimise::optimise;
use crate::{sizes, write};
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use walrus::{Module, ModuleConfig};

/// Strips the module at `input`, checks it, optimises it and writes it to `output`.
pub(crate) fn finish(input: &Path, output: &Path) -> Result<()> {
    let original = std::fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let stripped = strip(&original).with_context(|| format!("{}", input.display()))?;
    let optimised = optimise(&stripped)?;
    write(output, &optimised)?;
    println!("{}: {}; as linked {}", output.display(), sizes(&optimised)?, sizes(&original)?);
    Ok(())
}

fn strip(wasm: &[u8]) -> Result<Vec<u8>> {
    // The names of functions are an eighth of the module, and every worker thread of Envoy reads it. The module that the linker
    // left keeps them, for who has to read the trace of a trap.
    let mut module = ModuleConfig::new().generate_name_section(false).generate_producers_section(false).parse(wasm)?;
    let unwanted: Vec<_> = module.exports.iter().filter(|export| !is_kept(&export.name)).map(|export| export.id()).collect();
    for export in unwanted {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(&mut module);
    check(&module)?;
    Ok(module.emit_wasm())
}

fn is_kept(export: &str) -> bool {
    EXPORTS.contains(&export) || ALLOCATORS.contains(&export)
}

/// Every problem at once: exports that the filter cannot work without, imports that Envoy does not have.
fn check(module: &Module) -> Result<()> {
    let exports: Vec<&str> = module.exports.iter().map(|export| export.name.as_str()).collect();
    let mut problems: Vec<String> =
        EXPORTS.iter().filter(|name| !exports.contains(name)).map(|name| format!("the export {name} is missing")).collect();
    if !ALLOCATORS.iter().any(|name| exports.contains(name)) {
        problems.push(format!("one of the exports {} is missing", ALLOCATORS.join(", ")));
    }
    for import in module.imports.iter() {
        let known = match import.module.as_str() {
            "env" => import.name.starts_with("proxy_"),
            "wasi_snapshot_preview1" => WASI_IMPORTS.contains(&import.name.as_str()),
            _ => false,
        };
        if !known {
            problems.push(format!("the import {}.{} is not allowed", import.module, import.name));
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// What Envoy calls or reads. `proxy_on_done` and `proxy_on_log` are out on purpose: without them the host takes a
/// context as done at once, and the filter keeps nothing until the log.
const EXPORTS: &[&str] = &[
    "memory",
    "_initialize",
    "proxy_abi_version_0_2_1",
    "proxy_on_vm_start",
    "proxy_on_configure",
    "proxy_on_tick",
    "proxy_on_context_create",
    "proxy_on_delete",
    "proxy_on_request_headers",
    "proxy_on_response_headers",
    "proxy_on_response_body",
    "proxy_on_response_trailers",
    "proxy_on_http_call_response",
];

/// The host needs one of them, to hand over buffers. The SDK has the first.
const ALLOCATORS: &[&str] = &["proxy_on_memory_allocate", "malloc"];

/// The names of WASI that Rust's standard library brings along and that Envoy provides: randomness, an environment (empty in
/// Envoy), standard output and the exit. Files, clocks beyond these and sockets would be a mistake in the filter.
const WASI_IMPORTS: &[&str] = &["random_get", "environ_get", "environ_sizes_get", "clock_time_get", "fd_write", "proc_exit"];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use walrus::{FunctionBuilder, ValType};

    /// A module with the given imports and, as exports, one empty function each.
    fn module(imports: &[(&str, &str)], exports: &[&str]) -> Vec<u8> {
        let mut module = Module::default();
        for (from, name) in imports {
            let ty = module.types.add(&[ValType::I32], &[]);
            let (function, _) = module.add_import_func(from, name, ty);
            // Used by an export that stays, or else gc would drop it.
            module.exports.add("proxy_on_tick", function);
        }
        for name in exports {
            let function = FunctionBuilder::new(&mut module.types, &[], &[]).finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        module.emit_wasm()
    }

    fn complete() -> Vec<&'static str> {
        EXPORTS.iter().copied().chain(["malloc"]).collect()
    }

    #[test]
    fn keeps_the_list_and_nothing_else() {
        let mut exports = complete();
        exports.extend(["proxy_on_log", "proxy_on_done", "proxy_on_request_body", "helper"]);
        let stripped = Module::from_buffer(&strip(&module(&[], &exports)).unwrap()).unwrap();
        let mut names: Vec<_> = stripped.exports.iter().map(|export| export.name.clone()).collect();
        let mut expected: Vec<_> = complete().iter().map(|name| name.to_string()).collect();
        names.sort();
        expected.sort();
        assert_eq!(names, expected);
        assert_eq!(stripped.functions().count(), expected.len(), "functions behind the other exports are gone");
    }

    #[test]
    fn names_every_missing_export() {
        let error = strip(&module(&[], &["_initialize"])).unwrap_err().to_string();
        assert!(error.contains("the export proxy_on_response_headers is missing"), "{error}");
        assert!(error.contains("one of the exports proxy_on_memory_allocate, malloc is missing"), "{error}");
        assert!(!error.contains("_initialize"), "{error}");
    }

    #[test]
    fn refuses_imports_that_envoy_does_not_have_or_the_filter_must_not_use() {
        let rows = [
            ("env", "proxy_log", true),
            ("wasi_snapshot_preview1", "random_get", true),
            ("wasi_snapshot_preview1", "fd_read", false),
            ("env", "emscripten_notify", false),
            ("__wbindgen_placeholder__", "__wbindgen_throw", false),
        ];
        let exports: Vec<_> = complete().into_iter().filter(|name| *name != "proxy_on_tick").collect();
        for (from, name, allowed) in rows {
            let result = strip(&module(&[(from, name)], &exports));
            assert_eq!(result.is_ok(), allowed, "{from}.{name}: {result:?}");
        }
    }
}
