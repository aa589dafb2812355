import com.sun.net.httpserver.*;
import java.io.*;
import java.net.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Serve {
    interface Failing { void run() throws Exception; }
    static class Pool implements AutoCloseable {
        void take() { throw new IllegalStateException("pool 'orders' exhausted: 10 of 10 in use"); }
        public void close() { throw new UnsupportedOperationException("already closed"); }
    }

    static void answer(HttpExchange x, String type, String body) throws IOException {
        byte[] b = body.getBytes("UTF-8");
        x.getResponseHeaders().set("Content-Type", type);
        x.sendResponseHeaders(500, b.length);
        x.getResponseBody().write(b);
        x.close();
    }
    static String trace(Throwable e) { var w = new StringWriter(); e.printStackTrace(new PrintWriter(w)); return w.toString(); }
    static void on(HttpServer s, String path, Failing f, java.util.function.Function<Throwable, String> shape, String type) {
        s.createContext(path, x -> { try { f.run(); answer(x, type, "ok"); } catch (Throwable e) { answer(x, type, shape.apply(e)); } });
    }

    public static void main(String[] args) throws Exception {
        var s = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        on(s, "/suppressed", () -> { try (var p = new Pool()) { p.take(); } }, Serve::trace, "text/plain");
        on(s, "/stream", () -> Stream.of("1", "2", "x").map(Integer::valueOf).collect(Collectors.toList()), Serve::trace, "text/plain");
        on(s, "/async", () -> CompletableFuture.supplyAsync(() -> Map.of("a", 1).get("b") + 1).get(), Serve::trace, "text/plain");
        on(s, "/message", () -> { int[] a = new int[2]; a[args.length + 4]++; }, e -> "{\"error\": \"" + e.getMessage() + "\"}", "application/json");
        on(s, "/http", () -> java.net.http.HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(URI.create("http://inventory.internal.shop.example:8080/stock")).build(), java.net.http.HttpResponse.BodyHandlers.ofString()), e -> e + (e.getCause() == null ? "" : ", caused by " + e.getCause()), "text/plain");
        on(s, "/xml", () -> javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream("<order><line></order>".getBytes())), Object::toString, "text/plain");
        on(s, "/properties", () -> { throw new RuntimeException(); }, e -> System.getProperties().entrySet().stream().filter(p -> p.getKey().toString().matches("java\\.(version|vendor|home|class\\.path|vm\\.name)|os\\.(name|arch)|user\\.dir")).map(p -> "\"" + p.getKey() + "\": \"" + p.getValue() + "\"").sorted().collect(Collectors.joining(",\n  ", "{\n  \"error\": \"diagnostics\",\n  ", "\n}\n")), "application/json");
        s.start();
    }
}
