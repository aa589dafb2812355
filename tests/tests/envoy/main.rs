//! Every case on real Envoys, and what cannot be said as a case.

mod metrics;
mod observability;
mod otlp;
mod plugins;
mod secrets;
mod special;

use backstop_tests::{envoy, suite};

fn main() {
    let mut others = special::trials(envoy::CURRENT);
    others.extend(special::trials(envoy::OLDEST));
    others.extend(otlp::trials());
    others.extend(special::plain_trials());
    others.extend(plugins::trials());
    others.extend(secrets::trials());
    others.extend(metrics::trials());
    others.extend(observability::trials());
    suite::main(vec![Box::new(envoy::CURRENT), Box::new(envoy::OLDEST), Box::new(envoy::PLAIN)], others)
}
