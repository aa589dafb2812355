"""The inner service `inventory`: 503, HTML instead of JSON, silence; on 23443 with a certificate that nobody trusts."""
import http.server, ssl, subprocess, threading, time
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow": time.sleep(2)
        body = b"<html><body>Wartung</body></html>"
        self.send_response(503 if self.path.startswith("/v2") else 200)
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
subprocess.run("openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/inventory.key -out /tmp/inventory.crt -days 2 -subj /CN=inventory".split(), stderr=subprocess.DEVNULL)
tls = http.server.ThreadingHTTPServer(("127.0.0.1", 23443), H)
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain("/tmp/inventory.crt", "/tmp/inventory.key")
tls.socket = c.wrap_socket(tls.socket, server_side=True)
threading.Thread(target=tls.serve_forever, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", 23098), H).serve_forever()
