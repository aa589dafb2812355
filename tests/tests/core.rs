//! Every case on core alone.

use backstop_tests::core_host::CoreHost;
use backstop_tests::suite;

fn main() {
    suite::main(vec![Box::new(CoreHost)], Vec::new())
}
