//! Every case under Node, Deno and Bun. What cannot be said as a case is tested in `worker/test/`.

use backstop_tests::servers::RUNTIMES;
use backstop_tests::suite::{self, Host};

fn main() {
    let (there, missing): (Vec<_>, Vec<_>) = RUNTIMES.into_iter().partition(|runtime| runtime.is_there());
    for runtime in missing {
        eprintln!("{} has no build for this machine: its tests are left out", runtime.name);
    }
    suite::main(there.into_iter().map(|runtime| Box::new(runtime) as Box<dyn Host>).collect(), Vec::new())
}
