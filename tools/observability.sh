#!/bin/sh
# `make observability`: the alerts, and their own tests, by Prometheus' promtool.
set -eu
cd "$(dirname "$0")/../envoy/observability"

if ! command -v promtool >/dev/null; then
    echo "observability: SKIPPED, there is no promtool. On Debian: apt-get install prometheus" >&2
    exit 0
fi
promtool check config prometheus.yml
promtool test rules rules_test.yml
