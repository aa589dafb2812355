# Backstop on plain workerd, as a reverse proxy. Run `make build` first, then, in the repository:
#   .tools/bin/workerd serve worker/config.capnp
#   curl -i http://127.0.0.1:8080/

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "backstop", worker = .backstop),
    # The application. Requests reach it with the host that the client asked for.
    (name = "origin", external = (address = "127.0.0.1:3000", http = ())),
  ],
  sockets = [ (name = "http", address = "127.0.0.1:8080", http = (), service = "backstop") ],
);

const backstop :Workerd.Worker = (
  compatibilityDate = "2026-07-01",
  # Every request of the worker goes to the application, wherever its URL points. Without this line, workerd would go by the URL.
  globalOutbound = "origin",
  modules = [
    (name = "worker.mjs", esModule = embed "../dist/worker/worker.mjs"),
    (name = "handler.mjs", esModule = embed "../dist/worker/handler.mjs"),
    (name = "upstream.mjs", esModule = embed "../dist/worker/upstream.mjs"),
    (name = "response.mjs", esModule = embed "../dist/worker/response.mjs"),
    (name = "settings.mjs", esModule = embed "../dist/worker/settings.mjs"),
    (name = "resilience.mjs", esModule = embed "../dist/worker/resilience.mjs"),
    (name = "engines.mjs", esModule = embed "../dist/worker/engines.mjs"),
    (name = "shipping.mjs", esModule = embed "../dist/worker/shipping.mjs"),
    (name = "metrics.mjs", esModule = embed "../dist/worker/metrics.mjs"),
    (name = "wire.mjs", esModule = embed "../dist/worker/wire.mjs"),
    (name = "backstop.js", esModule = embed "../dist/worker/backstop.js"),
    (name = "backstop_bg.wasm", wasm = embed "../dist/worker/backstop_bg.wasm"),
  ],
  bindings = [
    # The configuration: JSON, here or in a file of its own (json = embed "backstop.json"). JSON that is broken stops workerd at its start; as `text`,
    # Backstop says what is wrong, and the default is in force.
    (name = "BACKSTOP", json = "{}"),
    # In place of it, what may change while workerd runs: a service that answers as KV does, or one that has /backstop.json.
    # (name = "BACKSTOP_KV", kvNamespace = "configuration"),
    # (name = "BACKSTOP_ASSETS", service = "files"),
    # Only where requests should go by a URL, or to another worker of this file, instead of by globalOutbound:
    # (name = "ORIGIN", text = "https://app.internal.example.com"),
    # (name = "ORIGIN", service = "shop"),
    # A data point for each intercepted error; needs `workerd serve --experimental`.
    # (name = "BACKSTOP_METRICS", analyticsEngine = "points"),
  ],
);
