#!/bin/bash
# Errors that a client may see, from Python's validators and frameworks in production mode; S3 and AWS style errors from moto
STACK=pyapi; . "$(dirname "$0")/../lib/lib.sh"
venv /opt/api/venv flask django djangorestframework fastapi uvicorn "strawberry-graphql[fastapi]" marshmallow apiflask falcon litestar lxml authlib voluptuous jsonschema cerberus cloudflare-error-page wtforms email-validator python-multipart "moto[server]" django-oauth-toolkit
/opt/api/venv/bin/pip -q install spyne 2>/dev/null
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/pyapi; mkdir -p /srv/pyapi; cp "$H"/*.py /srv/pyapi; cd /srv/pyapi
for a in drf asgi wsgi soap; do run /opt/api/venv/bin/python /srv/pyapi/$a.py; done
run /opt/api/venv/bin/moto_server -H 127.0.0.1 -p 19315
up 19311; up 19312; up 19313; up 19315
s() { g "$1" safe "$2" "$3" -- "${@:4}"; }
J='Content-Type: application/json'; D=http://127.0.0.1:19311; Ho='Host: shop.example'
d() { s "$1" "$2" "Django, DEBUG=False, $3" -H "$Ho" -H 'Accept: application/json' "${@:4}"; }
B='{"email":"x","delivery":"tomorrow","country":"XX","lines":[{"sku":"a","qty":0,"price":"1.234"},{}],"homepage":"shop","uuid":"17"}'
d drf-validation.json 'validation error' 'REST framework' -H "$J" -d "$B" $D/orders
for l in de fr ja ru zh-hans ar; do d drf-validation-$l.json 'validation error, not English' "REST framework, $l" -H "Accept-Language: $l" -H "$J" -d "$B" $D/orders; done
d drf-parse.json 'parse error' 'REST framework' -H "$J" -d '{"email": "a@b.example",}' $D/orders
d drf-401.json 'error JSON' 'REST framework' $D/mine
d drf-token.json 'error JSON' 'REST framework, wrong token' -H 'Authorization: Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' $D/mine
curl -s -H "$Ho" $D/slow >/dev/null; d drf-429.json 'error JSON' 'REST framework' $D/slow
d drf-404.json 'error JSON' 'REST framework' $D/err/404
d drf-405.json 'error JSON' 'REST framework' -X DELETE $D/orders
d drf-415.json 'error JSON' 'REST framework' -H 'Content-Type: text/csv' -d a $D/orders
d form.json 'validation error' 'forms' -d 'email=x&age=3' $D/form
for l in pl es; do d form-$l.html 'validation error, not English' "form page, $l" -H "Accept-Language: $l" -d 'email=x&age=3' $D/form.html; done
d csrf.html 'server page' 'CSRF' -d a=b $D/csrf
d csrf-it.html 'server page, not English' 'CSRF, it' -H 'Accept-Language: it' -d a=b $D/csrf
d 404.html 'server page' '404' $D/none
d 500.html 'server page' '500' $D/crash
d oauth-client.json 'OAuth error' 'OAuth Toolkit' -d 'grant_type=client_credentials&client_id=a&client_secret=b' $D/o/token/
d oauth-grant.json 'OAuth error' 'OAuth Toolkit' -d 'grant_type=foo' $D/o/token/
F=http://127.0.0.1:19312
s fastapi-422.json 'validation error' FastAPI -H "$J" -d '{"email":"x","site":"shop","when":"soon","id":"17","country":"XX","lines":[{"sku":"a","qty":0}],"price":"12345678"}' $F/orders
s fastapi-query.json 'validation error' FastAPI "$F/items/seven?limit=1000"
s fastapi-json.json 'parse error' FastAPI -H "$J" -d '{"email": }' $F/orders
s fastapi-404.json 'error JSON' FastAPI $F/none
s fastapi-410.json 'error JSON' FastAPI $F/gone
s fastapi-500.json 'problem document' 'FastAPI with an exception handler' $F/crash
s strawberry-field.json 'GraphQL error' 'Strawberry' -H "$J" -d '{"query":"{ helo }"}' $F/graphql
s strawberry-syntax.json 'GraphQL error' 'Strawberry' -H "$J" -d '{"query":"{ hello(name: \"a\" "}' $F/graphql
s litestar-400.json 'validation error' Litestar -H "$J" -d '{"sku":"a","qty":"x"}' $F/lit/orders
s litestar-query.json 'validation error' Litestar "$F/lit/n/4?q=many"
s litestar-500.json 'error JSON' 'Litestar, debug=False' $F/lit/crash
W=http://127.0.0.1:19313
for k in marshmallow cerberus voluptuous jsonschema; do s $k.json 'validation error' "$k in Flask" -X POST $W/$k; done
for l in de fr uk ja; do s wtforms-$l.json 'validation error, not English' "WTForms, $l" -d 'email=a&age=3' $W/wtforms/$l; done
s flask-500.html 'server page' 'Flask, production' $W/crash
s flask-404.html 'server page' 'Flask, production' $W/none
s flask-405.html 'server page' 'Flask, production' $W/cerberus
s problem-403.json 'problem document' 'Flask, the example of RFC 9457' $W/problem/403
s authlib-me.json 'OAuth error' Authlib -H 'Authorization: Bearer mF_9.B5f-4.1JqM' $W/me
s authlib-client.json 'OAuth error' Authlib -d 'grant_type=client_credentials' $W/token
for n in 502 403; do s cloudflare-$n.html 'branded page' 'cloudflare-error-page' $W/cf/$n; done
s apiflask-422.json 'validation error' APIFlask -H "$J" -d '{"name":"toolongname"}' $W/api/pets
s apiflask-503.json 'error JSON' APIFlask $W/api/busy
s falcon-409.json 'error JSON' Falcon $W/falcon/order
s falcon-409.xml 'error XML' Falcon -H 'Accept: application/xml' $W/falcon/order
s falcon-param.json 'validation error' Falcon -X PUT "$W/falcon/order?limit=many"
s falcon-500.json 'error JSON' 'Falcon' -X DELETE $W/falcon/order
if (up 19314); then
E1='<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><o:get xmlns:o="urn:orders"><o:id>4711</o:id></o:get></s:Body></s:Envelope>'
s spyne-client.xml 'SOAP client fault' Spyne -H 'Content-Type: text/xml' -d "$E1" http://127.0.0.1:19314/
fi
M=http://127.0.0.1:19315
AU='Authorization: AWS4-HMAC-SHA256 Credential=test/20240501/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=0'
a() { s "$1" 'S3-like error' 'moto server' -H "${AU/SERVICE/$2}" "${@:3}"; }
a s3-nobucket.xml s3 $M/photos-2024/cat.jpg
curl -s -X PUT -H "${AU/SERVICE/s3}" $M/photos >/dev/null
a s3-nokey.xml s3 $M/photos/2024/05/cat.jpg
a dynamo.json dynamodb -H 'X-Amz-Target: DynamoDB_20120810.GetItem' -H 'Content-Type: application/x-amz-json-1.0' -d '{"TableName":"orders","Key":{"id":{"S":"1"}}}' $M/
a sqs.xml sqs -d 'Action=GetQueueUrl&QueueName=orders&Version=2012-11-05' $M/
a iam.xml iam -d 'Action=GetUser&UserName=ana&Version=2010-05-08' $M/
a secrets.json secretsmanager -H 'X-Amz-Target: secretsmanager.GetSecretValue' -H 'Content-Type: application/x-amz-json-1.1' -d '{"SecretId":"none"}' $M/
