#!/usr/bin/env bash
# Spring Boot 3.5 (web, Thymeleaf, Hibernate 6, H2) with everything in the error answers, with the defaults, and with problem details.
# The jars come out of a wheel that carries a whole Spring Boot application; nothing of that application itself is used.
. "$(dirname "$0")/../_lib/grab.sh"
begin spring
need python3-pip unzip openjdk-17-jdk-headless libpostgresql-jdbc-java libmariadb-java
postgres
mariadb_server
APP=/opt/shop
mkdir -p $APP/lib $APP/classes/templates
if [ -z "$(ls $APP/lib)" ]; then
  (cd $APP && pip download -q --no-deps -d . atoti-server==0.9.16 && unzip -oq atoti_server-*.whl '*/server.jar' && unzip -ojq _atoti_server/__resources__/server.jar 'BOOT-INF/lib/*' -d lib)
  (cd $APP/lib && ls | grep -vE '^(spring-(core|jcl|beans|aop|context|expression|web|webmvc|boot|boot-autoconfigure|tx|boot-actuator|boot-actuator-autoconfigure)-[0-9]|tomcat-embed|jackson-(annotations|core|databind|datatype|module)|thymeleaf|attoparser|unbescape|slf4j-api|logback|log4j-(api|to)|jul-to|snakeyaml|micrometer-(obs|comm)|h2-|hibernate-|jakarta\.(persistence|transaction|annotation|inject|xml|activation)|jboss-logging|jandex|classmate|byte-buddy|antlr4|jaxb|angus|txw2|istack)' | xargs rm -f)
  rm -rf $APP/_atoti_server $APP/*.whl
  cp /usr/share/java/postgresql.jar /usr/share/java/mariadb-java-client.jar $APP/lib/
fi
cp "$HERE"/templates/* $APP/classes/templates/
sed -e '/ConstraintViolationException;/d' "$HERE/src/shop/Application.java" >$APP/Application.java
javac -parameters -cp "$APP/lib/*" -d $APP/classes $APP/Application.java || exit 1
cd $APP
PORT=18110
boot() { serve $PORT java -Xss256k -XX:TieredStopAtLevel=1 -cp "$APP/classes:$APP/lib/*" shop.Application --server.port=$PORT --server.address=127.0.0.1 --spring.main.banner-mode=off "$@"; }
J=(-H 'Accept: application/json')
H=(-H 'Accept: text/html')
B='-H Content-Type:application/json'
boot --server.error.include-stacktrace=always --server.error.include-message=always --server.error.include-exception=true --server.error.include-binding-errors=always
D="Spring Boot 3.5, server.error.include-*=always"
u npe.json "stack trace" "$D, NullPointerException" /api/npe "${J[@]}"
u npe.html "stack trace" "$D, NullPointerException, whitelabel page" /api/npe "${H[@]}"
u cause.json "stack trace with cause" "$D, custom exception with cause" /api/cause "${J[@]}"
u sql.json "stack trace, SQL error" "$D, H2, missing table" /api/sql "${J[@]}"
u sql-syntax.html "stack trace, SQL error" "$D, H2, syntax error" /api/sql-syntax "${H[@]}"
u postgres.json "stack trace, internal address" "$D, PostgreSQL refuses" /api/postgres "${J[@]}"
u pgsql.json "stack trace, SQL error" "$D, PostgreSQL, missing table" /api/pgsql "${J[@]}"
u mariadb.json "stack trace, SQL error" "$D, MariaDB, duplicate entry" /api/mariadb "${J[@]}"
u hibernate.json "stack trace, SQL error" "$D, Hibernate 6, constraint violation" /api/hibernate "${J[@]}"
u hql.json "stack trace, HQL" "$D, Hibernate 6, unknown attribute" /api/hql "${J[@]}"
u lazy.json "stack trace" "$D, Hibernate 6, LazyInitializationException" /api/lazy "${J[@]}"
u file.json "stack trace, path" "$D, missing file" /api/file "${J[@]}"
u rest.json "stack trace, internal address" "$D, RestClient, connection refused" /api/rest "${J[@]}"
u host.json "stack trace, internal host" "$D, RestTemplate, unknown host" /api/host "${J[@]}"
u cast.html "stack trace" "$D, ClassCastException" /api/cast "${H[@]}"
u number.json "stack trace" "$D, NumberFormatException" /api/number "${J[@]}"
u async.json "stack trace" "$D, CompletionException in a CompletableFuture" /api/async "${J[@]}"
u callable.json "stack trace" "$D, TimeoutException in a Callable" /api/callable "${J[@]}"
u body.json "stack trace" "$D, Jackson, unknown enum constant" /api/orders "${J[@]}" $B -d '{"sku":"KET-1","quantity":1,"colour":"GREEN"}'
u convert.json "stack trace" "$D, path variable of the wrong type" /api/items/abc "${J[@]}"
u thymeleaf.html "stack trace, template" "$D, Thymeleaf expression error" /page/order "${H[@]}"
u serialise.json "stack trace" "$D, Jackson cannot write the answer" /api/serialise "${J[@]}"
u own-tostring.txt "exception class and message" "Spring Boot 3.5, e.toString()" /api/own/tostring
u own-trace.json "stack trace as objects" "Spring Boot 3.5, own answer with getStackTrace()" /api/own/trace
u own-printstack.txt "stack trace" "Spring Boot 3.5, own answer with printStackTrace" /api/own/printstack
u own-throwable.json "stack trace as objects" "Spring Boot 3.5, the Throwable serialised by Jackson" /api/own/throwable
u own-problem.json "exception class" "Spring Boot 3.5, ProblemDetail with exception and cause" /api/own/problem
unserve
boot
P="Spring Boot 3.5, defaults"
s default-500.json "default error" "$P, NullPointerException" /api/npe "${J[@]}"
s default-500.html "whitelabel page" "$P, NullPointerException" /api/npe "${H[@]}"
s default-404.json "default 404" "$P, unknown route" /api/nope "${J[@]}"
s default-404.html "whitelabel page" "$P, unknown route" /nope "${H[@]}"
s default-405.json "default 405" "$P, wrong method" /api/npe "${J[@]}" -X DELETE
s default-400.json "default 400" "$P, malformed body" /api/orders "${J[@]}" $B -d '{"sku":'
s default-409.json "default 409" "$P, ResponseStatusException" /api/status "${J[@]}"
s tomcat-400.html "default page without version" "Tomcat embedded in Spring Boot 3.5, invalid character in the request target" '/api/items/%zz'
s ok-problem.json "problem document" "Spring Boot 3.5, own problem" /api/ok/problem
s ok-code.json "error code, German" "Spring Boot 3.5, own code" /api/ok/code
unserve
boot --spring.mvc.problemdetails.enabled=true --server.error.include-message=always
Q="Spring Boot 3.5, problem details on"
s problem-405.json "problem document" "$Q, wrong method" /api/npe -X DELETE
s problem-400-param.json "problem document" "$Q, missing parameter" /api/search
s problem-400-convert.json "problem document" "$Q, parameter of the wrong type" '/api/search?q=a&page=two'
s problem-409.json "problem document" "$Q, ResponseStatusException" /api/status
s problem-415.json "problem document" "$Q, unsupported media type" /api/orders -H 'Content-Type: text/csv' -d 'a,b'
u message-npe.json "exception message" "Spring Boot 3.5, include-message only, NullPointerException" /api/npe "${J[@]}"
u message-sql.json "SQL error" "Spring Boot 3.5, include-message only, H2" /api/sql "${J[@]}"
s message-overflow.json "default error" "Spring Boot 3.5, include-message only, StackOverflowError" /api/overflow "${J[@]}"
unserve
finish
