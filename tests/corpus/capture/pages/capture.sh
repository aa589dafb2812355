#!/bin/bash
# Branded error, maintenance and application pages of theme packages, scripts and style sheets, served by nginx (status as an error page of nginx where it is one)
STACK=pages; . "$(dirname "$0")/../lib/lib.sh"
need nginx-light
H=$(cd "$(dirname "$0")" && pwd); mkdir -p /opt/nodeapi; cd /opt/nodeapi
npm i --silent --no-audit --no-fund --ignore-scripts --no-save gentelella startbootstrap-sb-admin-2 adminator bootstrap jquery vue swagger-ui-dist @popperjs/core >/dev/null 2>&1
rm -rf /srv/pages; mkdir -p /srv/pages/www; N=/opt/nodeapi/node_modules
LIST='404 gentelella/dist/production/page_404.html
500 gentelella/dist/production/page_500.html
403 gentelella/dist/production/page_403.html
503 gentelella/dist/production/maintenance.html
503 gentelella/dist/production/offline.html
503 gentelella/dist/production/coming_soon.html
401 gentelella/dist/production/lock_screen.html
401 gentelella/dist/production/verify_2fa.html
200 gentelella/dist/production/login.html
200 gentelella/dist/production/faq.html
200 gentelella/dist/production/invoice.html
200 gentelella/dist/production/order_detail.html
200 gentelella/dist/production/chat.html
200 gentelella/dist/production/file_manager.html
200 gentelella/dist/production/project_detail.html
200 gentelella/dist/production/user_management.html
200 gentelella/dist/production/pricing_tables.html
200 gentelella/dist/production/product_detail.html
404 startbootstrap-sb-admin-2/404.html
200 startbootstrap-sb-admin-2/tables.html
404 adminator/src/404.html
500 adminator/src/500.html
401 adminator/src/signin.html
200 swagger-ui-dist/oauth2-redirect.html
200 bootstrap/dist/css/bootstrap-reboot.min.css
200 bootstrap/dist/js/bootstrap.min.js
200 jquery/dist/jquery.min.js
200 @popperjs/core/dist/umd/popper.min.js
200 swagger-ui-dist/index.html'
{
  echo 'daemon off; pid /srv/pages/pid; error_log /srv/pages/log; events {} http { include /etc/nginx/mime.types; charset utf-8; access_log off; server_tokens off; gzip on; gzip_types *; client_body_temp_path /srv/pages/t1; proxy_temp_path /srv/pages/t2; fastcgi_temp_path /srv/pages/t3; uwsgi_temp_path /srv/pages/t4; scgi_temp_path /srv/pages/t5; server { listen 127.0.0.1:19401; root /srv/pages/www; recursive_error_pages on;'
  while read -r c f; do
    o=$(echo "${f%%/*}-${f##*/}" | sed 's/^@popperjs/popper/; s/^startbootstrap-//')
    cp "$N/$f" "/srv/pages/www/$o"
    [ "$c" = 200 ] || echo "location = /at/$o { error_page $c /$o; return $c; }"
  done <<< "$LIST"
  echo '} }'
} > /srv/pages/nginx.conf
run /usr/sbin/nginx -c /srv/pages/nginx.conf
up 19401
while read -r c f; do
  p=${f%%/*}; [ "$p" = @popperjs ] && p=@popperjs/core
  o=$(echo "${f%%/*}-${f##*/}" | sed 's/^@popperjs/popper/; s/^startbootstrap-//')
  v=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$N/$p/package.json" | head -1)
  k='branded page'; [ "$c" = 200 ] && k='page of an application'; case $o in *.js) k=script;; *.css) k='style sheet';; esac
  at=; [ "$c" = 200 ] || at=at/
  g "$o" safe "$k" "$p $v (npm), ${f#*/}" -- "http://127.0.0.1:19401/$at$o"
done <<< "$LIST"
