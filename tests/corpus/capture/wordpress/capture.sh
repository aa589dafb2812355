#!/bin/bash
# WordPress (Debian: wordpress, php-mysql), WP_DEBUG on and off, MariaDB there and away.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"
APP=/var/www/wordpress
rm -rf $APP; mkdir -p /var/www; cp -rL /usr/share/wordpress $APP; mkdir -p $APP/wp-content/mu-plugins; cp "$HERE/app/shop-plugin.php" $APP/wp-content/mu-plugins/
stack wordpress
mysql_up
V="WordPress $(sed -n "s/^\$wp_version = '\(.*\)';/\1/p" $APP/wp-includes/version.php)"
B=http://127.0.0.1:21024
config() {
  cat > $APP/wp-config.php <<P
<?php
define('DB_NAME', 'shop'); define('DB_USER', 'shop'); define('DB_PASSWORD', 'hunter2-staging'); define('DB_HOST', 'db.internal.shop.example:$1');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_DEBUG', $2); define('WP_DEBUG_DISPLAY', $2); define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('WP_SITEURL', '$B'); define('WP_HOME', '$B');
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
P
}
run() { up 21024 $APP php -d xdebug.mode=off -d error_log=/dev/null -d log_errors=0 -d display_errors=$1 -d html_errors=1 -S 127.0.0.1:21024; }
config $MYPORT false
run 0
curl -s -o /dev/null --max-time 120 -d 'weblog_title=Shop&user_name=ann&admin_password=hunter2-staging&admin_password2=hunter2-staging&pw_weak=1&admin_email=ann@shop.example&blog_public=0' "$B/wp-admin/install.php?step=2"
shot critical.html safe "generic page" "$V, production, critical error" "$B/?boom=fatal"
shot rest-critical.json safe "generic error" "$V, production, REST, critical error" -H "Accept: application/json" "$B/?rest_route=/shop/v1/total"
shot rest-404.json safe "error code" "$V, REST, no route" "$B/?rest_route=/shop/v1/nothing"
shot rest-post.json safe "error code" "$V, REST, no such post" "$B/?rest_route=/wp/v2/posts/999"
shot rest-param.json safe "validation" "$V, REST, invalid parameters" "$B/?rest_route=/wp/v2/posts&per_page=1000&orderby=colour"
shot rest-required.json safe "validation" "$V, REST, required parameters" -X POST "$B/?rest_route=/wp/v2/users"
shot xmlrpc.xml safe "error code" "$V, XML-RPC fault, unknown method" -H "Content-Type: text/xml" -d '<?xml version="1.0"?><methodCall><methodName>shop.total</methodName></methodCall>' $B/xmlrpc.php
shot wp-die.html safe "branded page" "$V, wp_die of a plugin, German" "$B/?boom=die"
shot comment.html safe "generic page" "$V, comment without fields" -d 'comment_post_ID=1' $B/wp-comments-post.php
shot rest-db.json unsafe "database error" "$V plugin: WP_Error with message and query of \$wpdb" "$B/?rest_route=/shop/v1/error"
down; mysql_up
config $MYPORT true
run 1
curl -s -o /dev/null --max-time 120 -d 'weblog_title=Shop&user_name=ann&admin_password=hunter2-staging&admin_password2=hunter2-staging&pw_weak=1&admin_email=ann@shop.example&blog_public=0' "$B/wp-admin/install.php?step=2"
shot debug-fatal.html unsafe "stack trace" "$V, WP_DEBUG, uncaught TypeError before the critical-error page" "$B/?boom=fatal"
shot debug-sql.html unsafe "database error" "$V, WP_DEBUG, database error box with the query" "$B/?boom=sql"
shot debug-warning.json unsafe "error with path" "$V, WP_DEBUG, warning before JSON" "$B/?boom=warning"
shot debug-notice.html unsafe "error with path" "$V, WP_DEBUG, doing it wrong" "$B/?boom=notice"
shot debug-rest.json unsafe "stack trace" "$V, WP_DEBUG, REST, uncaught DivisionByZeroError" "$B/?rest_route=/shop/v1/total"
down
config 3398 true
run 1
shot debug-db-down.html unsafe "database error" "$V, WP_DEBUG, database away" $B/
down
config 3398 false
run 0
shot db-down.html safe "generic page" "$V, production, database away" $B/
finish
