"""Runs /srv/cgi/NAME for GET /NAME. Exit code 0 answers 200 with its output; anything else answers 500 with output and error output, as diagnostics gateways do."""
import http.server
import subprocess
import sys


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, *args = self.path.strip("/").split("/")
        done = subprocess.run([f"/srv/cgi/{name}", *args], cwd="/srv/cgi", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
        self.send_response(500 if done.returncode else 200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(done.stdout)

    def log_message(self, *args):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Gateway).serve_forever()
