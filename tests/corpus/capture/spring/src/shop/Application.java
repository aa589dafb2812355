package shop;

import jakarta.persistence.*;
import jakarta.validation.ConstraintViolationException;
import java.io.*;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.*;
import org.springframework.stereotype.*;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.*;
import org.springframework.web.server.ResponseStatusException;

@SpringBootApplication
public class Application {
    public static void main(String[] args) { SpringApplication.run(Application.class, args); }
}

class OutOfStockException extends RuntimeException {
    OutOfStockException(String sku, Throwable cause) { super("SKU " + sku + " is out of stock in warehouse 12", cause); }
}

enum Colour { RED, BLACK }

record NewOrder(String sku, int quantity, java.time.LocalDate wanted, Colour colour) {}

@Service
class Warehouse {
    private final Map<String, Integer> stock = new HashMap<>();

    int reserve(String sku) { return stock.get(sku); }

    int reserveOrFail(String sku) {
        try { return reserve(sku); } catch (NullPointerException e) { throw new OutOfStockException(sku, e); }
    }
}

@RestController
@RequestMapping("/api")
class Api {
    private final Warehouse warehouse;
    private final javax.sql.DataSource data;
    private SessionFactory sessions;

    Api(Warehouse warehouse) {
        this.warehouse = warehouse;
        var h2 = new org.h2.jdbcx.JdbcDataSource();
        h2.setURL("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1");
        h2.setUser("sa");
        data = h2;
    }

    private void sql(String statement) throws java.sql.SQLException {
        try (var c = data.getConnection(); var s = c.createStatement()) { s.execute(statement); }
    }

    private synchronized SessionFactory sessions() {
        if (sessions == null) {
            sessions = new Configuration().addAnnotatedClass(Product.class).setProperty("hibernate.connection.url", "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1")
                .setProperty("hibernate.connection.username", "sa").setProperty("hibernate.hbm2ddl.auto", "create").buildSessionFactory();
        }
        return sessions;
    }

    @GetMapping("/npe") int npe() { return warehouse.reserve("KET-1"); }
    @GetMapping("/cause") int cause() { return warehouse.reserveOrFail("KET-1"); }
    @GetMapping("/sql") void missingTable() throws Exception { sql("SELECT * FROM orders WHERE id = 7"); }
    @GetMapping("/sql-syntax") void syntax() throws Exception { sql("SELECT name FORM products"); }
    @GetMapping("/postgres") void postgres() throws Exception { java.sql.DriverManager.getConnection("jdbc:postgresql://127.0.0.1:5499/shop?user=shop&password=hunter2-staging").close(); }
    @GetMapping("/pgsql") void pgsql() throws Exception {
        try (var c = java.sql.DriverManager.getConnection("jdbc:postgresql://127.0.0.1:54329/shop", "shop", "hunter2-staging"); var s = c.createStatement()) { s.execute("SELECT total FROM orders o WHERE o.id = 7"); }
    }
    @GetMapping("/mariadb") void mariadb() throws Exception {
        try (var c = java.sql.DriverManager.getConnection("jdbc:mariadb://127.0.0.1:33069/shop", "shop", "hunter2-staging"); var s = c.createStatement()) { s.execute("INSERT INTO products VALUES (1, 'kettle', 'KET-1')"); }
    }
    @GetMapping("/hibernate") void duplicate() {
        sessions().inTransaction(s -> { s.persist(new Product("KET-1", "kettle")); });
        sessions().inTransaction(s -> { s.persist(new Product("KET-1", "other")); });
    }
    @GetMapping("/hql") Object hql() { return sessions().fromSession(s -> s.createQuery("select p.colour from Product p", String.class).list()); }
    @GetMapping("/lazy") Object lazy() { return sessions().fromSession(s -> s.getReference(Product.class, "NOPE")).getName(); }
    @GetMapping("/file") String file() throws IOException { return Files.readString(Path.of("/etc/shop/rates.properties")); }
    @GetMapping("/rest") String rest() { return RestClient.create("http://127.0.0.1:8099").get().uri("/v1/stock/KET-1").retrieve().body(String.class); }
    @GetMapping("/host") String host() { return new RestTemplate().getForObject("http://inventory.internal.shop.example:8080/v1/stock", String.class); }
    @GetMapping("/cast") String cast() { Object o = 7; return (String) o; }
    @GetMapping("/number") int number() { return Integer.parseInt("12,50"); }
    @GetMapping("/async") CompletableFuture<String> async() { return CompletableFuture.supplyAsync(() -> List.of("a").get(3)); }
    @GetMapping("/callable") Callable<String> callable() { return () -> { throw new TimeoutException("lock 'stock-7' not granted in 5000 ms"); }; }
    @GetMapping("/overflow") int overflow() { return overflow() + 1; }
    @GetMapping("/status") void status() { throw new ResponseStatusException(HttpStatus.CONFLICT, "The order was already sent"); }
    @GetMapping("/items/{id}") String item(@PathVariable int id) { return "" + id; }
    @GetMapping("/search") String search(@RequestParam String q, @RequestParam(defaultValue = "1") int page) { return q; }
    @PostMapping("/orders") NewOrder order(@RequestBody NewOrder order) { return order; }
    @GetMapping("/serialise") Object serialise() { return new Object() { public Object getSelf() { return this; } public String getName() { throw new IllegalStateException("name was not loaded"); } }; }

    // What applications themselves send.
    @GetMapping("/own/tostring") ResponseEntity<String> tostring() { return own(e -> e.toString()); }
    @GetMapping("/own/message") ResponseEntity<Object> message() { return own(e -> Map.of("status", "error", "message", String.valueOf(e.getMessage()))); }
    @GetMapping("/own/trace") ResponseEntity<Object> trace() { return own(e -> Map.of("exception", e.getClass().getName(), "message", String.valueOf(e.getMessage()), "stackTrace", e.getStackTrace())); }
    @GetMapping("/own/printstack") ResponseEntity<String> printstack() { return own(e -> { var w = new StringWriter(); e.printStackTrace(new PrintWriter(w)); return w.toString(); }); }
    @GetMapping("/own/throwable") ResponseEntity<Object> throwable() { return own(e -> Map.of("error", e)); }
    @GetMapping("/own/problem") ProblemDetail problem() {
        try { warehouse.reserveOrFail("KET-1"); return null; } catch (Exception e) {
            var p = ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR, e.getMessage());
            p.setProperty("exception", e.getClass().getName());
            p.setProperty("cause", String.valueOf(e.getCause()));
            return p;
        }
    }
    private <T> ResponseEntity<T> own(java.util.function.Function<Exception, T> shape) {
        try { warehouse.reserveOrFail("KET-1"); return null; } catch (Exception e) { return ResponseEntity.status(500).body(shape.apply(e)); }
    }

    // What a careful application sends.
    @GetMapping("/ok/problem") ProblemDetail okProblem() {
        var p = ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_ENTITY, "The voucher has expired.");
        p.setType(URI.create("https://shop.example/problems/voucher-expired"));
        p.setTitle("Voucher expired");
        return p;
    }
    @GetMapping("/ok/code") ResponseEntity<Object> okCode() { return ResponseEntity.status(500).body(Map.of("errorCode", "SHOP-5001", "userMessage", "Bitte versuchen Sie es später erneut.", "traceId", "4bf92f3577b34da6a3ce929d0e0e4736")); }
}

@Entity
@Table(name = "product")
class Product {
    @Id private String sku;
    private String name;
    protected Product() {}
    Product(String sku, String name) { this.sku = sku; this.name = name; }
    public String getName() { return name; }
}

@Controller
class Pages {
    @GetMapping("/page/order") String order(Model model) { model.addAttribute("order", new HashMap<String, Object>()); return "order"; }
    @GetMapping("/page/missing") String missing() { return "invoice"; }
}
