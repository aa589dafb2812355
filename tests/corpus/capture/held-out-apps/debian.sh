#!/bin/bash
# Held out: Debian's phpMyAdmin and Roundcube without a database, supervisord, hgweb, Syncthing, Radicale.
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install phpmyadmin roundcube-core roundcube-sqlite3 supervisor mercurial syncthing radicale >/dev/null
v() { dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/[-+~].*//'; }
APP=/srv/ho-apps; rm -rf $APP; mkdir -p $APP/wiki
WEB=(/usr/bin/php -d xdebug.mode=off -d display_errors=0)

stack phpmyadmin; V="phpMyAdmin $(v phpmyadmin)"; B=http://127.0.0.1:24711
up 24711 / "${WEB[@]}" -S 127.0.0.1:24711 -t /usr/share/phpmyadmin
T=$(curl -s -c $APP/cookies "$B/" | grep -o 'name="token" value="[^"]*"' | head -1 | sed 's/.*value="//; s/"$//')
shot login.html unsafe "database error" "$V, no database server" -L -b $APP/cookies -c $APP/cookies -d "pma_username=shop&pma_password=x&server=1&token=$T" "$B/index.php?route=/"
down; finish
stack roundcube; V="Roundcube $(v roundcube-core)"; B=http://127.0.0.1:24712
up 24712 / "${WEB[@]}" -S 127.0.0.1:24712 -t /usr/share/roundcube
shot error.html safe "generic page" "$V, no database configured" $B/
finish

stack supervisor; V="Supervisor $(v supervisor)"; B=http://127.0.0.1:24713
cp "$HERE/supervisord.conf" $APP/
up 24713 $APP /usr/bin/supervisord -c supervisord.conf
r() { shot "$1" "$2" "$3" "$V, $4" -H 'Content-Type: text/xml' -d "<methodCall><methodName>supervisor.$5</methodName><params>${6:+<param><value><string>$6</string></value></param>}</params></methodCall>" $B/RPC2; }
r file.xml unsafe "path" "XML-RPC, program without its file" startProcess mixer
r name.xml safe "error code" "XML-RPC, unknown program" startProcess none
r method.xml safe "error code" "XML-RPC, unknown method" none
r running.xml safe "error code" "XML-RPC, program does not run" stopProcess mixer
shot 500.html safe "generic page" "$V, 500" -H 'Content-Type: text/xml' -d '<methodCall><methodName>supervisor.readLog</methodName><params><param><value><string>x</string></value></param><param><value><string>x</string></value></param></params></methodCall>' $B/RPC2
shot 404.html safe "generic page" "$V, 404" $B/nowhere
finish

stack hgweb; V="hgweb of Mercurial $(v mercurial)"; B=http://127.0.0.1:24714
hg init $APP/wiki/repo; printf '[paths]\n/ok = %s/wiki/repo\n/gone = %s/wiki/none\n' $APP $APP > $APP/hgweb.conf
up 24714 $APP /usr/bin/hg serve --webdir-conf hgweb.conf -p 24714 -a 127.0.0.1
shot revision.html safe "generic page" "$V, unknown revision" $B/ok/rev/zz
shot method.html safe "generic page" "$V, unknown command" $B/ok/none/1
shot 404.html safe "generic page" "$V, no such repository" $B/none
finish

stack syncthing; V="Syncthing $(v syncthing)"; B=http://127.0.0.1:24715
up 24715 $APP /usr/bin/syncthing --no-browser --home=$APP/syncthing --gui-address=127.0.0.1:24715 --gui-apikey=invented
K=(-H "X-API-Key: invented")
shot config.txt unsafe "exception message" "$V, configuration of a wrong shape" "${K[@]}" -X PUT -d '{"folders": 3}' $B/rest/config
shot options.txt unsafe "exception message" "$V, options of a wrong shape" "${K[@]}" -X PUT -d '{"listenAddresses": {"a": 1}}' $B/rest/config/options
shot folder.txt safe "own message" "$V, unknown folder" "${K[@]}" "$B/rest/db/browse?folder=none"
shot csrf.txt safe "own message" "$V, no key" $B/rest/config
finish

stack radicale; V="Radicale $(v radicale)"; B=http://127.0.0.1:24716
printf '[server]\nhosts = 127.0.0.1:24716\n[auth]\ntype = none\n[storage]\nfilesystem_folder = %s/radicale\n' $APP > $APP/radicale.conf
up 24716 $APP /usr/bin/radicale -C radicale.conf
shot 404.txt safe "generic text" "$V, 404" $B/none
shot method.txt safe "generic text" "$V, unknown method" -X BREW $B/ann/
finish
