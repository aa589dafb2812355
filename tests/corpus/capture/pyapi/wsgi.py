"""Flask, APIFlask, Falcon, marshmallow, WTForms, cerberus, voluptuous, jsonschema, Authlib, cloudflare-error-page."""
import falcon, jsonschema, marshmallow as ma, voluptuous as vo, wtforms
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator
from apiflask import APIFlask, Schema, abort, fields as f, validators as val
from cerberus import Validator
from cloudflare_error_page import render as cf
from flask import Flask, Response, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

flask = Flask(__name__)
BAD = {'email': 'nobody', 'age': -3, 'line': 'x', 'lines': [{'sku': 1}]}


@flask.post('/marshmallow')
def m():
    class L(ma.Schema):
        sku = ma.fields.Str(required=True)
    class S(ma.Schema):
        email = ma.fields.Email(); age = ma.fields.Int(validate=ma.validate.Range(min=0)); line = ma.fields.Int(); lines = ma.fields.List(ma.fields.Nested(L)); path = ma.fields.Str(required=True)
    return jsonify(message='Validation failed', errors=S().validate(BAD)), 422


@flask.post('/cerberus')
def c():
    v = Validator({'email': {'type': 'string', 'regex': '.+@.+'}, 'age': {'min': 0}, 'line': {'type': 'integer'}, 'file': {'required': True}})
    v.validate({k: BAD[k] for k in ('email', 'age', 'line')})
    return jsonify(errors=v.errors), 400


@flask.post('/voluptuous')
def v():
    try: vo.Schema({'email': str, 'age': vo.Range(min=0), 'line': int}, extra=vo.ALLOW_EXTRA)(BAD)
    except vo.MultipleInvalid as e: return jsonify(error=[str(x) for x in e.errors]), 400


@flask.post('/jsonschema')
def j():
    v = jsonschema.Draft202012Validator({'required': ['path'], 'properties': {'age': {'minimum': 0}, 'line': {'type': 'integer'}}})
    return jsonify(errors=[{'pointer': '/' + '/'.join(map(str, e.path)), 'detail': e.message} for e in v.iter_errors(BAD)]), 400


@flask.post('/wtforms/<lang>')
def w(lang):
    class F(wtforms.Form):
        class Meta:
            locales = [lang]
        email = wtforms.StringField(validators=[wtforms.validators.InputRequired(), wtforms.validators.Length(min=10)]); age = wtforms.IntegerField(validators=[wtforms.validators.NumberRange(18, 99)])
    g = F(request.form); g.validate()
    return jsonify(ok=False, errors=g.errors), 400


@flask.get('/crash')
def crash(): return {}['secret']


@flask.get('/problem/<int:n>')
def p(n):
    return Response(flask.json.dumps({'type': 'https://shop.example/problems/out-of-credit', 'title': 'You do not have enough credit.', 'status': n, 'detail': 'Your current balance is 30, but that costs 50.', 'instance': '/account/12345/msgs/abc', 'balance': 30, 'accounts': ['/account/12345', '/account/67890']}), n, content_type='application/problem+json')


class Tokens(BearerTokenValidator):
    def authenticate_token(self, t): return None
need = ResourceProtector(); need.register_token_validator(Tokens())


@flask.get('/me')
@need('profile')
def me(): return {}


server = AuthorizationServer(flask, query_client=lambda c: None, save_token=lambda *a: None)
from authlib.oauth2.rfc6749 import grants
server.register_grant(grants.ClientCredentialsGrant)
flask.post('/token', endpoint='token')(lambda: server.create_token_response())


@flask.get('/cf/<int:n>')
def cfp(n):
    return cf({'title': {502: 'Bad gateway', 522: 'Connection timed out', 403: 'Access denied'}[n], 'error_code': n, 'time': '2024-05-01 10:12:13 UTC', 'ray_id': '87c1d2e3f4a5b6c7', 'client_ip': '203.0.113.7',
        'browser_status': {'status': 'ok'}, 'cloudflare_status': {'status': 'ok', 'location': 'Frankfurt'}, 'host_status': {'status': 'error', 'location': 'shop.example'}, 'error_source': 'host',
        'what_happened': 'The web server reported an error.', 'what_can_i_do': 'Please try again in a few minutes.'}), n


api = APIFlask('api')


class In(Schema):
    name = f.String(required=True, validate=val.Length(1, 5)); category = f.String(required=True, validate=val.OneOf(['dog', 'cat']))


@api.post('/pets')
@api.input(In)
def pets(json_data): return {}


@api.get('/busy')
def busy(): abort(503, 'We are updating our catalogue.', detail={'retry_after': 120})


class R:
    def on_get(self, q, r): raise falcon.HTTPConflict(title='Already paid', description='Order 4711 was paid on 2024-05-01.', code=31, href='https://shop.example/help/paid')
    def on_put(self, q, r): q.get_param_as_int('limit', required=True)
    def on_post(self, q, r): q.media
    def on_delete(self, q, r): raise KeyError('secret')
fa = falcon.App(); fa.add_route('/order', R()); fa.req_options.strip_url_path_trailing_slash = True
run_simple('127.0.0.1', 19313, DispatcherMiddleware(flask, {'/api': api, '/falcon': fa}), threaded=True)
