import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "django-insecure-staging-4f#k2"
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "shop.example"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "storefront"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "storefront.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "storefront/templates"], "APP_DIRS": True}]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "storefront.sqlite3"},
    "reports": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "shop", "PASSWORD": "hunter2-staging",
                "HOST": "db.internal.shop.example", "PORT": os.environ.get("PGPORT", "5432")},
    "billing": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "billing", "PASSWORD": "hunter2-staging",
                "HOST": "db.internal.shop.example", "PORT": "5999"},
}
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer", "rest_framework.renderers.BrowsableAPIRenderer"],
                  "UNAUTHENTICATED_USER": None, "DEFAULT_THROTTLE_RATES": {"anon": "1/hour"}}
USE_TZ = True
LANGUAGE_CODE = os.environ.get("LANGUAGE", "en-us")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
