from faults import F
def app(environ, start):
    name = environ["PATH_INFO"].split("/")[-1]
    if name == "short":
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "40")]); return [b"x"]
    if name == "status":
        start(200, []); return [b""]
    body = F[name]()
    start("200 OK", []); return [str(body).encode()]
