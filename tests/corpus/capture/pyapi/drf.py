"""Django REST framework, Django pages and OAuth errors, DEBUG=False."""
import os, sys
from django.conf import settings
settings.configure(DEBUG=False, SECRET_KEY='x' * 50, ALLOWED_HOSTS=['shop.example'], ROOT_URLCONF=__name__, USE_I18N=True, LANGUAGE_CODE='en', USE_TZ=True,
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.locale.LocaleMiddleware', 'django.middleware.csrf.CsrfViewMiddleware'],
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'rest_framework', 'rest_framework.authtoken', 'oauth2_provider'],
    SESSION_ENGINE='django.contrib.sessions.backends.signed_cookies', TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': '/srv/pyapi/db.sqlite3'}}, DEFAULT_AUTO_FIELD='django.db.models.AutoField', STATIC_URL='/static/',
    OAUTH2_PROVIDER={'SCOPES': {'read': 'Read'}}, REST_FRAMEWORK={'DEFAULT_THROTTLE_RATES': {'anon': '1/day'}})
import django
django.setup()
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers, throttling
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class Line(serializers.Serializer):
    sku = serializers.RegexField(r'^[A-Z]-\d+$')
    qty = serializers.IntegerField(min_value=1)
    price = serializers.DecimalField(max_digits=6, decimal_places=2)


class Order(serializers.Serializer):
    email = serializers.EmailField()
    delivery = serializers.DateField()
    country = serializers.ChoiceField(['DE', 'FR', 'JP'])
    lines = Line(many=True, allow_empty=False)
    picture = serializers.FileField()
    homepage = serializers.URLField()
    uuid = serializers.UUIDField()


class Orders(APIView):
    def post(self, r):
        s = Order(data=r.data)
        s.is_valid(raise_exception=True)


class Mine(APIView):
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    def get(self, r): return Response({})


class Slow(APIView):
    throttle_classes = [throttling.AnonRateThrottle]
    def get(self, r): return Response({})


class Err(APIView):
    def get(self, r, kind):
        raise {'404': exceptions.NotFound('Order 4711 was not found.'), '403': exceptions.PermissionDenied(), '406': exceptions.NotAcceptable()}[kind]


class Form(forms.Form):
    email = forms.EmailField()
    age = forms.IntegerField(min_value=18)
    file = forms.FileField()


def form(r):
    f = Form(r.POST)
    f.is_valid()
    return JsonResponse({'errors': f.errors.get_json_data()}, status=400)


def form_html(r):
    f = Form(r.POST)
    return HttpResponse('<!doctype html><html lang="de"><head><title>Konto</title></head><body><form method="post">%s</form></body></html>' % f.as_p(), status=422)


def crash(r): raise RuntimeError('secret')


urlpatterns = [path('orders', Orders.as_view()), path('mine', Mine.as_view()), path('slow', Slow.as_view()), path('err/<kind>', Err.as_view()), path('form', csrf_exempt(form)),
    path('form.html', csrf_exempt(form_html)), path('crash', crash), path('csrf', form), path('o/', include('oauth2_provider.urls', namespace='oauth2_provider'))]
if __name__ == '__main__':
    execute_from_command_line(['x', 'migrate', '-v0'])
    execute_from_command_line(['x', 'runserver', '--noreload', '127.0.0.1:19311'])
