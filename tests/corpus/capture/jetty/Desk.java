import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.*;
import java.util.*;
import javax.servlet.ServletException;
import javax.servlet.http.*;
import org.eclipse.jetty.server.*;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.servlet.*;

/** A service desk in one servlet on an embedded Jetty. */
public class Desk extends HttpServlet {
    public static class Ticket { public int id; public String subject; }

    public static void main(String[] args) throws Exception {
        boolean stacks = args[1].equals("stacks");
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(stacks);
        ServerConnector c = new ServerConnector(server, new HttpConnectionFactory(http));
        c.setHost("127.0.0.1");
        c.setPort(Integer.parseInt(args[0]));
        server.addConnector(c);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder("desk", Desk.class), "/*");
        ErrorHandler errors = new ErrorPageErrorHandler();
        errors.setShowStacks(stacks);
        errors.setShowServlet(stacks);
        context.setErrorHandler(errors);
        server.setHandler(context);
        server.start();
        server.join();
    }

    @Override
    protected void doGet(HttpServletRequest q, HttpServletResponse r) throws ServletException, IOException {
        ObjectMapper json = new ObjectMapper();
        switch (q.getPathInfo()) {
            case "/npe": r.getWriter().print(q.getHeader("X-Tenant").trim()); break;
            case "/sql":
                try (Connection c = DriverManager.getConnection("jdbc:h2:mem:desk"); Statement s = c.createStatement()) { s.execute("CREATE TABLE ticket (id INT PRIMARY KEY, subject VARCHAR(5))"); s.execute("INSERT INTO ticket VALUES (1, 'Printer is on fire')"); }
                catch (SQLException e) { throw new ServletException("ticket not stored", new IllegalStateException("transaction rolled back", e)); }
                break;
            case "/jackson":
                try { json.readValue("{\"id\": 1, \"titel\": \"Drucker\"}", Ticket.class); } catch (IOException e) { r.setStatus(500); r.setContentType("text/plain"); r.getWriter().print(e.getMessage()); }
                break;
            case "/jackson-eof":
                try { json.readValue("{\"id\": 1, \"subject\": \"Dru", Ticket.class); } catch (IOException e) { r.setStatus(500); r.setContentType("application/json"); r.getWriter().print(json.writeValueAsString(Collections.singletonMap("error", e.toString()))); }
                break;
            case "/threads":
                r.setStatus(500);
                r.setContentType("text/plain");
                for (Map.Entry<Thread, StackTraceElement[]> t : Thread.getAllStackTraces().entrySet()) {
                    r.getWriter().println("\"" + t.getKey().getName() + "\" #" + t.getKey().getId() + " prio=" + t.getKey().getPriority() + "\n   java.lang.Thread.State: " + t.getKey().getState());
                    for (StackTraceElement f : t.getValue()) r.getWriter().println("\tat " + f);
                    r.getWriter().println();
                }
                break;
            case "/senderror": r.sendError(500); break;
            case "/unavailable": r.sendError(503, "Closed for the night"); break;
            default: r.sendError(404);
        }
    }
}
