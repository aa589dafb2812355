#!/bin/bash
# Held out: languages and web servers of Debian that the rest of the corpus does not use (bodies/racket, hunchentoot, r-plumber, nim, crystal,
# fpweb, scotty, swi-prolog, raku, jython, jruby, tcl, guile, java-templates).
. "$(dirname "$0")/../shoot.sh"
APP=/srv/stand
[ -n "${INSTALLED:-}" ] || DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends racket guile-3.0 sbcl cl-hunchentoot tcl fp-compiler fp-units-fcl nim crystal rakudo jython jruby r-cran-plumber swi-prolog-nox libfreemarker-java libvelocity-tools-java libactivemq-java libghc-scotty-dev >/dev/null
mkdir -p $APP && cp -r "$HERE"/app/* $APP/
CP=$APP:$(printf '%s:' /usr/share/java/{freemarker,velocity,activemq-client,activemq-openwire-legacy,geronimo-jms_1.1_spec,geronimo-j2ee-management-1.1-spec,hawtbuf,slf4j-api,slf4j-nop,commons-collections3,commons-lang}.jar)
if [ -z "${BUILT:-}" ]; then (cd $APP
  nim c --hints:off -o:shop-nim shop.nim; fpc -Mobjfpc -oshop-pas shop.pas; crystal build shop.cr -o shop-cr; ghc -O0 shop.hs -o shop-hs; javac -cp "$CP" Templates.java) >/dev/null 2>&1; fi
J='Content-Type: application/json'
racket() { stack racket; local V="Racket $(/usr/bin/racket -v | grep -oE '[0-9.]+' | head -1)" B=http://127.0.0.1:24401
  up 24401 $APP /usr/bin/racket shop.rkt 24401
  shot car.html unsafe "stack trace" "$V web server, servlet error page, car" $B/car
  shot file.html unsafe "stack trace, path" "$V web server, servlet error page, missing file" $B/file
  shot json.json unsafe "exception message" "$V application, exn-message of read-json" $B/json
  shot contract.txt unsafe "stack trace" "$V application, error-display-handler" $B/contract
  shot connect.txt unsafe "database error" "$V application, exn-message of a refused connection" $B/connect
  shot none.txt safe "own message" "$V application, 404" $B/none
  shot 404.html safe "server page" "$V web server, 404" $B/unknown
  down; finish; }
hunchentoot() { stack hunchentoot; local V="Hunchentoot $(dpkg-query -f '${Version}' -W cl-hunchentoot) on SBCL" B=http://127.0.0.1:24402
  up 24402 $APP /usr/bin/sbcl --script shop.lisp 24402 debug
  shot type.html unsafe "stack trace" "$V, backtraces shown, type error" "$B/type?qty=2"
  shot file.html unsafe "stack trace, path" "$V, backtraces shown, missing file" $B/file
  shot undefined.html unsafe "stack trace" "$V, backtraces shown, undefined function" $B/undefined
  shot told.json unsafe "exception message" "$V application, condition in JSON" $B/told
  shot zero.txt unsafe "exception message" "$V application, type and text of a condition" $B/zero
  shot 404.html safe "server page" "$V, 404" $B/none
  down; finish; }
plumber() { stack r-plumber; local V="plumber $(Rscript -e 'cat(as.character(packageVersion("plumber")))') on R" B=http://127.0.0.1:24403
  up 24403 $APP /usr/bin/Rscript shop.R 24403 debug
  shot type.json unsafe "exception message" "$V, debug, sum of a string" $B/type
  shot file.json unsafe "exception message, path" "$V, debug, missing file" $B/file
  shot object.json unsafe "exception message" "$V, debug, missing object" $B/object
  shot json.json unsafe "exception message" "$V, debug, jsonlite" $B/json
  shot told.json unsafe "exception message" "$V application, conditionMessage and call" $B/told
  shot trace.json unsafe "stack trace" "$V application, sys.calls" $B/trace
  down
  up 24403 $APP /usr/bin/Rscript shop.R 24403 prod
  shot 500.json safe "error JSON" "$V, production" $B/object
  shot 404.json safe "error JSON" "$V, 404" $B/none
  shot 405.json safe "error JSON" "$V, 405" -X DELETE $B/own
  shot own.json safe "error JSON" "$V application, 422" $B/own
  down; finish; }
nim() { stack nim; local V="Nim $(/usr/bin/nim -v | grep -oE '[0-9]+\.[0-9.]+' | head -1)" B=http://127.0.0.1:24404
  up 24404 $APP ./shop-nim 24404
  shot trace-key.txt unsafe "stack trace" "$V, stack trace of a KeyError" $B/trace/key
  shot trace-index.txt unsafe "stack trace" "$V, stack trace of an IndexDefect" $B/trace/index
  shot file.json unsafe "exception message, path" "$V, IOError" $B/json/file
  shot json.json unsafe "exception message" "$V, JsonParsingError" $B/json/json
  shot int.json unsafe "exception message" "$V, ValueError" $B/json/int
  shot kind.json safe "error code" "$V application, own message" $B/kind/file
  down; finish; }
crystal() { stack crystal; local V="Crystal $(/usr/bin/crystal -v | grep -oE '[0-9]+\.[0-9.]+' | head -1)" B=http://127.0.0.1:24405
  up 24405 $APP ./shop-cr 24405 debug
  shot nil.txt unsafe "stack trace" "$V, ErrorHandler(verbose), NilAssertionError" $B/raise/nil
  shot key.txt unsafe "stack trace" "$V, ErrorHandler(verbose), KeyError" $B/raise/key
  shot file.json unsafe "exception message, path" "$V application, File::NotFoundError" $B/told/file
  shot json.json unsafe "exception message" "$V application, JSON::SerializableError" $B/told/json
  shot conn.json unsafe "internal address" "$V application, Socket::ConnectError" $B/told/conn
  shot int.json unsafe "exception message" "$V application, ArgumentError" $B/told/int
  down
  up 24405 $APP ./shop-cr 24405 prod
  shot 500.txt safe "generic text" "$V, ErrorHandler" $B/raise/nil
  shot 404.txt safe "generic text" "$V, 404" $B/none
  down; finish; }
fpweb() { stack fpweb; local V="Free Pascal $(fpc -iV) fpWeb" B=http://127.0.0.1:24406
  up 24406 $APP ./shop-pas 24406
  shot conv.html unsafe "exception message" "$V, EConvertError" $B/conv
  shot nil.html unsafe "exception message, stack trace" "$V, EAccessViolation" $B/nil
  shot open.html unsafe "exception message, path" "$V, EFOpenError" $B/open
  shot told.json unsafe "exception message" "$V application, EJSONParser" $B/told
  shot closed.txt safe "own message" "$V application, 503" $B/closed
  down; finish; }
scotty() { stack scotty; local V="Scotty $(dpkg-query -f '${Version}' -W libghc-scotty-dev) on GHC $(ghc --numeric-version)" B=http://127.0.0.1:24407
  up 24407 $APP ./shop-hs 24407 debug
  shot file.txt unsafe "exception message, path" "$V, warp's debug response, missing file" $B/file
  shot raise.html unsafe "internal host" "$V, raise" $B/raise
  shot told.txt unsafe "exception message" "$V application, show of SomeException" $B/told
  down
  up 24407 $APP ./shop-hs 24407 prod
  shot error.json unsafe "exception message" "$V application, show of ErrorCall" $B/error
  shot 404.html safe "server page" "$V, 404" $B/item/seven
  shot closed.json safe "error JSON" "$V application, 503" $B/closed
  down; finish; }
prolog() { stack swi-prolog; local V="SWI-Prolog $(swipl --version | grep -oE '[0-9]+\.[0-9.]+' | head -1)" B=http://127.0.0.1:24408
  ENVIRON+=(SHOW=1)
  up 24408 $APP /usr/bin/swipl shop.pl 24408
  shot type.html unsafe "stack trace" "$V, http_error, atom_length of a variable, HTML" -H "Accept: text/html" $B/type
  shot file.json unsafe "stack trace, path" "$V, http_error, missing file" $B/file
  shot proc.json unsafe "stack trace" "$V, http_error, unknown procedure" $B/proc
  down
  ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8)
  up 24408 $APP /usr/bin/swipl shop.pl 24408
  shot plain.json unsafe "exception message" "$V, without http_error, unknown procedure" $B/proc
  shot fail.html unsafe "source, goal" "$V, handler fails, HTML" -H "Accept: text/html" $B/fail
  shot item.json safe "validation error" "$V, http_parameters" "$B/item?qty=two"
  down; finish; }
raku() { stack raku; local V="Rakudo $(/usr/bin/raku -v | grep -oE '[0-9]{4}\.[0-9]+' | head -1)" B=http://127.0.0.1:24409
  up 24409 $APP /usr/bin/raku shop.raku 24409
  shot file.txt unsafe "stack trace, path" "$V, gist of a failed slurp" $B/gist/file
  shot num.txt unsafe "stack trace" "$V, gist of X::Str::Numeric" $B/gist/num
  shot type.json unsafe "exception message" "$V, X::TypeCheck::Assignment" $B/json/type
  shot div.json unsafe "exception message" "$V, X::Numeric::DivideByZero" $B/json/div
  shot adhoc.txt unsafe "stack trace" "$V, gist of X::AdHoc" $B/gist/EU-3
  down; finish; }
jython() { stack jython; local V="Jython 2.7.3" B=http://127.0.0.1:24410
  up 24410 $APP /usr/bin/jython jy.py 24410
  shot key.txt unsafe "stack trace" "$V, KeyError" $B/key
  shot jfile.txt unsafe "stack trace, path" "$V, java.io.FileNotFoundException" $B/jfile
  shot jint.txt unsafe "stack trace" "$V, java.lang.NumberFormatException" $B/jint
  down; finish; }
jruby() { stack jruby; local V="JRuby $(/usr/bin/jruby -v 2>/dev/null | cut -d' ' -f2)" B=http://127.0.0.1:24411
  up 24411 $APP /usr/bin/jruby jr.rb 24411
  shot nil.txt unsafe "stack trace" "$V, full_message of NoMethodError" $B/full/nil
  shot file.txt unsafe "stack trace, path" "$V, full_message of Errno::ENOENT" $B/full/file
  shot jint.txt unsafe "stack trace" "$V, full_message of a Java exception" $B/full/jint
  shot key.json unsafe "exception message" "$V, inspect of KeyError" $B/json/key
  shot jfile.json unsafe "exception message, path" "$V, inspect of a Java exception" $B/json/jfile
  down; finish; }
tcl() { stack tcl; local V="Tcl $(echo 'puts [info patchlevel]' | tclsh)" B=http://127.0.0.1:24412
  up 24412 $APP /usr/bin/tclsh shop.tcl 24412
  shot key.txt unsafe "stack trace" "$V, errorInfo, missing key" $B/info/key
  shot file.txt unsafe "stack trace, path" "$V, errorInfo, missing file" $B/info/file
  shot cmd.html unsafe "exception message" "$V, invalid command name" $B/page/cmd
  shot type.html unsafe "exception message" "$V, wrong operand" $B/page/type
  down; finish; }
guile() { stack guile; local V="Guile $(/usr/bin/guile --version | grep -oE '[0-9]+\.[0-9.]+' | head -1)" B=http://127.0.0.1:24413
  up 24413 $APP /usr/bin/guile --no-auto-compile shop.scm 24413
  shot file.txt unsafe "exception message, path" "$V, print-exception, missing file" $B/told/file
  shot type.txt unsafe "exception message" "$V, print-exception, wrong type" $B/told/type
  shot vector.txt unsafe "stack trace" "$V, display-backtrace, out of range" $B/trace/vector
  shot unbound.txt unsafe "exception message" "$V, print-exception, unbound variable" $B/told/unbound
  shot 404.txt safe "own message" "$V, 404" $B/none
  down; finish; }
java() { stack java-templates; local B=http://127.0.0.1:24414
  up 24414 $APP /usr/bin/java -cp "$CP" Templates 24414
  local F="FreeMarker 2.3.31" W="Velocity 1.7"
  shot freemarker.html unsafe "debug page" "$F, HTML_DEBUG_HANDLER" $B/page/html-missing
  shot freemarker-debug.html unsafe "debug text in a page" "$F, DEBUG_HANDLER" $B/page/debug-missing
  shot freemarker-syntax.json unsafe "source excerpt" "$F, ParseException in JSON" $B/json/syntax
  shot freemarker-nofile.json unsafe "exception message" "$F, TemplateNotFoundException in JSON" $B/json/nofile
  shot velocity-null.txt unsafe "stack trace" "$W, MethodInvocationException" $B/trace/velocity-null
  shot velocity-syntax.json unsafe "exception message" "$W, ParseErrorException in JSON" $B/json/velocity-syntax
  shot velocity-nofile.txt unsafe "stack trace" "$W, ResourceNotFoundException" $B/trace/velocity-nofile
  shot activemq.txt unsafe "stack trace, internal address" "ActiveMQ client 5.17, refused" $B/trace/jms
  shot activemq.json unsafe "internal address" "ActiveMQ client 5.17, refused, in JSON" $B/json/jms
  down; finish; }
for s in ${ONLY:-racket hunchentoot plumber nim crystal fpweb scotty prolog raku jython jruby tcl guile java}; do ENVIRON=(PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/deploy LANG=C.UTF-8); $s; done
