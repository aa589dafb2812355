#!/bin/bash
# Databases and services with an HTTP face: their own error bodies (as an application or a proxy passes them on)
STACK=services; . "$(dirname "$0")/../lib/lib.sh"
need influxdb prometheus prometheus-alertmanager etcd-server victoria-metrics docker-registry nats-server
rm -rf /srv/services; mkdir -p /srv/services/{influx,prom,am,etcd,vm,registry}; cd /srv/services
u() { f=$1 k=$2 s=$3; shift 3; case $1 in --sed) g "$f" unsafe "$k" "$s" "$@";; *) [ "$1" = -- ] && shift; g "$f" unsafe "$k" "$s" -- "$@";; esac; }
s() { g "$1" safe "$2" "$3" -- "${@:4}"; }
dv() { dpkg-query -W -f '${Version}' "$1" | sed 's/[+~-].*//'; }

cat > influx.conf <<'C'
bind-address = "127.0.0.1:19101"
reporting-disabled = true
[meta]
  dir = "/srv/services/influx/meta"
[data]
  dir = "/srv/services/influx/data"
  wal-dir = "/srv/services/influx/wal"
[http]
  bind-address = "127.0.0.1:19102"
C
run influxd -config influx.conf
V="InfluxDB $(dv influxdb)"; A=http://127.0.0.1:19102
up 19102; sleep 1
curl -s -XPOST $A/query --data-urlencode 'q=CREATE DATABASE shop' >/dev/null
curl -s -XPOST "$A/write?db=shop" --data-binary 'sales,shop=a value=1i 1700000000000000000' >/dev/null
u influx-parse.json 'query error' "$V, query that does not parse" -G $A/query --data-urlencode 'db=shop' --data-urlencode 'q=SELEC * FROM sales WHERE "token" = 1'
u influx-func.json 'query error' "$V, unknown function" -G $A/query --data-urlencode 'db=shop' --data-urlencode 'q=SELECT foo("value") FROM "shop"."autogen"."sales"'
u influx-type.json 'database error' "$V, field type conflict" "$A/write?db=shop" --data-binary 'sales,shop=a value="x" 1700000000000000001'
cat > prom.yml <<'C'
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: inventory
    static_configs: [{targets: ['127.0.0.1:19009']}]
C
run prometheus --config.file=prom.yml --storage.tsdb.path=prom --web.listen-address=127.0.0.1:19103 --log.level=error
up 19103; sleep 9
V="Prometheus $(dv prometheus)"; A=http://127.0.0.1:19103
u prometheus-parse.json 'query error' "$V, query that does not parse" -G $A/api/v1/query --data-urlencode 'query=sum(rate(http_requests_total{job="shop"}[5m])'
u prometheus-type.json 'query error' "$V, type error" -G $A/api/v1/query --data-urlencode 'query=rate(http_requests_total)'
u prometheus-targets.json 'internal addresses' "$V, targets with the last error" --sed "$(hostname)" web-1 -- $A/api/v1/targets
u prometheus-buildinfo.json 'server banner' "$V, build information" -- $A/api/v1/status/buildinfo
s prometheus-404.txt 'error text' "$V, no page" $A/api/v1/none
run prometheus-alertmanager --config.file=/etc/prometheus/alertmanager.yml --storage.path=am --web.listen-address=127.0.0.1:19104 --cluster.listen-address= --log.level=error
up 19104
V="Alertmanager $(dv prometheus-alertmanager)"; A=http://127.0.0.1:19104
s alertmanager-422.json 'validation error' "$V, missing member" -H 'Content-Type: application/json' -d '[{"annotations":{"a":"b"}}]' $A/api/v2/alerts
u alertmanager-json.json 'parser error' "$V, wrong JSON" -H 'Content-Type: application/json' -d '{"labels":3}' $A/api/v2/alerts
s alertmanager-date.json 'validation error' "$V, silence with wrong dates" -H 'Content-Type: application/json' -d '{"matchers":[{"name":"a","value":"b","isRegex":false}],"startsAt":"2024-01-01T00:00:00Z","endsAt":"2023-01-01T00:00:00Z","createdBy":"Ana","comment":"x"}' $A/api/v2/silences
run etcd --data-dir etcd --listen-client-urls http://127.0.0.1:19105 --advertise-client-urls http://127.0.0.1:19105 --listen-peer-urls http://127.0.0.1:19106 --initial-advertise-peer-urls http://127.0.0.1:19106 --initial-cluster default=http://127.0.0.1:19106 --enable-v2
up 19105; sleep 2
V="etcd $(dv etcd-server)"; A=http://127.0.0.1:19105
s etcd-v3-empty.json 'gateway error' "$V, gateway, key not given" -d '{}' $A/v3/kv/range
u etcd-version.json 'server banner' "$V, version" $A/version
s etcd-lease.json 'gateway error' "$V, gateway, lease not found" -d '{"ID":"77"}' $A/v3/kv/lease/revoke
run victoria-metrics -storageDataPath=vm -httpListenAddr=127.0.0.1:19109 -loggerLevel=ERROR -loggerOutput=stdout
up 19109; sleep 1
V="VictoriaMetrics $(dv victoria-metrics)"; A=http://127.0.0.1:19109
u victoria-parse.json 'query error' "$V, query that does not parse" -G $A/api/v1/query --data-urlencode 'query=sum(rate(x[5m])'
u victoria-flags.txt 'configuration' "$V, flags" $A/flags
cat > registry.yml <<'C'
version: 0.1
storage: {filesystem: {rootdirectory: /srv/services/registry}}
http: {addr: 127.0.0.1:19110}
auth: {htpasswd: {realm: shop, path: /srv/services/htpasswd}}
log: {level: error}
C
echo 'shop:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC' > htpasswd
run docker-registry serve registry.yml
up 19110
V="Docker registry $(dv docker-registry)"; A=http://127.0.0.1:19110
s registry-401.json 'error JSON' "$V, unauthorised" $A/v2/
kill $LAST; wait $LAST 2>/dev/null; sed -i '/^auth/d' registry.yml; run docker-registry serve registry.yml; sleep 1; up 19110
s registry-manifest.json 'error JSON' "$V, unknown manifest" $A/v2/shop/web/manifests/latest
s registry-digest.json 'error JSON' "$V, invalid digest" -X PUT "$A/v2/shop/web/manifests/sha256:zz" -d '{}'
s registry-name.json 'error JSON' "$V, unknown repository" $A/v2/none/tags/list
run nats-server -a 127.0.0.1 -p 19111 -m 19112
up 19112
V="NATS $(dv nats-server)"; A=http://127.0.0.1:19112
u nats-varz.json 'status page' "$V, /varz" --sed "$(hostname)" web-1 -- $A/varz
u nats-connz.txt 'runtime message' "$V, wrong parameter" "$A/connz?limit=many"
g nats-proto.txt unsafe 'server banner' "$V, unknown operation (the line that the server answers)" --tcp 127.0.0.1:19111 'HELO shop\r\n'
