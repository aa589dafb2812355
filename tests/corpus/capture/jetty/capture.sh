#!/usr/bin/env bash
# Jetty 9.4 from Debian, embedded: the default error page in HTML, JSON and text, with and without stack traces; Jackson and RESTEasy in it.
. "$(dirname "$0")/../_lib/grab.sh"
begin jetty
need libjetty9-java libjackson2-databind-java openjdk-17-jdk-headless libh2-java
APP=/opt/jetty-shop
mkdir -p $APP
CP="$APP:/usr/share/java/jetty9-server.jar:/usr/share/java/jetty9-servlet.jar:/usr/share/java/jetty9-security.jar:/usr/share/java/jetty9-http.jar:/usr/share/java/jetty9-io.jar:/usr/share/java/jetty9-util.jar:/usr/share/java/jetty9-util-ajax.jar:/usr/share/java/servlet-api.jar:/usr/share/java/jackson-databind.jar:/usr/share/java/jackson-core.jar:/usr/share/java/jackson-annotations.jar:/usr/share/java/h2.jar"
javac -cp "$CP" -d $APP "$HERE/Desk.java" || exit 1
PORT=18112
cd $APP
D="Jetty 9.4, default error handler"
serve $PORT java -XX:TieredStopAtLevel=1 -cp "$CP" Desk $PORT stacks
u npe.html "stack trace, server version" "$D, NullPointerException, HTML" /npe -H 'Accept: text/html'
u npe.txt "stack trace" "$D, NullPointerException, text" /npe -H 'Accept: text/plain'
u sql.json "exception, cause" "$D, H2, JSON" /sql -H 'Accept: application/json'
u sql.html "stack trace, SQL error" "$D, H2, HTML with two causes" /sql -H 'Accept: text/html'
u notfound.html "server version" "$D, unknown path" /nope -H 'Accept: text/html'
u jackson.txt "exception message" "Jetty 9.4, own text, Jackson e.getMessage(), unknown property" /jackson
u jackson-eof.json "exception message" "Jetty 9.4, own JSON, Jackson e.toString(), truncated input" /jackson-eof
u deadlock.txt "thread dump" "Jetty 9.4, own text, stack traces of all threads" /threads
unserve
serve $PORT java -XX:TieredStopAtLevel=1 -cp "$CP" Desk $PORT quiet
P="Jetty 9.4, no stack traces, no server version"
s quiet-500.json "default 500" "$P, JSON, sendError" /senderror -H 'Accept: application/json'
s quiet-404.html "default 404 page" "$P" /nope -H 'Accept: text/html'
s quiet-503.txt "default 503" "$P, text" /unavailable -H 'Accept: text/plain'
unserve
finish
