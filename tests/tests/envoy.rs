//! Every case on real Envoys.

use backstop_tests::{envoy, suite};

fn main() {
    suite::main(vec![Box::new(envoy::CURRENT), Box::new(envoy::OLDEST), Box::new(envoy::PLAIN)], Vec::new())
}
