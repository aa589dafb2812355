#!/bin/bash
# Python's standard library: cgitb under http.server, faults of xmlrpc.server.
. "$(dirname "$0")/../shoot.sh"
APP=/srv/cgi-shop
rm -rf $APP; cp -r "$HERE/app" $APP; chmod +x $APP/cgi-bin/*
stack python-cgi
V="Python $(/usr/bin/python3 -c 'import platform; print(platform.python_version())')"
B=http://127.0.0.1:21012/cgi-bin/order.py
up 21012 $APP /usr/bin/python3 -W ignore -m http.server --cgi -b 127.0.0.1 21012
shot cgitb-key.html unsafe "debug page" "$V, cgitb, KeyError in the middle of a page" "$B?die"
shot cgitb-sql.html unsafe "debug page" "$V, cgitb, sqlite3.OperationalError" "$B?sql"
shot cgitb-key-text.html unsafe "stack trace" "$V, cgitb, plain text inside HTML" "$B?die=text"
down
up 21013 $APP /usr/bin/python3 rpc.py
call() { shot "$1" "$2" "$3" "$4" -H "Content-Type: text/xml" -d "<?xml version='1.0'?><methodCall><methodName>$5</methodName><params>${6:-}</params></methodCall>" http://127.0.0.1:21013/RPC2; }
call xmlrpc-file.xml unsafe "exception" "$V, xmlrpc.server, fault of FileNotFoundError" prices
call xmlrpc-type.xml unsafe "exception" "$V, xmlrpc.server, fault of TypeError" total "<param><value><int>3</int></value></param>"
shot xmlrpc-404.txt safe "generic text" "$V, xmlrpc.server, 404" -d x http://127.0.0.1:21013/nothing
finish
