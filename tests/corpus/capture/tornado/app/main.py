import asyncio
import sys

import tornado.escape
import tornado.httpclient
import tornado.web


class Boom(tornado.web.RequestHandler):
    async def get(self, kind):
        if kind == "none":
            self.write(self.get_cookie("cart").upper())
        elif kind == "json":
            tornado.escape.json_decode("{'a': 1}")
        elif kind == "fetch":
            await tornado.httpclient.AsyncHTTPClient().fetch("http://inventory:8089/stock/7")
        elif kind == "template":
            self.render("order.html", order={"id": 3})
        elif kind == "argument":
            self.write(self.get_argument("customer"))
        elif kind == "reason":
            raise tornado.web.HTTPError(409, "order 7 locked by worker %d", 3, reason="Order is being changed")

    def post(self, kind):
        self.write("ok")


class Api(tornado.web.RequestHandler):
    async def get(self):
        await asyncio.wait_for(asyncio.gather(self.slow(), self.broken()), 1)

    async def slow(self):
        await asyncio.sleep(0.2)

    async def broken(self):
        with open("/opt/warehouse/etc/racks.ini") as f:
            return f.read()

    def write_error(self, status_code, **kwargs):
        self.set_header("Content-Type", "application/json")
        t, e, tb = kwargs["exc_info"]
        self.finish({"status": status_code, "reason": self._reason, "exception": t.__name__, "message": str(e), "where": "%s:%d" % (tb.tb_frame.f_code.co_filename, tb.tb_lineno)})


async def main():
    debug = sys.argv[1] == "debug"
    app = tornado.web.Application([(r"/boom/(\w+)", Boom), (r"/api", Api)], debug=debug, autoreload=False, template_path="/opt/warehouse/templates", xsrf_cookies=not debug)
    app.listen(21004, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
