# Jython: Python on the JVM, with the HTTP server of the JDK
import sys, traceback
from com.sun.net.httpserver import HttpServer, HttpHandler
from java.net import InetSocketAddress
from java.lang import String, Exception as JException, Integer
from java.util import HashMap, ArrayList
import java.io.FileReader
def key(): return {"EU-1": 1}["EU-3"]
def jfile(): return java.io.FileReader("/etc/shop/tariff.json")
def jint(): return Integer.parseInt("many")
def none(): return None.city
def index(): return ArrayList().get(3)
class H(HttpHandler):
    def handle(self, x):
        n = x.getRequestURI().getPath()[1:]
        try:
            body = str(globals()[n]())
        except:
            body = traceback.format_exc()
        x.getResponseHeaders().set("Content-Type", "text/plain")
        b = String(body).getBytes("UTF-8"); x.sendResponseHeaders(500, len(b)); x.getResponseBody().write(b); x.close()
s = HttpServer.create(InetSocketAddress("127.0.0.1", int(sys.argv[1])), 0); s.createContext("/", H()); s.start()
