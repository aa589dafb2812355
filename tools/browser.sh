#!/bin/sh
# `make browser`: looks at the built-in pages in Debian's Chromium, as a real Envoy serves them.
set -eu
cd "$(dirname "$0")/.."

if [ ! -x /usr/bin/chromium ]; then
    echo "browser: SKIPPED, there is no /usr/bin/chromium. On Debian: apt-get install chromium" >&2
    exit 0
fi
# Nothing is fetched that is there: the lock file is the stamp.
if ! cmp -s tests/browser/package-lock.json tests/browser/node_modules/.stamp; then
    npm ci --silent --prefix tests/browser
    cp tests/browser/package-lock.json tests/browser/node_modules/.stamp
fi
cargo test -q --locked -p backstop-tests --test browser -- --ignored --nocapture
