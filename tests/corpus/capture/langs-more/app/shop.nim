import std/[asynchttpserver, asyncdispatch, json, os, strutils, tables]
proc rate(t: Table[string, float], r: string): float = t[r]
proc work(name: string): string =
  case name
  of "key": $rate({"EU-1": 1.9}.toTable, "EU-3")
  of "index": (let a = @[1, 2]; $a[parseInt("7")])
  of "file": readFile("/etc/shop/tariff.json")
  of "json": $parseJson("{\"sku\": }")
  of "int": $parseInt("many")
  else: "?"
proc cb(req: Request) {.async.} =
  let p = req.url.path.split('/')
  try:
    await req.respond(Http200, work(p[^1]))
  except CatchableError, Defect:
    let e = getCurrentException()
    if p[1] == "trace": await req.respond(Http500, e.getStackTrace() & "Error: unhandled exception: " & e.msg & " [" & $e.name & "]\n", newHttpHeaders([("Content-Type", "text/plain")]))
    elif p[1] == "json": await req.respond(Http500, $(%*{"error": $e.name, "message": e.msg}), newHttpHeaders([("Content-Type", "application/json")]))
    else: await req.respond(Http500, $(%*{"error": "internal", "id": "a41f"}), newHttpHeaders([("Content-Type", "application/json")]))
waitFor newAsyncHttpServer().serve(Port(parseInt(paramStr(1))), cb, "127.0.0.1")
