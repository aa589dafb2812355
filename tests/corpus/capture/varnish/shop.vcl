vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "19009"; }
backend silent { .host = "127.0.0.1"; .port = "19005"; .first_byte_timeout = 1s; }
sub vcl_recv {
  if (req.url == "/purge") { return (synth(405, "Purging not allowed")); }
  if (req.url == "/json") { return (synth(750, "Service Unavailable")); }
  if (req.url == "/debug") { return (synth(751, "Backend fetch failed")); }
  if (req.url == "/silent") { set req.backend_hint = silent; }
  return (pass);
}
sub vcl_synth {
  if (resp.status == 750) {
    set resp.status = 503; set resp.http.Content-Type = "application/json";
    synthetic({"{"error":{"code":"unavailable","message":"Please try again later.","xid":"} + req.xid + {"}}"});
    return (deliver);
  }
  if (resp.status == 751) {
    set resp.status = 503; set resp.http.Content-Type = "text/plain";
    synthetic("Guru: " + resp.reason + " backend=" + req.backend_hint + " server=" + server.hostname + " addr=" + server.ip + ":" + "19071" + " client=" + client.ip);
    return (deliver);
  }
}
