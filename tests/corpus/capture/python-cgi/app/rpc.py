import os
import sys
from xmlrpc.server import SimpleXMLRPCServer

sys.path.insert(0, os.path.dirname(__file__))


def total(lines):
    return sum(line["price"] for line in lines)


def prices():
    with open("/srv/cgi-shop/etc/prices.csv") as f:
        return f.read()


server = SimpleXMLRPCServer(("127.0.0.1", 21013), logRequests=False)
server._send_traceback_header = False
server.register_function(total)
server.register_function(prices)
server.serve_forever()
