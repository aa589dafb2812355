import jakarta.servlet.*;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.*;
import java.io.*;
import java.sql.*;
import java.util.*;

/** Fails in the way that the path names. */
@WebServlet("/do/*")
public class Shop extends HttpServlet {
    static class CheckoutException extends ServletException {
        CheckoutException(String m, Throwable c) { super(m, c); }
    }

    @Override
    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws ServletException, IOException {
        switch (q.getPathInfo()) {
            case "/npe" -> { String user = (String) q.getSession().getAttribute("user"); r.getWriter().print(user.length()); }
            case "/sql" -> {
                try (Connection c = DriverManager.getConnection("jdbc:hsqldb:mem:shop", "SA", ""); Statement s = c.createStatement()) { s.executeQuery("SELECT total FROM orders WHERE id = 7"); }
                catch (SQLException e) { throw new CheckoutException("order 7 could not be loaded", e); }
            }
            case "/derby" -> {
                try (Connection c = DriverManager.getConnection("jdbc:derby:memory:shop;create=true"); Statement s = c.createStatement()) { s.executeQuery("SELECT * FROM orders WHERE naem = 'x'"); }
                catch (SQLException e) { throw new RuntimeException(e); }
            }
            case "/cast" -> { Map<String, Object> m = new HashMap<>(); m.put("n", 1); r.getWriter().print(((List<?>) m.get("n")).size()); }
            case "/class" -> { try { Class.forName("com.example.loyalty.PointsEngine"); } catch (ClassNotFoundException e) { throw new ServletException(e); } }
            case "/forbidden" -> r.sendError(403, "Members only");
            case "/unavailable" -> throw new UnavailableException("stock service is being migrated", 120);
            case "/xml" -> {
                r.setStatus(500);
                r.setContentType("application/xml;charset=UTF-8");
                try { List.of(1).get(4); } catch (RuntimeException e) {
                    var w = new StringWriter(); e.printStackTrace(new PrintWriter(w));
                    r.getWriter().print("<?xml version=\"1.0\"?>\n<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode><faultstring>" + e + "</faultstring><detail><stackTrace><![CDATA[" + w + "]]></stackTrace></detail></soap:Fault></soap:Body></soap:Envelope>");
                }
            }
            case "/br" -> {
                r.setStatus(500);
                r.setContentType("text/html");
                try { Integer.parseInt("zwölf"); } catch (RuntimeException e) { r.getWriter().print("<html><body><b>" + e + "</b><br/>"); for (var f : e.getStackTrace()) r.getWriter().print("&nbsp;&nbsp;at&nbsp;" + f + "<br/>\n"); r.getWriter().print("</body></html>"); }
            }
            default -> r.sendError(404);
        }
    }
}
