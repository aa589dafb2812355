import json
import sqlite3
import sys

import bottle
from bottle import abort, post, get, request, response, template

db = sqlite3.connect("/srv/blog/blog.db", check_same_thread=False)


@get("/post/<n:int>")
def one(n):
    return {"title": db.execute("SELECT title FROM posts WHERE id = ?", (n,)).fetchone()[0]}


@get("/divide")
def divide():
    return str(1 / int(request.query.n or 0))


@get("/page")
def page():
    return template("<h1>{{title}}</h1>\n% for c in comments:\n  <p>{{c.author.name}}</p>\n% end", title="x", comments=[{}])


@get("/iter")
def iterate():
    yield "<ul><li>first</li>"
    yield "<li>" + None + "</li>"


@get("/wrong-type")
def wrong():
    return 42


@post("/comment")
def comment():
    return {"n": request.json["text"]}


@get("/closed")
def closed():
    abort(410, "Comments are closed since 2019.")


if sys.argv[1] == "debug":
    bottle.run(host="127.0.0.1", port=21006, debug=True, quiet=True)
elif sys.argv[1] == "production":
    bottle.run(host="127.0.0.1", port=21006, quiet=True)
else:
    bottle.default_app().catchall = False
    bottle.run(host="127.0.0.1", port=21006, quiet=True)
