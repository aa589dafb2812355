"""The same service as it should be: what it says when it knows what to say."""
from libs import app, json, JSONResponse, PlainTextResponse, HTMLResponse, Response
from fastapi import HTTPException, Query, Header
from pydantic import BaseModel, Field
from datetime import date
from typing import Annotated, Literal
class Address(BaseModel):
    street: str = Field(min_length=3)
    postcode: str = Field(pattern=r"^\d{5}$")
    country: Literal["DE", "AT", "CH"]
class Parcel(BaseModel):
    weight: float = Field(gt=0, le=31.5)
    to: Address
    pickup: date
    extras: list[Literal["express", "fragile"]] = Field([], max_length=2)
@app.post("/parcels")
async def create(p: Parcel): raise HTTPException(409, {"code": "DUPLICATE_REFERENCE", "message": "A parcel with this reference exists already.", "field": "reference"})
@app.get("/parcels/{number}")
async def one(number: int, fields: Annotated[list[Literal["weight", "events"]], Query()] = []):
    raise HTTPException(404, f"Parcel {number} was not found")
@app.get("/quote")
async def quote(zone: int, authorization: Annotated[str, Header()]):
    raise HTTPException(503, "Prices are being updated. Please try again in 10 minutes.", {"Retry-After": "600"})
@app.get("/health")
async def health(): return JSONResponse({"status": "degraded", "checks": {"database": {"status": "up", "latency_ms": 3}, "labels": {"status": "down", "since": "2026-11-21T06:12:09Z"}}}, 503)
@app.get("/ready")
async def ready(): return PlainTextResponse("not ready\n", 503)
@app.get("/maintenance")
async def maintenance(): return HTMLResponse("<!DOCTYPE html><html lang=de><head><meta charset=utf-8><title>Wartung</title></head><body><h1>Wir sind gleich zurück</h1><p>Die Sendungsverfolgung wird gerade gewartet. Ab 6:00 Uhr sind wir wieder für Sie da.</p><p>Vorgang 7c0e3a51</p></body></html>", 503)
@app.get("/carrier")
async def carrier(): return JSONResponse({"error": {"code": "CARRIER_TIMEOUT", "message": "The carrier did not answer in time. Your parcel has not been booked.", "retryable": True, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}}, 504)
@app.get("/labels")
async def labels(): return Response(json.dumps({"type": "https://parcels.shop.example/problems/label-printer", "title": "Label could not be printed", "status": 500, "detail": "The label printer of this depot is out of paper. Staff has been informed.", "instance": "urn:uuid:0f5bd9c2-2f0a-4d4e-9c6e-7c0e3a51aa10"}), 500, media_type="application/problem+json")
@app.get("/import")
async def imported(): return JSONResponse({"errors": [{"row": 17, "column": "postcode", "message": "must have five digits"}, {"row": 23, "column": "weight", "message": "is not a number"}], "imported": 212}, 500)
@app.get("/fr")
async def fr(): return JSONResponse({"erreur": "Une erreur interne s'est produite. Merci de réessayer plus tard.", "référence": "7c0e3a51"}, 500)
@app.get("/down")
async def down(): raise RuntimeError("nobody sees this")
