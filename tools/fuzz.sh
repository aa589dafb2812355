#!/bin/sh
# `make fuzz`: every target of fuzz/ for the given number of seconds. A crash fails and leaves its input in fuzz/artifacts/.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: fuzz.sh SECONDS}

if ! cargo fuzz --version >/dev/null 2>&1 || ! cargo +nightly --version >/dev/null 2>&1; then
    echo "fuzz: needs cargo-fuzz and a nightly compiler:"
    echo "  rustup toolchain install nightly && cargo install cargo-fuzz"
    exit 1
fi
for target in $(cargo +nightly fuzz list); do
    echo "fuzz: $target for $seconds s"
    cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -print_final_stats=1
done
