"""Writes the Envoy configuration: one listener, a route for each kind of local reply."""
import json
def d(s): return f'{s}s'
def cluster(name, hosts, **kw):
    c = {'name': name, 'connect_timeout': '0.5s', 'type': 'STATIC', 'load_assignment': {'cluster_name': name, 'endpoints': [{'lb_endpoints': [
        {'endpoint': {'address': {'socket_address': {'address': h, 'port_value': p}}}} for h, p in hosts]}]}}
    c.update(kw); return c
T = 'type.googleapis.com/envoy.extensions.'
def tls(**ctx): return {'name': 'tls', 'typed_config': {'@type': T + 'transport_sockets.tls.v3.UpstreamTlsContext', **ctx}}
clusters = [
    cluster('refused', [('127.0.0.1', 19009)]), cluster('silent', [('127.0.0.1', 19005)]), cluster('reset', [('127.0.0.1', 19007)]), cluster('rubbish', [('127.0.0.1', 19006)]),
    cluster('empty', []), cluster('tls_to_plain', [('127.0.0.1', 19006)], transport_socket=tls(sni='inventory.internal.example')),
    cluster('tls_unknown_ca', [('127.0.0.1', 19008)], transport_socket=tls(sni='inventory.internal.example', common_tls_context={'validation_context': {'trusted_ca': {'filename': '/etc/ssl/certs/ca-certificates.crt'}}})),
    cluster('full', [('127.0.0.1', 19005)], circuit_breakers={'thresholds': [{'max_connections': 0, 'max_pending_requests': 0, 'max_requests': 0}]}),
]
def route(path, **kw): return {'match': {'path': path}, **kw}
def to(c, **kw): return {'route': {'cluster': c, **kw}}
routes = [
    route('/refused', **to('refused')), route('/silent', **to('silent', timeout='0.5s')), route('/reset', **to('reset')), route('/rubbish', **to('rubbish')), route('/empty', **to('empty')),
    route('/tls', **to('tls_to_plain')), route('/ca', **to('tls_unknown_ca')), route('/full', **to('full')), route('/nocluster', **to('gone')),
    route('/direct', direct_response={'status': 503, 'body': {'inline_string': 'Down for maintenance. Back at 06:00 UTC.'}}),
    route('/limited', **to('silent'), typed_per_filter_config={'envoy.filters.http.local_ratelimit': {'@type': T + 'filters.http.local_ratelimit.v3.LocalRateLimit', 'stat_prefix': 'r', 'token_bucket': {'max_tokens': 1, 'tokens_per_fill': 1, 'fill_interval': '3600s'}, 'filter_enabled': {'default_value': {'numerator': 100}}, 'filter_enforced': {'default_value': {'numerator': 100}}}}),
    route('/rbac', **to('silent'), typed_per_filter_config={'envoy.filters.http.rbac': {'@type': T + 'filters.http.rbac.v3.RBACPerRoute', 'rbac': {'rules': {'action': 'DENY', 'policies': {'all': {'permissions': [{'any': True}], 'principals': [{'any': True}]}}}}}}),
    route('/fault', **to('silent'), typed_per_filter_config={'envoy.filters.http.fault': {'@type': T + 'filters.http.fault.v3.HTTPFault', 'abort': {'http_status': 503, 'percentage': {'numerator': 100}}}}),
    route('/jwt', **to('silent')), route('/luaerr', **to('silent')), route('/csrf', **to('silent')), route('/upgrade', **to('silent')), route('/big', **to('silent')),
]
LUA = '''
function envoy_on_request(h)
  if h:headers():get(":path") == "/luaerr" then
    local ok, err = pcall(function() local cart = nil; return cart.items end)
    h:respond({[":status"] = "500", ["content-type"] = "text/plain"}, "lua: " .. tostring(err))
  end
end
'''
def flt(name, t, **kw): return {'name': name, 'typed_config': {'@type': T + t, **kw}}
filters = [
    flt('envoy.filters.http.lua', 'filters.http.lua.v3.Lua', default_source_code={'inline_string': LUA}),
    flt('envoy.filters.http.rbac', 'filters.http.rbac.v3.RBAC'),
    flt('envoy.filters.http.local_ratelimit', 'filters.http.local_ratelimit.v3.LocalRateLimit', stat_prefix='r'),
    flt('envoy.filters.http.fault', 'filters.http.fault.v3.HTTPFault'),
    flt('envoy.filters.http.jwt_authn', 'filters.http.jwt_authn.v3.JwtAuthentication',
        providers={'p': {'issuer': 'https://login.shop.example', 'local_jwks': {'inline_string': '{"keys":[{"kty":"oct","alg":"HS256","kid":"a","k":"c2hvcC1leGFtcGxlLXNpZ25pbmcta2V5LTAwMDE"}]}'}}}, rules=[{'match': {'path': '/jwt'}, 'requires': {'provider_name': 'p'}}]),
    flt('envoy.filters.http.buffer', 'filters.http.buffer.v3.Buffer', max_request_bytes=100),
    flt('envoy.filters.http.router', 'filters.http.router.v3.Router'),
]
def listener(port, **hcm):
    return {'name': f'l{port}', 'address': {'socket_address': {'address': '127.0.0.1', 'port_value': port}}, 'filter_chains': [{'filters': [flt('envoy.filters.network.http_connection_manager',
        'filters.network.http_connection_manager.v3.HttpConnectionManager', stat_prefix='h', http_filters=filters, route_config={'validate_clusters': False, 'virtual_hosts': [{'name': 'all', 'domains': ['shop.example'], 'routes': routes}]},
        request_headers_timeout='1s', **hcm)]}]}
fmt = {'status': '%RESPONSE_CODE%', 'message': '%LOCAL_REPLY_BODY%', 'details': '%RESPONSE_CODE_DETAILS%', 'flags': '%RESPONSE_FLAGS%', 'upstream_host': '%UPSTREAM_HOST%', 'cluster': '%UPSTREAM_CLUSTER%', 'path': '%REQ(:path)%', 'failure': '%UPSTREAM_TRANSPORT_FAILURE_REASON%'}
safe = {'error': {'code': '%RESPONSE_CODE%', 'message': 'The service is not available at the moment.', 'request_id': '%REQ(X-REQUEST-ID)%'}}
html = '<!doctype html><html lang="en"><head><title>%RESPONSE_CODE%</title></head><body><h1>We will be right back</h1><p>Error %RESPONSE_CODE%. Reference %REQ(X-REQUEST-ID)%</p></body></html>'
print(json.dumps({'admin': {'address': {'socket_address': {'address': '127.0.0.1', 'port_value': 19039}}}, 'static_resources': {'clusters': clusters, 'listeners': [
    listener(19031),
    listener(19032, local_reply_config={'body_format': {'json_format': fmt}}),
    listener(19033, local_reply_config={'body_format': {'json_format': safe}}),
    listener(19034, local_reply_config={'body_format': {'text_format_source': {'inline_string': html}, 'content_type': 'text/html; charset=utf-8'}}),
]}}))
