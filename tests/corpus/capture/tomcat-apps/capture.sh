#!/usr/bin/env bash
# Tomcat 10 from Debian: servlets and JSP with the default error report, and with the report switched off.
. "$(dirname "$0")/../_lib/grab.sh"
begin tomcat-apps
need tomcat10 openjdk-17-jdk-headless libhsqldb-java libderby-java
export CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=/srv/tomcat
rm -rf $CATALINA_BASE && mkdir -p $CATALINA_BASE/{conf,logs,temp,work,webapps/shop/WEB-INF/{classes,lib}}
cp /etc/tomcat10/web.xml $CATALINA_BASE/conf/
cp "$HERE"/*.jsp $CATALINA_BASE/webapps/shop/
cp /usr/share/java/hsqldb.jar /usr/share/java/derby.jar $CATALINA_BASE/webapps/shop/WEB-INF/lib/
javac -cp "$CATALINA_HOME/lib/*" -d $CATALINA_BASE/webapps/shop/WEB-INF/classes "$HERE/WEB-INF/src/Shop.java" || exit 1
PORT=18111
conf() { # ATTRIBUTES AND CONTENT OF THE HOST
  echo "<Server port='-1'><Service name='Catalina'><Connector port='$PORT' address='127.0.0.1'/><Engine name='Catalina' defaultHost='localhost'><Host name='localhost' appBase='webapps' $1</Host></Engine></Service></Server>" >$CATALINA_BASE/conf/server.xml
}
run() { serve $PORT java -XX:TieredStopAtLevel=1 -Dcatalina.home=$CATALINA_HOME -Dcatalina.base=$CATALINA_BASE -Djava.io.tmpdir=$CATALINA_BASE/temp -Dderby.stream.error.file=/dev/null -cp $CATALINA_HOME/bin/bootstrap.jar:$CATALINA_HOME/bin/tomcat-juli.jar org.apache.catalina.startup.Bootstrap start; sleep 2; }
conf '>'
run
D="Tomcat 10.1, default error report"
u npe.html "stack trace, server version" "$D, servlet, NullPointerException" /shop/do/npe
u sql.html "stack trace, SQL error" "$D, servlet, HSQLDB, missing table, with root cause" /shop/do/sql
u derby.html "stack trace, SQL error" "$D, servlet, Derby, missing table" /shop/do/derby
u class.html "stack trace" "$D, ClassNotFoundException" /shop/do/class
u jsp.html "stack trace, JSP source" "$D, JSP, NullPointerException" /shop/order.jsp
u jsp-compile.html "stack trace, JSP source" "$D, JSP does not compile" /shop/broken.jsp
u jsp-el.html "stack trace, JSP source" "$D, JSP, expression language" /shop/el.jsp
u notfound.html "server version" "$D, unknown path" /shop/nope
u forbidden.html "server version" "$D, sendError(403, …)" /shop/do/forbidden
u soap.xml "stack trace" "Tomcat 10.1, SOAP fault with printStackTrace" /shop/do/xml
u br-nbsp.html "stack trace" "Tomcat 10.1, own page with <br/> and &nbsp;at&nbsp;" /shop/do/br
# From here on the servlet answers 404.
u unavailable.html "stack trace, server version" "$D, UnavailableException" /shop/do/unavailable
unserve
conf "><Valve className='org.apache.catalina.valves.ErrorReportValve' showReport='false' showServerInfo='false'/>"
run
P="Tomcat 10.1, showReport=false showServerInfo=false"
s quiet-500.html "default 500 page" "$P" /shop/do/npe
s quiet-404.html "default 404 page" "$P" /shop/nope
unserve
conf "errorReportValveClass='org.apache.catalina.valves.JsonErrorReportValve'>"
run
u json-500.json "stack trace" "Tomcat 10.1, JsonErrorReportValve, ClassCastException" /shop/do/cast
unserve
finish
