#!/bin/bash
# Held out: a C++ service on Debian's POCO that hands on what POCO and the C++ library say.
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/quarry
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install g++ libpoco-dev >/dev/null
mkdir -p $APP && cp "$HERE"/quarry.cc $APP/
(cd $APP && g++ -O0 -std=c++17 quarry.cc -o quarry -lPocoNet -lPocoJSON -lPocoData -lPocoDataSQLite -lPocoUtil -lPocoXML -lPocoFoundation -pthread)
V="POCO $(dpkg-query -W -f '${Version}' libpoco-dev | sed 's/[-+].*//')" S="libstdc++ of GCC 12"; B=http://127.0.0.1:24811
stack poco
up 24811 $APP ./quarry 24811
l() { shot "$1" unsafe "$5" "$4, $3 (form: $2)" "$B/$2/$3"; }
l dial.json json dial "$V" "internal address"
l host.txt sentence host "$V" "internal host"
l file.json json file "$V" path
l config.json json config "$V" "exception message"
l json.txt text json "$V" "exception message"
l xml.json json xml "$V" "exception message"
l sql.json json sql "$V" "SQL error"
l null.json class null "$V" exception
finish
stack cpp-slips
up 24811 $APP ./quarry 24811
l at.json json at "$S" "exception message"
l map.json json map "$S" "exception message"
l substr.txt text substr "$S" "exception message"
l stoi.json class stoi "$S" exception
l optional.json json optional "$S" "exception message"
l variant.txt sentence variant "$S" "exception message"
l any.json json anycast "$S" "exception message"
l regex.json class regex "$S" exception
l path.json json path "$S" path
l length.txt text length "$S" "exception message"
l alloc.json json alloc "$S" "exception message"
l function.json json function "$S" "exception message"
l future.json json future "$S" "exception message"
l stream.txt sentence stream "$S" "exception message"
shot 503.json safe "own message" "$V, 503" $B/closed
shot 404.txt safe "own message" "$V, 404" $B/none
finish
