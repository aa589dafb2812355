//! End-to-end tests: cases as data, run on core alone, on real Envoys, on a real workerd and under Node, Deno and Bun.
//!
//! - `cases/*.json` are the cases ([`case`], [`mod@file`], [`part`]), alone or as steps of a sequence; `expected_gaps.txt` lists what is known not to
//!   hold on a host.
//! - [`upstream`] plays the upstream's part of a case, [`client`] the client's, [`check`] compares.
//! - [`collector`] takes reports by OTLP, [`secrets`] are what must appear nowhere.
//! - [`corpus`] is about bodies of real software and how well detection tells them apart.
//! - [`core_host`], [`envoy`], [`workerd`] and [`servers`] drive the hosts, [`suite`] makes a named test of each case on each host.

pub mod case;
pub mod check;
pub mod client;
pub mod collector;
pub mod core_host;
mod core_upkeep;
pub mod corpus;
pub mod envoy;
pub mod file;
pub mod part;
pub mod process;
pub mod secrets;
pub mod servers;
pub mod suite;
pub mod upstream;
pub mod workerd;
