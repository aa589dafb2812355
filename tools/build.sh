#!/bin/sh
# `make build`: compiles the two wasm modules, then lets xtask finish them into dist/.
# They have their own target folder and, on Debian, their own compiler, so that native builds keep their caches.
set -eu
cd "$(dirname "$0")/.."
. .tools/wasm-env
target_dir=${CARGO_TARGET_DIR:-target}
cargo_home=${CARGO_HOME:-$HOME/.cargo}

main() {
    cargo build -q --locked -p xtask
    # The flags below that begin with -Z are unstable: of cargo, to build the standard library, and of rustc.
    export RUSTC_BOOTSTRAP=1
    xtask=$target_dir/debug/xtask
    case $WASM_TOOLCHAIN in
        own)
            wasm_build wasm32-wasip1 backstop-filter
            wasm_build wasm32-unknown-unknown backstop-worker
            ;;
        debian)
            export RUSTC="$WASM_RUSTC" CARGO_TARGET_WASM32_WASIP1_LINKER="$WASM_LINKER" CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$WASM_LINKER"
            # Debian's libc is where rustc does not look. No crt1: the SDK defines `_initialize`.
            wasm_build wasm32-wasip1 backstop-filter -Clink-self-contained=no -Lnative=/usr/lib/wasm32-wasi
            wasm_build wasm32-unknown-unknown backstop-worker
            ;;
    esac
    mkdir -p dist
    module=$target_dir/wasm/wasm32-wasip1/release/backstop_filter.wasm
    newer dist/backstop.wasm "$module" "$xtask" || "$xtask" filter "$module" dist/backstop.wasm
    module=$target_dir/wasm/wasm32-unknown-unknown/release/backstop_worker.wasm
    # shellcheck disable=SC2046 # one file a word
    newer dist/worker/backstop_bg.wasm "$module" "$xtask" $(find worker -maxdepth 1 -type f) || "$xtask" worker "$module" dist/worker
}

# wasm_build TARGET PACKAGE [RUSTFLAG...]
wasm_build() {
    target=$1 package=$2 separator=$(printf '\037')
    shift 2
    std='' panic=''
    if [ "$WASM_STD" = built ]; then
        std="-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size"
        panic="-Zunstable-options${separator}-Cpanic=immediate-abort${separator}"
    fi
    # V8 has had 128-bit vectors since 2021: Envoy and workerd accept them, and they halve the scan.
    # No panic is reachable, but its places and messages take 22 KB and 33 KB of the module: a panic is a plain trap, whose trace tells the
    # function. (The messages can only go where the standard library is built as well.) Without the remapping other texts of libraries
    # would carry this machine's folders into the module.
    flags="-Ctarget-feature=+simd128${separator}-Zlocation-detail=none${separator}$panic--remap-path-prefix=$cargo_home/registry/src=registry${separator}--remap-path-prefix=$PWD=backstop"
    for flag; do flags=$flags$separator$flag; done
    # Each worker thread of Envoy compiles the filter, so its size counts first. The worker may have 1 MB: 57 KB more of gzip make an error
    # that is replaced 6 % cheaper; levels 2 and 3 take 130 KB and save no more.
    # What rustc inlines and doubles before LLVM takes 0.5 to 1.4 KB of the filter's gzip, and makes nothing faster here.
    level=z
    if [ "$package" = backstop-filter ]; then
        flags="$flags${separator}-Zinline-mir=no${separator}-Zmir-enable-passes=-JumpThreading"
    else
        level=s
    fi
    # shellcheck disable=SC2086 # two flags
    CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_ENCODED_RUSTFLAGS=$flags "$WASM_CARGO" build --quiet --locked --release $std --target "$target" --target-dir "$target_dir/wasm" -p "$package"
}

# newer OUTPUT INPUT...: whether OUTPUT is there and no INPUT is newer.
newer() {
    output=$1
    shift
    [ -e "$output" ] || return 1
    for input; do [ ! "$input" -nt "$output" ] || return 1; done
}

main
