#!/bin/sh
# `make deny`: what may be among the dependencies (deny.toml). cargo-deny is built once into .tools/.
set -eu
cd "$(dirname "$0")/.."
. tools/versions.env
root=.tools/cargo-deny-$CARGO_DENY_VERSION

if [ ! -x "$root/bin/cargo-deny" ]; then
    echo "deny: building cargo-deny $CARGO_DENY_VERSION, once"
    # Its own lock file may name crates that a mirror lacks; then the newest compatible ones do.
    cargo install --quiet --locked --version "$CARGO_DENY_VERSION" --root "$root" cargo-deny ||
        cargo install --quiet --version "$CARGO_DENY_VERSION" --root "$root" cargo-deny
fi

"$root/bin/cargo-deny" --log-level error check licenses bans sources

# The advisory database is a repository, not a package: where it cannot be fetched, that is said and does not fail.
if [ "${ADVISORIES:-1}" = 0 ]; then
    echo "deny: advisories not checked (ADVISORIES=0)"
elif "$root/bin/cargo-deny" --log-level error fetch db >.tools/advisories.log 2>&1; then
    "$root/bin/cargo-deny" --log-level error check --disable-fetch advisories
else
    echo "deny: advisories not checked: the database cannot be fetched here; see .tools/advisories.log"
fi
