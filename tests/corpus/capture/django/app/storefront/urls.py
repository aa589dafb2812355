import asyncio
import json
import traceback

from django.core.cache import caches
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connections
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers, throttling
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.response import Response

from .models import Order


def missing_table(request):
    return JsonResponse([o.number for o in Order.objects.filter(total__gt=10)], safe=False)


def none_attribute(request):
    order = {"lines": None}
    return HttpResponse(order["lines"].count())


def template(request):
    return render(request, "order.html", {"order": {"id": 3}})


def no_template(request):
    return render(request, "invoice.html")


def chain(request):
    try:
        json.loads("{'total': 12}")
    except ValueError as e:
        raise RuntimeError("price list of supplier 17 is unreadable") from e


def bad_sql(request):
    with connections["reports"].cursor() as c:
        c.execute("SELECT id, totl FROM orders WHERE customer_id = %s", [request.GET.get("customer", "7")])


def refused(request):
    with connections["billing"].cursor() as c:
        c.execute("SELECT 1")


def caught(request):
    try:
        with connections["reports"].cursor() as c:
            c.execute("INSERT INTO customers (email) VALUES ('ann@shop.example')")
    except Exception as e:
        return JsonResponse({"success": False, "error": str(e)}, status=400)


def caught_trace(request):
    try:
        return HttpResponse(request.GET["customer"])
    except Exception:
        return HttpResponse(traceback.format_exc(), status=500, content_type="text/plain")


async def async_view(request):
    await asyncio.sleep(0)
    return JsonResponse({"total": sum([1, "2"])})


def denied(request):
    raise PermissionDenied("orders of another customer")


def suspicious(request):
    raise SuspiciousOperation("cart signature does not match")



def not_found(request, pk):
    raise Http404("No order matches the given query.")


class OrderIn(serializers.Serializer):
    number = serializers.CharField(max_length=8)
    total = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    email = serializers.EmailField()
    ship = serializers.ChoiceField(choices=["post", "courier"])


@api_view(["POST"])
def drf_create(request):
    s = OrderIn(data=request.data)
    s.is_valid(raise_exception=True)
    return Response(s.data)


@api_view(["GET"])
def drf_crash(request):
    return Response({"share": 100 / len([])})


@api_view(["GET"])
def drf_error(request):
    name = request.GET.get("e", "NotFound")
    raise getattr(exceptions, name)()


class Once(throttling.AnonRateThrottle):
    pass


@api_view(["GET"])
@throttle_classes([Once])
def drf_throttled(request):
    return Response({"ok": True})


urlpatterns = [
    path("orders/", missing_table, name="orders"), path("orders/none", none_attribute), path("orders/page", template),
    path("orders/invoice", no_template), path("prices", chain), path("reports", bad_sql), path("billing", refused),
    path("signup", csrf_exempt(caught)), path("lookup", caught_trace), path("stats", async_view), path("denied", denied),
    path("cart", suspicious), path("order/<int:pk>", not_found, name="order-detail"), path("form", none_attribute),
    path("api/orders", drf_create), path("api/share", drf_crash), path("api/error", drf_error), path("api/once", drf_throttled),
]
