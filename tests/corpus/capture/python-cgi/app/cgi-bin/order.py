#!/usr/bin/python3
import cgitb
import os
import sqlite3
import sys

query = os.environ.get("QUERY_STRING", "")
cgitb.enable(format="text" if "text" in query else "html")


def price(article, rate=1.19):
    table = {"lamp": 30}
    return table[article] * rate


def store(article):
    db = sqlite3.connect(":memory:")
    db.execute("INSERT INTO orders (article) VALUES (?)", (article,))


if "sql" in query:
    store("lamp")
elif "die" in query:
    print("Content-Type: text/html; charset=utf-8\n\n<h1>Order</h1><p>")
    sys.stdout.flush()
    price("chair" if "text" not in query else None)
