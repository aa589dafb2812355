import com.sun.net.httpserver.*;
import java.io.*; import java.net.*; import java.util.*;
/** FreeMarker, Velocity and RESTEasy's JSON behind the HTTP server of the JDK; errors written as the libraries write them. */
public class Templates {
  static String run(String n, StringWriter out) throws Exception {
    freemarker.template.Configuration c = new freemarker.template.Configuration(freemarker.template.Configuration.VERSION_2_3_31);
    c.setDirectoryForTemplateLoading(new File("/srv/stand/templates"));
    c.setTemplateExceptionHandler(n.startsWith("html") ? freemarker.template.TemplateExceptionHandler.HTML_DEBUG_HANDLER : n.startsWith("debug") ? freemarker.template.TemplateExceptionHandler.DEBUG_HANDLER : freemarker.template.TemplateExceptionHandler.RETHROW_HANDLER);
    c.setLogTemplateExceptions(false);
    Map<String, Object> m = new HashMap<>(); m.put("lines", List.of(Map.of("sku", "KET-1")));
    org.apache.velocity.app.VelocityEngine v = new org.apache.velocity.app.VelocityEngine();
    v.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute"); v.setProperty("file.resource.loader.path", "/srv/stand/templates"); v.setProperty("runtime.references.strict", "true"); v.init();
    switch (n) {
      case "html-missing": case "debug-missing": c.getTemplate("order.ftl").process(m, out); break;
      case "syntax": c.getTemplate("broken.ftl").process(m, out); break;
      case "nofile": c.getTemplate("mail/receipt.ftl"); break;
      case "velocity-null": v.getTemplate("order.vm").merge(new org.apache.velocity.VelocityContext(m), out); break;
      case "velocity-syntax": v.getTemplate("broken.vm"); break;
      case "velocity-nofile": v.getTemplate("mail/receipt.vm"); break;
      case "jms": new org.apache.activemq.ActiveMQConnectionFactory("shop", "hunter2-staging", "tcp://127.0.0.1:9").createConnection().start(); break;
    }
    return out.toString();
  }
  public static void main(String[] a) throws Exception {
    HttpServer s = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(a[0])), 0);
    s.createContext("/", x -> {
      String[] p = x.getRequestURI().getPath().split("/"); String body; String type = "text/html; charset=utf-8"; StringWriter out = new StringWriter();
      try { body = run(p[2], out); } catch (Throwable e) {
        StringWriter w = new StringWriter(); e.printStackTrace(new PrintWriter(w));
        if (p[1].equals("trace")) { type = "text/plain"; body = w.toString(); }
        else if (p[1].equals("page")) body = out.toString();
        else { type = "application/json"; body = "{\"status\":500,\"message\":\"" + e.getMessage().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + "\"}"; }
      }
      byte[] b = body.getBytes("UTF-8"); x.getResponseHeaders().set("Content-Type", type); x.sendResponseHeaders(500, b.length); x.getResponseBody().write(b); x.close();
    });
    s.start();
  }
}
