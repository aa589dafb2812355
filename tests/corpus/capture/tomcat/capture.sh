#!/bin/bash
# Tomcat's error pages with ErrorReportValve as it is (showReport, showServerInfo) and both off; JSP errors
STACK=tomcat; . "$(dirname "$0")/../lib/lib.sh"
need tomcat10 default-jre-headless
H=$(cd "$(dirname "$0")" && pwd); V="Tomcat $(dpkg-query -W -f '${Version}' tomcat10 | sed 's/-.*//')"
B=/opt/tomcat
up2() { for _ in $(seq 1 200); do curl -s -o /dev/null "http://127.0.0.1:$1/" && return; sleep 0.3; done; }
site() { # PORT VALVE HOST-ATTRIBUTES
  rm -rf $B; mkdir -p $B/{conf,logs,temp,webapps/ROOT,work,lib}; cp /usr/share/tomcat10/etc/web.xml $B/conf/
  cp "$H"/*.jsp $B/webapps/ROOT/
  cat > $B/conf/server.xml <<X
<Server port="-1"><Service name="Catalina"><Connector port="$1" address="127.0.0.1" protocol="HTTP/1.1"/>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" ${3:-}>$2</Host></Engine></Service></Server>
X
  CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=$B CATALINA_TMPDIR=$B/temp run /bin/bash /usr/share/tomcat10/bin/catalina.sh run
  up2 "$1"
}
A=http://127.0.0.1:19121
u() { g "$1" unsafe "$2" "$V, ErrorReportValve as it is, $3" -- "${@:4}"; }
s() { g "$1" safe 'server page' "$V, showReport and showServerInfo off, $2" -- "${@:3}"; }
site 19121 ''
u 404.html 'server banner' 'missing page' $A/missing
u 400.html 'stack trace' 'bad request target' -g "$A/a|b?x={"
u 405.html 'server banner' 'method' -X DELETE $A/ok.jsp
u null.html 'stack trace' 'NullPointerException in a JSP' "$A/null.jsp"
u sql.html 'stack trace' 'exception with cause in a JSP' "$A/cause.jsp"
u compile.html 'source excerpt' 'JSP that does not compile' "$A/compile.jsp"
u el.html 'stack trace' 'wrong EL expression' "$A/el.jsp"
u sent.html 'server banner' 'sendError 503 with a message' "$A/send.jsp?code=503"
u printed.txt 'stack trace' 'printStackTrace into the response' "$A/print.jsp"
kill $(pgrep -P $LAST) $LAST 2>/dev/null; wait $LAST 2>/dev/null; sleep 1
site 19121 '<Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="false" showServerInfo="false"/>'
s off-404.html 'missing page' $A/missing
s off-500.html 'NullPointerException in a JSP' $A/null.jsp
s off-503.html 'sendError 503' "$A/send.jsp?code=503"
s off-405.html 'method' -X DELETE $A/ok.jsp
g jsp-page.html safe 'page of an application' "$V, errorPage of a JSP" -- $A/handled.jsp
kill $(pgrep -P $LAST) $LAST 2>/dev/null; wait $LAST 2>/dev/null; sleep 1
site 19121 "" 'errorReportValveClass="org.apache.catalina.valves.JsonErrorReportValve"'
u null.json 'exception message' 'JsonErrorReportValve, NullPointerException' $A/null.jsp
u cause.json 'exception message' 'JsonErrorReportValve, exception with cause' $A/cause.jsp
g missing.json safe 'error JSON' "$V, JsonErrorReportValve, missing page" -- $A/missing
kill $(pgrep -P $LAST) 2>/dev/null
