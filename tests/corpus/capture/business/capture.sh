#!/bin/bash
# Healthy business answers, filled by Faker in many locales, through FastAPI
STACK=business; . "$(dirname "$0")/../lib/lib.sh"
venv /opt/api/venv fastapi uvicorn faker
H=$(cd "$(dirname "$0")" && pwd); rm -rf /srv/business; mkdir -p /srv/business; cp "$H/app.py" /srv/business
run /opt/api/venv/bin/python /srv/business/app.py
up 19501
A=http://127.0.0.1:19501
s() { g "$1" safe "$2" "FastAPI and Faker, $3" -- "${@:4}"; }
for l in ar_SA bg_BG cs_CZ de_DE el_GR en_US es_MX fa_IR fi_FI fr_FR he_IL hi_IN ja_JP ko_KR pl_PL ru_RU th_TH tr_TR uk_UA vi_VN zh_CN; do s customers-$l.json 'business data' "customers, $l" $A/customers/$l; done
for n in audit builds invoice images tickets geo jobs metrics-of-shop profile; do s $n.json 'business data' "$n" $A/$n; done
s search.json 'business data' 'search with words of SQL' "$A/search?q=select+a+table+where+the+error+is+null+from+line+42"
s sitemap.xml 'business data' sitemap $A/sitemap.xml
s export.csv 'business data' 'CSV export' $A/export.csv
s latin1.html 'maintenance page, Latin-1' Portuguese $A/latin1
s utf16.xml 'business data, UTF-16' Korean $A/utf16
s sjis.html 'maintenance page, Shift_JIS' Japanese $A/sjis
s openapi.json 'business data' 'OpenAPI description' $A/openapi.json
s docs.html 'page of an application' 'Swagger UI page of FastAPI' $A/docs
