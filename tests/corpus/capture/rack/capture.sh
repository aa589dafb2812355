#!/bin/bash
# Rack::ShowExceptions, Puma's own error answers (development and production), WEBrick's error pages. Debian: ruby-rack puma ruby-webrick.
. "$(dirname "$0")/../shoot.sh"
APP=/usr/local/ledger
rm -rf $APP; cp -r "$HERE/app" $APP
stack rack
V="Rack $(ruby -e 'require "rack"; print Rack.release')"
P="Puma $(ruby -e 'require "puma/const"; print Puma::Const::PUMA_VERSION')"
W="WEBrick $(ruby -e 'require "webrick"; print WEBrick::VERSION')"
B=http://127.0.0.1:21041
H="Accept: text/html"
ENVIRON+=(SHOW=1)
up 21041 $APP /usr/bin/puma -b tcp://127.0.0.1:21041 -e deployment
shot show-nil.html unsafe "debug page" "$V, ShowExceptions, NoMethodError" -H "$H" $B/nil
shot show-load.txt unsafe "stack trace" "$V, ShowExceptions, LoadError, text" -H "Accept: text/plain" $B/load
down
ENVIRON+=(LINT=1)
up 21041 $APP /usr/bin/puma -b tcp://127.0.0.1:21041 -e deployment
shot lint.txt unsafe "stack trace" "$V, Rack::Lint::LintError, text" -H "Accept: text/plain" $B/lint
down
ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8)
up 21041 $APP /usr/bin/puma -b tcp://127.0.0.1:21041 -e development
shot puma-lowlevel.txt unsafe "stack trace" "$P, low-level error with backtrace" $B/type
shot 404.json safe "error code" "$V application, 404" $B/account/7
down
up 21041 $APP /usr/bin/puma -b tcp://127.0.0.1:21041 -e production
shot puma-500.txt safe "generic text" "$P, production, low-level error" $B/type
down
up 21041 $APP /usr/bin/rackup -s webrick -o 127.0.0.1 -p 21041 -E none config.ru
shot webrick-500.html unsafe "stack trace" "$W, 500 with message and banner" $B/nil
down
mkdir -p $APP/public; chmod 700 $APP/public
up 21041 $APP /usr/bin/ruby -rwebrick -e 'WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: 21041, DocumentRoot: "/usr/local/ledger/public").tap { |s| s.mount_proc("/boom") { |q, r| raise q.query["a"].strip } }.start'
shot webrick-404.html unsafe "banner" "$W, 404 with versions in the address" $B/nothing
shot webrick-boom.html unsafe "stack trace" "$W, NoMethodError in a servlet with backtrace" $B/boom
finish
