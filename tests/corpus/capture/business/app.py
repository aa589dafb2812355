"""Answers of healthy business APIs (JSON, XML, CSV, HTML), filled by Faker in many locales. Nothing here is an error of ours."""
import base64, csv, io, random
from faker import Faker
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
import uvicorn

app = FastAPI()


def fk(locale, seed=11):
    Faker.seed(seed); random.seed(seed)
    return Faker(locale)


@app.get('/customers/{locale}')
def customers(locale: str):
    f = fk(locale)
    return [{'id': f.uuid4(), 'name': f.name(), 'company': f.company(), 'address': f.address(), 'phone': f.phone_number(), 'email': f.ascii_safe_email(), 'job': f.job(), 'born': f.date_of_birth().isoformat(), 'note': f.paragraph(), 'web': f.url(), 'ip': f.ipv4_public(), 'card': f.credit_card_number()[-4:]} for _ in range(6)]


@app.get('/audit')
def audit():
    f = fk('en_US')
    return {'total': 400, 'page': 1, 'entries': [{'at': f.iso8601(), 'user_agent': f.user_agent(), 'ip': f.ipv4_public(), 'ipv6': f.ipv6(), 'action': random.choice(['login', 'export', 'delete']), 'trace_id': f.md5(), 'sha': f.sha256(), 'path': '/' + f.uri_path(), 'query': f.word() + ' ' + f.word(), 'line': random.randint(1, 99), 'error': None, 'file': f.file_name()} for _ in range(10)]}


@app.get('/builds')
def builds():
    f = fk('en_US', 5)
    return {'builds': [{'id': n, 'status': random.choice(['passed', 'error', 'failed']), 'commit': f.sha1(), 'message': f.sentence(), 'errors': random.randint(0, 3), 'exceptions': [], 'stack': random.choice(['java-17', 'node-20', 'python-3.12']), 'trace': f'https://ci.shop.example:8443/builds/{n}/trace', 'duration': f.pyfloat(2, 2, True)} for n in range(812, 822)], 'next': 'https://api.shop.example:443/v2/builds?cursor=' + base64.urlsafe_b64encode(f.binary(18)).decode()}


@app.get('/invoice')
def invoice():
    f = fk('de_DE', 3)
    return {'nummer': f.bothify('RE-####-????').upper(), 'iban': f.iban(), 'bic': f.swift(), 'ust_id': f.vat_id(), 'positionen': [{'ean': f.ean13(), 'text': f.catch_phrase() if hasattr(f, 'catch_phrase') else f.sentence(), 'preis': f.pricetag() if hasattr(f, 'pricetag') else '12,00 €', 'menge': random.randint(1, 9)} for _ in range(7)], 'zahlungsziel': f.date_this_year().isoformat()}


@app.get('/images')
def images():
    f = fk('en_US', 9)
    return [{'name': f.file_name('image'), 'alt': f.sentence(), 'data': 'data:image/gif;base64,' + base64.b64encode(f.binary(900)).decode()} for _ in range(4)]


@app.get('/tickets')
def tickets():
    f = fk('en_GB', 21)
    subjects = ['I get an error when I pay', 'App says "Something went wrong"', 'Null on my invoice', 'Exception to the return policy?', 'Where is the file that I uploaded?', 'Stack of chairs arrived broken', 'Please trace my parcel', 'Line 3 of my address is wrong', 'Query about order', 'My bank failed the payment at 10:42:17']
    return {'tickets': [{'key': f'HELP-{400 + i}', 'subject': s, 'from': f.ascii_safe_email(), 'body': f.text(300), 'created': f.iso8601(), 'priority': random.choice('ABC'), 'tags': f.words(3)} for i, s in enumerate(subjects)]}


@app.get('/geo')
def geo():
    f = fk('fr_FR', 4)
    return {'type': 'FeatureCollection', 'features': [{'type': 'Feature', 'geometry': {'type': 'Point', 'coordinates': [float(f.longitude()), float(f.latitude())]}, 'properties': {'nom': f.company(), 'adresse': f.address(), 'tel': f.phone_number(), 'horaires': '09:00-12:30, 14:00-18:45'}} for _ in range(9)]}


@app.get('/jobs')
def jobs():
    f = fk('en_US', 31)
    return [{'id': f.uuid4(), 'title': t, 'skills': ['Java', 'Kotlin', 'SQL', 'Node.js 20', 'Python 3.12', 'PostgreSQL 16', 'nginx', 'Spring Boot 3.3'][i:i + 4], 'salary': {'from': random.randint(40, 60) * 1000, 'currency': f.currency_code()}, 'text': 'You debug errors, read stack traces and write null-safe code. ' + f.paragraph(4)} for i, t in enumerate(['Backend developer', 'Database administrator', 'Site reliability engineer'])]


@app.get('/sitemap.xml')
def sitemap():
    f = fk('en_US', 6)
    return Response('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + ''.join(f'<url><loc>https://shop.example/{f.uri_path()}/{f.slug()}.html</loc><lastmod>{f.date()}</lastmod><priority>0.{random.randint(1, 9)}</priority></url>\n' for _ in range(25)) + '</urlset>', media_type='application/xml')


@app.get('/export.csv')
def export():
    f = fk('es_ES', 8)
    o = io.StringIO(); w = csv.writer(o, delimiter=';'); w.writerow(['fecha', 'pedido', 'cliente', 'error', 'importe', 'teléfono'])
    for _ in range(30): w.writerow([f.date_time_this_year().isoformat(' '), f.bothify('P-#####'), f.name(), '', f.pyfloat(3, 2, True), f.phone_number()])
    return Response(o.getvalue(), media_type='text/csv; charset=utf-8')


@app.get('/latin1')
def latin1():
    f = fk('pt_BR', 2)
    return Response(('<!doctype html><html lang="pt"><head><meta charset="iso-8859-1"><title>Avisos</title></head><body>' + ''.join(f'<h2>{f.sentence()}</h2><p>{f.name()}, {f.city()}: {f.paragraph()}</p>' for _ in range(5)) + '<p>Não foi possível concluir a operação.</p></body></html>').encode('latin-1'), 503, headers={'content-type': 'text/html; charset=iso-8859-1'})


@app.get('/utf16')
def utf16():
    f = fk('ko_KR', 2)
    return Response(('<?xml version="1.0" encoding="UTF-16"?><orders>' + ''.join(f'<order id="{f.uuid4()}"><name>{f.name()}</name><city>{f.city()}</city><error/></order>' for _ in range(8)) + '</orders>').encode('utf-16'), headers={'content-type': 'application/xml'})


@app.get('/sjis')
def sjis():
    f = fk('ja_JP', 2)
    return Response(('<html><head><title>エラー</title></head><body><p>ただいまメンテナンス中です。</p>' + ''.join(f'<p>{f.name()} {f.address()} {f.phone_number()}</p>' for _ in range(6)) + '</body></html>').encode('shift_jis', 'replace'), 503, headers={'content-type': 'text/html; charset=Shift_JIS'})


@app.get('/metrics-of-shop')
def metrics():
    f = fk('en_US', 12)
    return {'series': [{'name': n, 'unit': 'count', 'points': [[1714557600000 + i * 60000, random.randint(0, 40)] for i in range(40)]} for n in ('http_errors', 'exceptions', 'db_queries', 'files_opened')]}


@app.get('/profile')
def profile():
    f = fk('it_IT', 17)
    p = f.profile()
    p.pop('current_location')
    return JSONResponse({**{k: v if isinstance(v, (str, list)) else v.isoformat() for k, v in p.items()}, 'token_expires': f.iso8601(), 'avatar': f.image_url(), 'session': None, 'null': None, 'password_set': True})


@app.get('/search')
def search(q: str = ''):
    f = fk('en_US', 14)
    return {'query': q, 'took': 14, 'timed_out': False, 'hits': {'total': {'value': 3, 'relation': 'eq'}, 'hits': [{'_index': 'products', '_id': f.bothify('??##'), '_score': f.pyfloat(1, 4, True), '_source': {'title': f.catch_phrase(), 'price': f.pyfloat(2, 2, True), 'isbn': f.isbn13(), 'license_plate': f.license_plate(), 'color': f.hex_color(), 'version': f.numerify('#.##.#')}} for _ in range(4)]}}


@app.get('/gateway/{kind}')
def gateway(kind: str):
    """The forms in which public APIs answer errors."""
    f = fk('en_US', 15)
    d = {'google': (404, {'error': {'code': 404, 'message': 'Order orders/4711 was not found.', 'status': 'NOT_FOUND', 'details': [{'@type': 'type.googleapis.com/google.rpc.ErrorInfo', 'reason': 'ORDER_ARCHIVED', 'domain': 'shop.example', 'metadata': {'order': '4711'}}]}}),
         'grpc': (400, {'code': 3, 'message': 'amount must be positive', 'details': []}),
         'oauth': (400, {'error': 'invalid_grant', 'error_description': 'The refresh token has expired. Please sign in again.', 'error_uri': 'https://login.shop.example/help#invalid_grant'}),
         'jsonapi': (422, {'errors': [{'id': f.uuid4(), 'status': '422', 'code': 'too_short', 'source': {'pointer': '/data/attributes/firstName'}, 'title': 'Invalid Attribute', 'detail': 'First name must contain at least two characters.'}], 'meta': {'request_id': f.uuid4()}}),
         'stripe': (402, {'error': {'code': 'card_declined', 'decline_code': 'insufficient_funds', 'doc_url': 'https://pay.shop.example/docs/error-codes/card-declined', 'message': 'Your card has insufficient funds.', 'param': '', 'type': 'card_error', 'request_log_url': f'https://dashboard.shop.example/logs/req_{f.md5()[:14]}'}}),
         'graphql': (200, {'data': {'order': None}, 'errors': [{'message': 'You may not see this order', 'path': ['order'], 'locations': [{'line': 2, 'column': 3}], 'extensions': {'code': 'FORBIDDEN', 'traceId': f.md5()}}]}),
         'odata': (400, {'error': {'code': 'BadRequest', 'message': 'The filter names a property that does not exist.', 'target': '$filter', 'details': [{'code': 'UnknownProperty', 'message': "There is no property 'colour'. Did you mean 'color'?"}]}}),
         'spring': (404, {'timestamp': f.iso8601(), 'status': 404, 'error': 'Not Found', 'path': '/api/orders/4711'})}
    s, b = d[kind]
    return JSONResponse(b, s)


uvicorn.run(app, host='127.0.0.1', port=19501, log_level='critical')
