import os
import sys

from sanic import Sanic, json
from sanic.exceptions import InvalidUsage, NotFound, SanicException

app = Sanic("Tickets")
app.config.FALLBACK_ERROR_FORMAT = "auto"


class Mailbox(SanicException):
    status_code = 503
    message = "Mailbox is being migrated"


@app.get("/seat/<row:int>")
async def seat(request, row):
    rows = [["A1", "A2"], ["B1"]]
    return json({"seat": rows[row][1]})


@app.get("/mail")
async def mail(request):
    raise Mailbox(context={"retry": "tomorrow"}, extra={"server": "imap2.internal.shop.example:993"})


@app.get("/env")
async def env(request):
    return json({"key": os.environ["SENDGRID_API_KEY"]})


@app.post("/book")
async def book(request):
    return json(request.json["seat"])


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=21009, debug=sys.argv[1] == "debug", single_process=True, motd=False, access_log=False, auto_reload=False)
