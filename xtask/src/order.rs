//! The order of a module's functions, so that it compresses well.
//!
//! What a module does is the same in any order. But gzip finds what is said twice only 32 KiB back, and functions that are alike, such as the
//! same generic code for two types, lie anywhere in a module of 500 KB. Here each function comes where most of its bytes were said a short
//! while ago: 7 KB less to send of the filter's 400, and neither a change elsewhere nor another version of the tools shuffles them by chance.
//! The functions that are called most come first, where one byte names them: 4 KB less.

use anyhow::{Context as _, Result, anyhow};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Operator, Parser, Payload, TypeRef};

/// The same module with its functions in another order. Names of functions, which nothing that is shipped has, are not kept.
pub(crate) fn order(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut imports, mut bodies, mut calls) = (0, Vec::new(), HashMap::<u32, usize>::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader()? {
                    if let Operator::Call { function_index } = operator? {
                        *calls.entry(function_index).or_default() += 1;
                    }
                }
                bodies.push(body.as_bytes());
            }
            _ => {}
        }
    }
    let mut often: Vec<u32> = (imports..imports + u32::try_from(bodies.len())?).collect();
    often.sort_by_key(|function| Reverse(calls.get(function)));
    let often: Vec<usize> = often.into_iter().map(|function| (function - imports) as usize).collect();
    let (short, long) = often.split_at(often.len().min(SHORT.saturating_sub(imports) as usize));
    let tries: Vec<Try> = tries().collect();
    let threads = std::thread::available_parallelism()?.get();
    // Of as many as its share, one after the other, each thread keeps the least.
    let least_of = |tries: &[Try]| {
        let mut least: Option<(usize, Vec<u8>)> = None;
        for tried in tries {
            let ordered = put(wasm, imports, chain(&bodies, [short, long], *tried))?;
            let size = crate::gzip(&ordered)?;
            if least.as_ref().is_none_or(|(least, _)| size < *least) {
                least = Some((size, ordered));
            }
        }
        least.context("no order was tried")
    };
    let leasts = std::thread::scope(|scope| {
        let shares: Vec<_> = tries.chunks(tries.len().div_ceil(threads)).map(|share| scope.spawn(|| least_of(share))).collect();
        shares.into_iter().map(|share| share.join().map_err(|_| anyhow!("an order could not be tried"))?).collect::<Result<Vec<_>>>()
    })?;
    Ok(leasts.into_iter().min_by_key(|(size, _)| *size).context("no order was tried")?.1)
}

/// The module with its functions in an order of their old indices.
fn put(wasm: &[u8], imports: u32, order: Vec<usize>) -> Result<Vec<u8>> {
    let mut places = vec![0; order.len()];
    for (place, old) in order.iter().enumerate() {
        places[*old] = u32::try_from(place)?;
    }
    let mut module = Module::new();
    Reorder { imports, order, places }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("{error}"))
        .context("cannot put the module's functions in order")?;
    Ok(module.finish())
}

/// Puts the functions of a module in another order, and whatever names one.
struct Reorder {
    /// How many functions are the host's; they come first and stay there.
    imports: u32,
    /// The old index of each function, in the new order.
    order: Vec<usize>,
    /// The new index of each function, in the old order.
    places: Vec<u32>,
}

impl Reencode for Reorder {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let own = function.checked_sub(self.imports).and_then(|own| self.places.get(own as usize));
        Ok(own.map_or(function, |place| self.imports + place))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for &old in &self.order {
            functions.function(types[old]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for old in self.order.clone() {
            self.parse_function_body(code, bodies[old].clone())?;
        }
        Ok(())
    }
}

/// The bodies of each group, one by one, the longest first: next always the one of whose grams the largest share is in the last `WINDOW` bytes.
fn chain(bodies: &[&[u8]], groups: [&[usize]; 2], Try { gram, common, small }: Try) -> Vec<usize> {
    let grams: Vec<HashSet<&[u8]>> = bodies.iter().map(|body| body.windows(gram).collect()).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (body, grams) in grams.iter().enumerate() {
        for gram in grams {
            holders.entry(gram).or_default().push(body);
        }
    }
    // What many have tells nothing, and takes time.
    holders.retain(|_, bodies| (2..common).contains(&bodies.len()));

    let (mut order, mut window, mut size) = (Vec::new(), VecDeque::new(), 0);
    // How many bodies in the window have a gram; how many of its grams the window has, for each body.
    let (mut held, mut shared) = (HashMap::<&[u8], usize>::new(), vec![0; bodies.len()]);
    for mut left in groups.map(<[usize]>::to_vec) {
        while let Some(at) = best(&left, bodies, &shared, small) {
            let next = left.remove(at);
            order.push(next);
            window.push_back(next);
            size += bodies[next].len();
            for gram in &grams[next] {
                let Some(holders) = holders.get(*gram) else { continue };
                let held = held.entry(*gram).or_default();
                *held += 1;
                if *held == 1 {
                    holders.iter().for_each(|&body| shared[body] += 1);
                }
            }
            while size > WINDOW && window.len() > 1 {
                let Some(gone) = window.pop_front() else { break };
                size -= bodies[gone].len();
                for gram in &grams[gone] {
                    let (Some(holders), Some(held)) = (holders.get(*gram), held.get_mut(*gram)) else { continue };
                    *held -= 1;
                    if *held == 0 {
                        holders.iter().for_each(|&body| shared[body] -= 1);
                    }
                }
            }
        }
    }
    order
}

/// Where in `left` the body is that should come next: with no other before it, or none like it, the longest.
fn best(left: &[usize], bodies: &[&[u8]], shared: &[usize], small: usize) -> Option<usize> {
    let share = |body: usize| shared[body] as f64 / (bodies[body].len() + small) as f64;
    let rank = |&(_, &body): &(usize, &usize)| (share(body), bodies[body].len());
    left.iter().enumerate().max_by(|one, other| rank(one).partial_cmp(&rank(other)).unwrap_or(std::cmp::Ordering::Equal)).map(|(at, _)| at)
}

/// What an order depends on.
#[derive(Clone, Copy)]
struct Try {
    /// Runs of so many bytes are compared.
    gram: usize,
    /// Runs that so many functions have are not.
    common: usize,
    /// So many bytes are added to a body's length, or else the shortest would come first, with no others like them left for later.
    small: usize,
}

/// Which is best is chance, and the best is worth a whole kilobyte. Of runs of 4 to 10 bytes these two lead.
fn tries() -> impl Iterator<Item = Try> {
    let pairs = [6, 7].into_iter().flat_map(|gram| [15, 20, 25, 30].map(|common| (gram, common)));
    pairs.flat_map(|(gram, common)| [10, 20, 30, 40, 80].map(|small| Try { gram, common, small }))
}

/// So many functions have a name of one byte, those of the host among them.
const SHORT: u32 = 128;

/// A little less than gzip's window of 32 KiB.
const WINDOW: usize = 30_000;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use walrus::ir::{Instr, UnaryOp};
    use walrus::{FunctionBuilder, FunctionId, ValType};

    /// One function of the host, and three of which each calls the one before it. The longest and the shortest are alike; walrus writes
    /// them by length.
    fn module() -> walrus::Module {
        let mut module = walrus::Module::default();
        let ty = module.types.add(&[], &[ValType::I32]);
        let (host, _) = module.add_import_func("env", "proxy_log", ty);
        let mut last = host;
        for (constant, calls, sums) in [(7, 20, 0), (8, 0, 12), (9, 8, 0)] {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            let mut body = builder.func_body();
            body.i32_const(constant);
            for _ in 0..sums {
                body.unop(UnaryOp::I32Popcnt).unop(UnaryOp::I32Clz).unop(UnaryOp::I32Eqz);
            }
            body.drop();
            for _ in 0..calls {
                body.call(host).drop();
            }
            body.call(last);
            last = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(&format!("f{constant}"), last);
        }
        module
    }

    /// What a chain of calls from this function on does: its constants, outermost first.
    fn constants(module: &walrus::Module, mut function: FunctionId) -> Vec<i32> {
        let mut found = Vec::new();
        while let walrus::FunctionKind::Local(local) = &module.funcs.get(function).kind {
            for (instruction, _) in &local.block(local.entry_block()).instrs {
                match instruction {
                    Instr::Const(constant) => match constant.value {
                        walrus::ir::Value::I32(value) => found.push(value),
                        other => panic!("{other:?}"),
                    },
                    Instr::Call(call) => function = call.func,
                    _ => {}
                }
            }
        }
        found
    }

    #[test]
    fn every_call_and_export_still_means_the_same_function() {
        let plain = module().emit_wasm();
        let ordered = order(&plain).unwrap();
        assert_ne!(plain, ordered);
        let ordered = walrus::Module::from_buffer(&ordered).unwrap();
        for (name, expected) in [("f7", &[7][..]), ("f8", &[8, 7]), ("f9", &[9, 8, 7])] {
            let function = ordered.exports.get_func(name).unwrap();
            assert_eq!(constants(&ordered, function), expected, "{name}");
        }
    }

    #[test]
    fn the_next_is_the_one_that_is_most_alike() {
        let (one, other) = (b"abcdefghijklmnopqrstuvwxyz".as_slice(), b"01234567890123456789".as_slice());
        let tried = Try { gram: 6, common: 30, small: 120 };
        let bodies = [one, other, b"012345678901234567", b"klmnopqrstuvwx", b"#", b""];
        assert_eq!(chain(&bodies, [&[], &[0, 1, 2, 3, 4, 5]], tried), [0, 3, 1, 2, 4, 5]);
        assert_eq!(chain(&bodies, [&[4, 2], &[0, 1, 3, 5]], tried), [2, 4, 1, 0, 3, 5]);
        assert!(chain(&[], [&[], &[]], tried).is_empty());
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(order(b"\0asm\x01\0\0\0\x0a\xff").is_err());
    }
}
