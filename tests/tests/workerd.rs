//! Every case on a real workerd.

use backstop_tests::suite;
use backstop_tests::workerd::WorkerdHost;

fn main() {
    suite::main(vec![Box::new(WorkerdHost)], Vec::new())
}
