#!/usr/bin/env bash
# ASP.NET on Mono (System.Web in a small host, for xsp4 of this Debian does not start): the yellow page with and without customErrors, and what handlers send.
. "$(dirname "$0")/../_lib/grab.sh"
begin mono
need mono-runtime mono-mcs libmono-system-web4.0-cil libmono-system-web-extensions4.0-cil
APP=/srv/www/shop
rm -rf $APP && mkdir -p $APP && cp "$HERE"/*.aspx "$HERE"/*.ashx "$HERE"/Web.config $APP/
PORT=18145
# System.Web keeps compiled pages in a temporary folder.
export TMPDIR=/var/cache/shop-aspnet
mkdir -p $TMPDIR
mkdir -p $APP/bin && mcs -out:$APP/bin/Host.exe -r:System.Web "$HERE/Host.cs" || exit 1
run() { serve $PORT mono $APP/bin/Host.exe $APP $PORT; }
NEUTRAL='s#/var/cache/shop-aspnet/[a-z]*-temp-aspnet-[0-9a-f]*#/var/cache/aspnet#g'
run
D="ASP.NET 4.5 on Mono, customErrors Off"
u null.html "debug page, stack trace" "$D, NullReferenceException" '/Default.aspx?do=null'
u file.html "debug page, stack trace, path" "$D, FileNotFoundException" '/Default.aspx?do=file'
u format.html "debug page, stack trace" "$D, FormatException" '/Default.aspx?do=format'
u inner.html "debug page, stack trace" "$D, ApplicationException with an inner exception" '/Default.aspx?do=inner'
u socket.html "debug page, stack trace" "$D, WebException" '/Default.aspx?do=socket'
u compile.html "debug page, source" "$D, page does not compile" /Broken.aspx
u notfound.html "debug page, version" "$D, missing page" /Nope.aspx
u text.txt "stack trace" "ASP.NET 4.5 on Mono, e.ToString()" '/Api.ashx?as=text'
u webapi.json "stack trace" "ASP.NET 4.5 on Mono, answer in the form of Web API" '/Api.ashx?as=webapi'
s clean.json "generic error" "ASP.NET 4.5 on Mono, own answer" '/Api.ashx?as=clean'
unserve
sed -i 's/mode="Off"/mode="On"/' $APP/Web.config
run
u custom-on.html "server version" "ASP.NET 4.5 on Mono, customErrors On" '/Default.aspx?do=null'
unserve
finish
