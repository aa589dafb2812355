#!/bin/bash
# Held out: Debian's Gin, Echo and Macaron (Go), Servant and Yesod (Haskell).
. "$(dirname "$0")/../shoot.sh"
CORPUS=$HERE/../../held-out; mkdir -p "$CORPUS"
APP=/srv/harbour
ECHO=$APP/gopath/src/github.com/labstack/echo
[ -n "${INSTALLED:-}" ] || apt-get -qq -y --no-install-recommends install golang golang-github-gin-gonic-gin-dev golang-github-labstack-echo-dev golang-gopkg-macaron.v1-dev ghc libghc-servant-server-dev libghc-yesod-dev >/dev/null
mkdir -p $ECHO && cp "$HERE"/gin.go "$HERE"/*.hs $APP/
[ -d $ECHO/v4 ] || cp -rL /usr/share/gocode/src/github.com/labstack/echo $ECHO/v4
cd $APP
[ -x harbour-go ] || GO111MODULE=off GOPATH=$APP/gopath:/usr/share/gocode go build -p 1 -o harbour-go gin.go
[ -x harbour-servant ] || ghc -O0 -j1 -outputdir o1 harbour.hs -o harbour-servant >"$LOG" 2>&1
[ -x harbour-yesod ] || ghc -O0 -j1 -outputdir o2 yesod.hs -o harbour-yesod >"$LOG" 2>&1
v() { dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/[-+~].*//'; }
J='Content-Type: application/json'
ENV=("${ENVIRON[@]}")

stack gin; V="Gin $(v golang-github-gin-gonic-gin-dev)"; B=http://127.0.0.1:24411
ENVIRON=("${ENV[@]}" GIN_MODE=debug); up 24411 $APP ./harbour-go gin 24411
shot file.json unsafe "path" "$V, err.Error() in JSON, missing file" $B/run/file
shot dial.json unsafe "internal address" "$V, err.Error() in JSON, refused" $B/run/dial
shot number.txt unsafe "exception message" "$V, %v of an error, strconv" $B/text/number
shot json.json unsafe "exception message" "$V, err.Error() in JSON, unmarshal into a struct" $B/run/json
shot chan.txt unsafe "exception message" "$V, %v of an error, unsupported type" $B/text/chan
shot time.json unsafe "exception message" "$V, err.Error() in JSON, time.Parse" $B/run/time
shot panic-nil.json unsafe "panic" "$V, CustomRecovery hands the panic on, nil pointer" $B/run/nil
shot panic-index.json unsafe "panic" "$V, CustomRecovery hands the panic on, index" $B/run/index
down; ENVIRON=("${ENV[@]}" GIN_MODE=release); B=http://127.0.0.1:24412; up 24412 $APP ./harbour-go gin 24412
shot 500.json safe "generic error" "$V, CustomRecovery with a reference" $B/panic
shot 422.json safe "validation" "$V, own text" -H "$J" -d '{"name":"A"}' $B/berths
shot 503.json safe "own message" "$V, 503" $B/closed
shot 404.txt safe "generic text" "$V, 404" $B/nowhere
shot 405.txt safe "generic text" "$V, 405" -X DELETE $B/closed
finish

ENVIRON=("${ENV[@]}")
stack echo; V="Echo $(v golang-github-labstack-echo-dev)"; B=http://127.0.0.1:24413
up 24413 $APP ./harbour-go echo 24413 debug
shot file.json unsafe "path" "$V, Debug, missing file" $B/run/file
shot lookup.json unsafe "internal address" "$V, Debug, http.Get" $B/run/lookup
shot map.json unsafe "panic" "$V, Debug, Recover, nil map" $B/run/map
shot wrapped.json unsafe "internal address" "$V, Debug, HTTPError with an internal error" $B/wrapped
shot template.json unsafe "exception message" "$V, Debug, no renderer" $B/template
shot bind.json unsafe "exception message" "$V, Debug, Bind" -H "$J" -d '{"name":"A","depth":"deep"}' $B/berths
down; B=http://127.0.0.1:24414; up 24414 $APP ./harbour-go echo 24414
shot 502.json safe "own message" "$V, HTTPError with an internal error" $B/wrapped
shot 503.json safe "own message" "$V, 503" $B/closed
shot 413.json safe "generic error" "$V, 413" -H "$J" -d "{\"name\":\"$(printf '%02000d' 0)\"}" $B/berths
finish

stack macaron; V="Macaron $(v golang-gopkg-macaron.v1-dev)"; B=http://127.0.0.1:24415
up 24415 $APP ./harbour-go macaron 24415 dev
shot index.html unsafe "debug page" "$V, Recovery, development, index" $B/run/index
shot inject.html unsafe "debug page" "$V, Recovery, development, value not found for a handler" $B/missing
shot syntax.txt unsafe "exception message" "$V, text of an error" $B/run/syntax
down; B=http://127.0.0.1:24416; up 24416 $APP ./harbour-go macaron 24416
finish

stack servant; V="Servant $(v libghc-servant-server-dev) on GHC $(v ghc)"; B=http://127.0.0.1:24417
up 24417 $APP ./harbour-servant 24417 debug
shot debug-array.txt unsafe "exception message" "$V, warp's debug response, index" $B/run/array
shot debug-read.txt unsafe "exception message" "$V, warp's debug response, read" $B/run/read
down; B=http://127.0.0.1:24418; up 24418 $APP ./harbour-servant 24418 production
shot head.txt unsafe "exception message" "$V, displayException, head" $B/tell/head
shot map.txt unsafe "stack trace" "$V, displayException, Map.!" $B/tell/map
shot just.txt unsafe "stack trace" "$V, displayException, fromJust" $B/tell/just
shot file.txt unsafe "path" "$V, displayException, readFile" $B/tell/file
shot json.txt unsafe "exception message" "$V, displayException, aeson" $B/tell/json
shot case.txt unsafe "exception message" "$V, displayException, patterns" $B/tell/case
shot field.txt unsafe "exception message" "$V, displayException, missing field" $B/tell/field
shot 500.txt safe "generic text" "$V, warp's response" $B/run/array
shot 400.txt safe "validation" "$V, missing parameter" $B/depth
finish

stack yesod; V="Yesod $(v libghc-yesod-dev) on GHC $(v ghc)"; B=http://127.0.0.1:24419
up 24419 $APP ./harbour-yesod 24419
shot map.html unsafe "stack trace" "$V, default errorHandler, Map.!" $B/run/map
shot file.html unsafe "path" "$V, default errorHandler, readFile" $B/run/file
shot file.json unsafe "path" "$V, default errorHandler, readFile, JSON" -H "Accept: application/json" $B/run/file
shot head.html unsafe "exception message" "$V, default errorHandler, head" $B/run/head
shot error.html unsafe "stack trace" "$V, default errorHandler, error" $B/run/other
shot div.json unsafe "exception message" "$V, default errorHandler, divide by zero, JSON" -H "Accept: application/json" $B/run/div
shot 400.html safe "validation" "$V, invalidArgs" -X POST $B/berths
shot 400.json safe "validation" "$V, invalidArgs, JSON" -X POST -H "Accept: application/json" $B/berths
shot 404.html safe "generic page" "$V, 404" $B/nowhere
shot 405.html safe "generic page" "$V, 405" -X DELETE $B/closed
finish
