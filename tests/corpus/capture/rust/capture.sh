#!/usr/bin/env bash
# axum and actix-web, with anyhow, eyre, thiserror, tokio-postgres, sqlx and reqwest behind them; panics with backtraces.
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export CARGO_HOME RUSTUP_HOME
CARGO=$(command -v cargo || echo "$CARGO_HOME/bin/cargo")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-/opt/shop/target}
. "$(dirname "$0")/../_lib/grab.sh"
begin rust
postgres
APP=/srv/shop/rust
mkdir -p $APP && cp -r "$HERE"/Cargo.toml "$HERE"/src $APP/
cd $APP
# The folder of the downloaded crates is told as in the official image of the toolchain, without the registry's name.
SRC=$(ls -d "$CARGO_HOME"/registry/src/*/ 2>/dev/null | head -1)
RUSTFLAGS="--remap-path-prefix=${SRC%/}=/usr/local/cargo/registry/src" PATH="$CARGO_HOME/bin:$PATH" "$CARGO" build -j2 >"$LOGS/cargo.log" 2>&1 || tail -5 "$LOGS/cargo.log" >&2
BIN=$CARGO_TARGET_DIR/debug
export PORT=18120
T='-H Content-Type:application/json'
RUST_LIB_BACKTRACE=0 serve $PORT $BIN/axum
D="axum 0.8, anyhow {:?}"
u anyhow-config.txt "error chain, path" "$D, missing file with two contexts" /debug/config
u anyhow-parse.txt "error chain" "$D, serde_json" /debug/parse
u anyhow-pg.txt "error chain, SQL error" "$D, tokio-postgres, missing table" /debug/pg
u anyhow-sqlx.txt "SQL error" "$D, sqlx, duplicate key" /debug/sqlx
u anyhow-refused.txt "error chain" "$D, tokio-postgres, connection refused" /debug/refused
u anyhow-reqwest.txt "error chain, internal address" "$D, reqwest, connection refused" /debug/reqwest
u anyhow-env.txt "environment" "$D, missing variable" /debug/env
u anyhow-toml.txt "source excerpt" "$D, toml" /debug/toml
u alternate-config.json "error chain, path" "axum 0.8, anyhow {:#} in JSON, missing file" /alternate/config
u alternate-dns.json "internal host" "axum 0.8, anyhow {:#} in JSON, reqwest, unknown host" /alternate/dns
u alternate-pg.json "SQL error" "axum 0.8, anyhow {:#} in JSON, tokio-postgres" /alternate/pg
u causes-pg.json "SQL error" "axum 0.8, message and causes in JSON, sqlx" /display/sqlx
u eyre.txt "error report, path, location" "axum 0.8, color-eyre {:?}" /eyre/basket
u inner-pg.txt "SQL error, debug output" "axum 0.8, {:?} of tokio_postgres::Error" /inner/pg
u inner-sqlx.txt "SQL error, debug output" "axum 0.8, {:?} of sqlx::Error" /inner/sqlx
u inner-reqwest.txt "internal address, debug output" "axum 0.8, {:?} of reqwest::Error" /inner/reqwest
u inner-config.txt "debug output" "axum 0.8, {:?} of std::io::Error" /inner/config
u typed-io.txt "path, debug output" "axum 0.8, {:?} of an error enum, I/O" /typed/io
u typed-db.txt "SQL error, debug output" "axum 0.8, {:?} of an error enum, database" /typed/db
u joined.json "panic" "axum 0.8, JoinError of a panicked task" /joined/index
u trace.json "stack trace" "axum 0.8, std::backtrace::Backtrace in JSON" /trace
s page.html "branded page" "axum 0.8, own page" /page
s ok.json "error code" "axum 0.8, own answer" /ok
s media.txt "unsupported media type" "axum 0.8, rejected content type" /orders -d 'a=1'
unserve
RUST_LIB_BACKTRACE=1 serve $PORT $BIN/axum
u anyhow-backtrace.txt "error chain, stack trace" "$D, RUST_LIB_BACKTRACE=1, bail" /debug/locked
u anyhow-backtrace-number.txt "error chain, stack trace" "$D, RUST_LIB_BACKTRACE=1, ParseFloatError" /debug/number
unserve
RUST_BACKTRACE=1 TELL=1 serve $PORT $BIN/axum
D="axum 0.8, panic hook that tells all"
u panic-index.txt "panic, stack trace" "$D, index out of bounds" /panic/index
u panic-unwrap.txt "panic, stack trace" "$D, unwrap of an I/O error" /panic/unwrap
u panic-expect.txt "panic, stack trace" "$D, expect on None" /panic/expect
u panic-assert.txt "panic, stack trace" "$D, assert_eq" /panic/assert
unserve
RUST_LIB_BACKTRACE=0 serve $PORT $BIN/actix
D="actix-web 4"
u actix-plain.txt "exception message" "$D, ErrorInternalServerError, configuration" /plain/utf8
u actix-io.txt "system error" "$D, std::io::Error through ?" /io
u actix-db.txt "SQL error, debug output" "$D, DbError {:?}" /db
s actix-unavailable.txt "unavailable" "$D, own text" /unavailable
unserve
finish
