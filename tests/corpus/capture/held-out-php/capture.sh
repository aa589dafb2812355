#!/bin/bash
# Held out: a PHP service that hands on what its libraries (held-out/php-clients) and PHP itself (held-out/php-slips) say, and what it says when
# it knows better.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/bakery
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install php-cli php-guzzlehttp-guzzle php-doctrine-dbal php-mysql php-pgsql php-sqlite3 php-predis php-amqp php-soap php-twig php-symfony-yaml php-symfony-process php-brick-math php-vlucas-phpdotenv libphp-phpmailer >/dev/null
mkdir -p $APP && cp "$HERE"/index.php "$HERE"/../held-out-py-libs/upstream.py $APP/
v() { dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/[-+~].*//'; }
hosts
grep -q mail.internal /etc/hosts || echo '127.0.0.1 mail.internal.shop.example' >> /etc/hosts
P="PHP $(v php8.2-cli)"; B=http://127.0.0.1:24611
up 23098 $APP /usr/bin/python3 upstream.py
up 24611 $APP /usr/bin/php -d xdebug.mode=off -S 127.0.0.1:24611 index.php
l() { shot "$1" unsafe "$5" "$P application that hands on the error of $4, $3 (form: $2)" "$B/$2/$3"; }
stack php-clients
G="Guzzle $(v php-guzzlehttp-guzzle)" D="Doctrine DBAL $(v php-doctrine-dbal)" T="Twig $(v php-twig)"
l guzzle-refused.json error guzzle_refused "$G" "internal address"
l guzzle-status.html html guzzle_status "$G" "internal host"
l guzzle-timeout.json status guzzle_timeout "$G" "internal host"
l guzzle-json.json class guzzle_json "$G" "exception"
l dbal-table.json error dbal_table "$D" "SQL error"
l dbal-refused.xml xml dbal_refused "$D" "database error"
l dbal-driver.json error dbal_driver "$D" "exception message"
l mysqli-refused.json class mysqli_refused mysqli "exception"
l pgsql-refused.txt text pgsql_refused "the extension pgsql" "database error"
l sqlite-open.json error sqlite_open "the extension sqlite3" "database error"
l pdo-bind.json status pdo_bind PDO "database error"
l predis-refused.json place predis_refused "Predis $(v php-predis)" "path"
l amqp-refused.json class amqp_refused "the extension amqp" "exception"
l soap-wsdl.json error soap_wsdl "the extension soap" "internal host"
l soap-host.txt string soap_host "the extension soap" "stack trace"
l twig-variable.json error twig_variable "$T" "exception message"
l twig-syntax.html html twig_syntax "$T" "exception message"
l twig-loader.json status twig_loader "$T" "path"
l yaml.json error yaml_parse "Symfony Yaml $(v php-symfony-yaml)" "exception message"
l process.json error process_failed "Symfony Process $(v php-symfony-process)" "path"
l math.json class math_zero "Brick Math $(v php-brick-math)" "exception"
l dotenv.xml xml dotenv_file "phpdotenv $(v php-vlucas-phpdotenv)" "path"
l mailer.json error mailer_connect "PHPMailer $(v libphp-phpmailer)" "exception message"
l dom-schema.json error dom_schema "the extension dom" "path"
s() { shot "$1" safe "$2" "$P application that knows what to say: $3" $B/$4; }
s stock.json "error code" "conflict" stock
s maintenance.html maintenance "Italian page" limit
s form.json validation "the form of Laravel" form
s order.xml "own message" "XML" xml
s health.json health "component down" health
s 404.txt "generic text" "404" nowhere
(PIDS=(); finish)
stack php-slips
l() { shot "$1" unsafe "${4:-exception message}" "$P application that hands on its error: $3 (form: $2)" "$B/$2/$3"; }
l date.json class date
l reflection.json error reflection
l argument.json error argument path
l type.html html type path
l readonly.json error readonly
l private.json status private
l enum.json error enum
l abstract.xml xml abstract
l class.json error class
l function.txt text function
l method.json error method
l null.html html null
l key.json error key
l conversion.txt text conversion
l operand.json error operand
l numeric.json status numeric
l match.json error match
l json.json place json path
l modulo.json class modulo
l variable.json error variable
l stream.xml xml stream path
l http.json error http "internal address"
l require.json error require
l unserialize.json error unserialize
l pattern.json error pattern
l generator.txt string generator "stack trace"
down; finish
