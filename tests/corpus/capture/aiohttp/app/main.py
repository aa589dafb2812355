import os
import sys

import aiohttp
from aiohttp import web


async def none(request):
    return web.Response(text=request.query.get("customer").strip())


async def upstream(request):
    async with aiohttp.ClientSession() as s:
        async with s.get("http://inventory:8089/stock/7") as r:
            return web.json_response(await r.json())


async def upstream_json(request):
    try:
        async with aiohttp.ClientSession() as s:
            async with s.get("http://127.0.0.1:21005/missing") as r:
                return web.json_response(await r.json())
    except Exception as e:
        return web.json_response({"ok": False, "reason": f"{type(e).__name__}: {e}"}, status=502)


async def refused_message(request):
    try:
        async with aiohttp.ClientSession() as s:
            await s.get("http://inventory:8089/stock/7")
    except Exception as e:
        return web.json_response({"ok": False, "reason": str(e)}, status=502)


async def upload(request):
    return web.Response(text=str(len(await request.read())))

app = web.Application(client_max_size=1000)
app.add_routes([web.get("/none", none), web.get("/upstream", upstream), web.get("/upstream-json", upstream_json), web.get("/refused", refused_message), web.post("/upload", upload)])
if sys.argv[1] == "debug":
    import asyncio
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    web.run_app(app, host="127.0.0.1", port=21005, loop=loop)
else:
    web.run_app(app, host="127.0.0.1", port=21005)
