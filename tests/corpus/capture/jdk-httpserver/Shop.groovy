import com.sun.net.httpserver.*

class Order { String id; List lines }
def s = HttpServer.create(new InetSocketAddress('127.0.0.1', args[0] as int), 0)
def on = { path, work ->
    s.createContext(path, { x ->
        String body
        try { body = "${work()}" } catch (Throwable e) { def w = new StringWriter(); e.printStackTrace(new PrintWriter(w)); body = w }
        x.responseHeaders.set('Content-Type', 'text/plain; charset=utf-8')
        x.sendResponseHeaders(500, body.bytes.length)
        x.responseBody.write(body.bytes)
        x.close()
    } as HttpHandler)
}
on('/missing') { new Order(id: '7').total }
on('/null') { new Order(id: '7').lines.collect { it.price }.sum().round(2) }
on('/assert') { def stock = [kettle: 3]; assert stock.kettle - 5 >= 0 : null; 1 }
s.start()
