#!/bin/bash
# Held out: Rocket, poem, warp and Salvo with rusqlite, Tera, MiniJinja, miette, error-stack, snafu, RON and YAML behind them (bodies/rust-more).
. "$(dirname "$0")/../shoot.sh"
APP=/srv/kiosk-rs
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$APP/target}
mkdir -p $APP && cp -r "$HERE"/Cargo.toml "$HERE"/src $APP/
SRC=$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/ 2>/dev/null | head -1)
[ -n "${INSTALLED:-}" ] || (cd $APP && RUSTFLAGS="--remap-path-prefix=${SRC%/}=/usr/local/cargo/registry/src" cargo build -j2 2>/dev/null)
BIN=$CARGO_TARGET_DIR/debug/kiosk
J='Content-Type: application/json'
stack rust-more
B=http://127.0.0.1:24301 V="Rocket 0.5"
up 24301 $APP $BIN rocket 24301
shot miette.txt unsafe "source excerpt" "$V, {:?} of a miette report" $B/text/miette
shot error-stack.txt unsafe "error chain, path, location" "$V, {:?} of an error-stack report" $B/text/stack
shot snafu.json unsafe "error chain, path" "$V, snafu, sources joined" $B/json/snafu-chain
shot snafu-debug.txt unsafe "debug output, path" "$V, {:?} of a snafu error" $B/text/snafu
shot tera.json unsafe "exception message" "$V, Tera, sources joined" $B/json/tera
shot tera-debug.txt unsafe "debug output" "$V, {:?} of tera::Error" $B/text/tera-debug
shot minijinja.txt unsafe "source excerpt" "$V, {:?} of minijinja::Error in debug mode" $B/text/jinja
shot minijinja.json unsafe "exception message" "$V, {:#} of minijinja::Error" $B/json/jinja-alternate
shot ron.json unsafe "debug output" "$V, {:?} of ron" $B/json/ron
shot yaml.txt unsafe "debug output" "$V, {:?} of serde_yaml" $B/text/yaml
shot sqlite-type.json unsafe "database error" "$V, rusqlite, column type" $B/json/sqlite-type
shot sqlite-table.txt unsafe "SQL error" "$V, {:?} of rusqlite::Error" $B/text/sqlite-table
shot utf8.json unsafe "debug output" "$V, {:?} of FromUtf8Error" $B/json/utf8
shot rocket-500.html safe "server page" "$V, panic of a handler" -H 'Accept: text/html' $B/panic
shot rocket-500.json safe "error JSON" "$V, Debug responder" -H 'Accept: application/json' $B/result
shot rocket-404.html safe "server page" "$V, 404" $B/none
shot rocket-422.html safe "server page" "$V, body of another shape" -H "$J" -d '{"id":7}' $B/basket
down
B=http://127.0.0.1:24302 V="poem 3"
up 24302 $APP $BIN poem 24302
shot poem-sql.txt unsafe "SQL error" "$V, InternalServerError of rusqlite" $B/sql/table
shot poem-open.txt unsafe "database error, path" "$V, InternalServerError of rusqlite, missing file" $B/sql/open
shot poem-io.txt unsafe "system error" "$V, InternalServerError of std::io" $B/io
shot poem-refused.txt unsafe "system error" "$V, InternalServerError of a refused connection" $B/conn
shot poem-405.txt safe "generic text" "$V, method" -X DELETE $B/io
shot poem-404.txt safe "generic text" "$V, 404" $B/none
shot poem-parse.txt safe "parse error" "$V, JSON that does not parse" -H "$J" -d '{"id": 7,}' $B/order
down
B=http://127.0.0.1:24303 V="warp 0.3"
up 24303 $APP $BIN warp 24303
shot warp-stack.json unsafe "error chain, path, location" "$V application, error-stack in JSON" $B/told/stack
shot warp-debug.txt unsafe "debug output, SQL error" "$V, {:?} of a Rejection" $B/debugged
shot warp-reject.txt unsafe "debug output, SQL error" "$V, unhandled custom rejection" $B/reject
shot warp-header.txt safe "validation error" "$V, missing header" "$B/list?a=1"
shot warp-parse.txt safe "validation error" "$V, body" -H "$J" -d '{"id": 7}' $B/order
shot warp-405.txt safe "generic text" "$V, method" $B/order
down
B=http://127.0.0.1:24304 V="Salvo 0.76"
up 24304 $APP $BIN salvo 24304
shot salvo-told.json unsafe "exception message" "$V, StatusError with cause text of rusqlite" -H 'Accept: application/json' $B/told/sqlite-open
shot salvo-snafu.xml unsafe "debug output, path" "$V, StatusError with cause text of snafu, XML" -H 'Accept: application/xml' $B/told/snafu
shot salvo-miette.html unsafe "source excerpt" "$V, StatusError with cause text of miette" -H 'Accept: text/html' $B/told/miette
shot salvo-cause.json unsafe "debug output" "$V, StatusError with cause" -H 'Accept: application/json' $B/caused/table
shot salvo-parse.txt unsafe "debug output" "$V, {:?} of ParseError" -H "$J" -d '{"id": "seven"}' $B/order
shot salvo-closed.html safe "server page" "$V, 503" -H 'Accept: text/html' $B/closed
shot salvo-closed.json safe "error JSON" "$V, 503" -H 'Accept: application/json' $B/closed
shot salvo-404.txt safe "generic text" "$V, 404" -H 'Accept: text/plain' $B/none
down
finish
