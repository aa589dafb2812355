#!/usr/bin/env bash
# Elixir 1.14 on OTP 25 without frameworks: what exceptions, exits and throws look like as Elixir and as Erlang terms.
. "$(dirname "$0")/../_lib/grab.sh"
begin beam
need elixir erlang-base erlang-inets
APP=/srv/shop/beam
mkdir -p $APP/lib && cp "$HERE/shop.exs" $APP/lib/shop.ex
cd $APP && elixirc -o ebin lib/shop.ex >"$LOGS/elixirc.log" 2>&1 || tail -5 "$LOGS/elixirc.log" >&2
PORT=18144
serve $PORT elixir -pa ebin -e "Shop.serve($PORT)"
D="Elixir 1.14, Exception.format"
u clause.txt "stack trace" "$D, FunctionClauseError" /clause
u reduce.txt "stack trace" "$D, FunctionClauseError in an anonymous function" /reduce
u match.txt "stack trace" "$D, MatchError" /match
u undefined.txt "stack trace" "$D, UndefinedFunctionError" /undefined
u custom.txt "stack trace" "$D, custom exception" /custom
u throw.txt "stack trace" "$D, throw" /throw
u exit.txt "stack trace" "$D, exit" /exit
u genserver.txt "stack trace" "$D, exit of a called GenServer" /genserver
u timeout.txt "stack trace" "$D, call time-out" /timeout
u erlang-arith.txt "Erlang term" "OTP 25, ~p of class, reason and stack, badarith" /erlang/arith
u erlang-case.txt "Erlang term" "OTP 25, ~p of class, reason and stack, case_clause" /erlang/case
u inspect-key.json "exception struct" "Elixir 1.14, inspect(e) in JSON, KeyError" /inspect/key
u inspect-bang.json "exception struct, path" "Elixir 1.14, inspect(e) in JSON, File.Error" /inspect/bang
u message-env.json "environment" "Elixir 1.14, Exception.message(e) in JSON, missing variable" /message/env
u message-bang.json "path" "Elixir 1.14, Exception.message(e) in JSON, File.Error" /message/bang
s ok.json "generic error" "Elixir 1.14, own answer in Phoenix' form" /ok
unserve
finish
