#!/usr/bin/env bash
# com.sun.net.httpserver with handlers in Java, Groovy, Scala and Clojure: what each language's traces look like.
. "$(dirname "$0")/../_lib/grab.sh"
begin jdk-httpserver
need openjdk-17-jdk-headless groovy scala clojure libcompojure-clojure
APP=/srv/jvm
mkdir -p $APP && cp "$HERE"/Serve.java "$HERE"/Shop.* "$HERE"/shop.clj $APP/
cd $APP
javac -d $APP Serve.java || exit 1
PORT=18113
SC=$(ls /usr/share/java/scala-library.jar) GR=/usr/share/java/groovy-all.jar
serve $PORT java -cp $APP Serve $PORT
u java-suppressed.txt "stack trace" "JDK http server, printStackTrace with suppressed exceptions" /suppressed
u java-stream.txt "stack trace" "JDK http server, printStackTrace through streams and lambdas" /stream
u java-async.txt "stack trace" "JDK http server, ExecutionException of a CompletableFuture" /async
u java-message.json "exception message" "JDK http server, {\"error\": e.getMessage()}, ArrayIndexOutOfBounds" /message
u java-http.txt "exception class" "JDK http server, e.toString() of HttpClient" /http
u java-xml.txt "exception message" "JDK http server, e.toString() of the XML parser" /xml
u java-env.json "environment" "JDK http server, system properties in JSON" /properties
s java-404.html "default 404 page" "JDK http server, no context" /nope
unserve
(cd $APP && scalac -d $APP Shop.scala >"$LOGS/scalac.log" 2>&1 || tail -3 "$LOGS/scalac.log" >&2)
serve $PORT java -cp $APP:$SC ShopScala $PORT
u scala-match.txt "stack trace" "Scala 2.11, MatchError" /match
u scala-none.txt "stack trace" "Scala 2.11, None.get in a collection pipeline" /none
u scala-future.txt "stack trace" "Scala 2.11, failed Future" /future
unserve
serve $PORT java -cp $APP:$GR groovy.ui.GroovyMain Shop.groovy $PORT
u groovy-missing.txt "stack trace" "Groovy 2.4, MissingPropertyException" /missing
u groovy-null.txt "stack trace" "Groovy 2.4, method on null in a closure" /null
u groovy-assert.txt "power assertion" "Groovy 2.4, power assertion" /assert
unserve
CLJ=$(ls /usr/share/java/{clojure,clojure-1.11,core.specs.alpha,spec.alpha,clojure-1.*}.jar 2>/dev/null | tr '\n' ':')
serve $PORT java -cp $APP:$CLJ clojure.main shop.clj $PORT
u clojure-exinfo.txt "stack trace, data" "Clojure 1.11, ex-info through pr-str of Throwable->map" /exinfo
u clojure-npe.txt "stack trace" "Clojure 1.11, printStackTrace of a NullPointerException" /npe
u clojure-arity.txt "exception message" "Clojure 1.11, ArityException message" /arity
unserve
finish
