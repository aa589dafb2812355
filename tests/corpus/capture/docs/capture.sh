#!/bin/bash
# Packaged documentation that speaks of errors, traces, lines and files, in several languages, served by nginx. Pages that quote whole traces are left out.
STACK=docs; . "$(dirname "$0")/../lib/lib.sh"
# python3.11-doc, apache2-doc …; NOT nodejs-doc by apt-get install (it may replace another package of Node): only unpacked
need nginx-light python3.11-doc apache2-doc postgresql-doc-15 rust-doc debian-handbook manpages manpages-de manpages-fr manpages-es manpages-pl man-db groff
rm -rf /srv/docs; mkdir -p /srv/docs/www; cd /srv/docs
[ -d /opt/nodedoc ] || { mkdir -p /opt/nodedoc; (cd /opt/nodedoc && apt-get -q download nodejs-doc >/dev/null && dpkg -x nodejs-doc*.deb . && rm ./*.deb); }
W=/srv/docs/www D=/usr/share/doc
put() { if [ -e "$2" ]; then cp "$2" "$W/$1"; else echo "none: $2" >&2; fi; }
for f in faq/gui faq/installed library/ipc library/tabnanny library/codeop library/linecache library/urllib.error library/trace library/queue tutorial/appetite bugs howto/cporting; do put "python-$(echo $f | tr / -).html" $D/python3.11/html/$f.html; done
for f in documentation string_decoder punycode domain querystring; do put node-$f.html /opt/nodedoc/usr/share/doc/nodejs/api/$f.html; done
for l in fr ja ko tr; do put apache-glossary-$l.html $D/apache2-doc/manual/$l/glossary.html; done
put apache-glossary-de.html $D/apache2-doc/manual/de/glossary.html
for f in protocol-error-fields bug-reporting runtime-config-error-handling source-format auth-username-maps; do put postgres-$f.html $D/postgresql-doc-15/html/$f.html; done
put rust-error-handling.html $D/rust-doc/html/book/ch09-00-error-handling.html
put rust-panic-or-not.html $D/rust-doc/html/book/ch09-03-to-panic-or-not-to-panic.html
for f in fr-FR/sect.quotas fr-FR/sect.shell-environment ja-JP/sect.windows-emulation ru-RU/sect.why-debian ru-RU/sect.customizing-graphical-interface ar-MA/sect.how-to-migrate ar-MA/sect.regular-upgrades; do put "handbook-$(echo $f | tr '/' -).html" $D/debian-handbook/html/$f.html; done
m() { zcat "/usr/share/man/$2.gz" | groff -k -Thtml -P-l -mandoc 2>/dev/null > "$W/man-$1.html"; }
m signal-safety man7/signal-safety.7; m credentials man7/credentials.7; m pthreads man7/pthreads.7
m diff-de de/man1/diff.1; m utf-8-de de/man7/utf-8.7; m killall-fr fr/man1/killall.1; m stat-fr fr/man1/stat.1; m tail-de de/man1/tail.1; m locale-de de/man7/locale.7
sed -i 's|file:///usr/share/doc/python3.11/html/|https://docs.example/3/|' "$W"/python-*  # Debian's build wrote it
# A page that quotes the server's own paths is neither safe nor a leak.
for f in "$W"/*; do grep -qE '(^|[^A-Za-z0-9_.])/(etc|usr|var|opt|srv|root|proc)/[a-z]' "$f" && { echo "quotes a path: $f" >&2; rm "$f"; }; done
for f in "$W"/*; do grep -qE 'Traceback \(most|panicked at|^ *at .*\(.*:[0-9]+:[0-9]+\)|File (&quot;|")[^"&]*(&quot;|"), line [0-9]+|goroutine [0-9]+ \[' "$f" && { echo "quotes a trace: $f" >&2; rm "$f"; }; done
echo 'daemon off; pid /srv/docs/pid; error_log /srv/docs/log; events {} http { include /etc/nginx/mime.types; charset utf-8; access_log off; server_tokens off; gzip on; client_body_temp_path /srv/docs/t1; proxy_temp_path /srv/docs/t2; fastcgi_temp_path /srv/docs/t3; uwsgi_temp_path /srv/docs/t4; scgi_temp_path /srv/docs/t5; server { listen 127.0.0.1:19402; root /srv/docs/www; } }' > nginx.conf
run /usr/sbin/nginx -c /srv/docs/nginx.conf
up 19402
for f in "$W"/*; do
  f=${f##*/}
  case $f in python*) s=python3.11-doc;; node*) s=nodejs-doc;; apache*) s=apache2-doc;; postgres*) s=postgresql-doc-15;; rust*) s=rust-doc;; handbook*) s=debian-handbook;; *) s='manual pages, rendered with groff';; esac
  g "$f" safe 'documentation' "Debian's $s" -- "http://127.0.0.1:19402/$f"
done
