#!/bin/sh
# `make fuzz`: every target of fuzz/ for the given number of seconds. A crash fails and leaves its input in fuzz/artifacts/.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: fuzz.sh SECONDS}

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "fuzz: needs cargo-fuzz:"
    echo "  cargo install --locked cargo-fuzz"
    exit 1
fi
# cargo-fuzz passes unstable flags; this lets the machine's own compiler take them.
export RUSTC_BOOTSTRAP=1
node fuzz/seeds.mjs
for target in $(cargo fuzz list); do
    echo "fuzz: $target for $seconds s"
    cargo fuzz run "$target" -- -max_total_time="$seconds" -timeout=5 -print_final_stats=1
done
