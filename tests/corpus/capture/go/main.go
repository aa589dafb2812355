// A small shop on net/http, gin and echo with database/sql behind it.
package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io/ioutil"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/middleware"
	"github.com/jinzhu/gorm"
	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/lib/pq"
	_ "github.com/mattn/go-sqlite3"
)

type Line struct {
	SKU      string `json:"sku" binding:"required"`
	Quantity int    `json:"quantity" binding:"gte=1"`
}
type Basket struct{ Lines []*Line }
type PriceError struct {
	SKU string
	Err error
}

func (e *PriceError) Error() string { return fmt.Sprintf("price of %s: %v", e.SKU, e.Err) }
func (e *PriceError) Unwrap() error { return e.Err }

func query(driver, dsn, q string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(q)
	if err != nil {
		return fmt.Errorf("catalogue.Find: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return err
		}
	}
	return rows.Err()
}

const pgDSN = "postgres://shop:hunter2-staging@127.0.0.1:54329/shop?sslmode=disable"
const myDSN = "shop:hunter2-staging@tcp(127.0.0.1:33069)/shop"

func fail(how string) error {
	switch how {
	case "pq":
		return query("postgres", pgDSN, "SELECT id FROM orders WHERE total > 10")
	case "pq-refused":
		return query("postgres", "postgres://shop:x@127.0.0.1:5499/shop?sslmode=disable", "SELECT 1")
	case "mysql":
		return query("mysql", myDSN, "SELECT id FROM products WHERE nme = 'a'")
	case "mysql-syntax":
		return query("mysql", myDSN, "SELECT id FROM products WHERE name = 'O'Brien'")
	case "mysql-auth":
		return query("mysql", "shop_ro:x@tcp(127.0.0.1:33069)/shop", "SELECT 1")
	case "sqlite":
		return query("sqlite3", "file:shop?mode=memory", "SELECT id FROM orders")
	case "sqlite-open":
		return query("sqlite3", "/var/lib/shop/nowhere/shop.db", "SELECT 1")
	case "scan":
		return query("postgres", pgDSN, "SELECT name FROM products")
	case "gorm":
		db, err := gorm.Open("postgres", pgDSN)
		if err != nil {
			return err
		}
		db.LogMode(false)
		return db.Where("sku = ?", "NOPE").First(&Line{}).Error
	case "open":
		_, err := os.Open("/etc/shop/shop.yaml")
		return fmt.Errorf("load config: %w", err)
	case "get":
		_, err := http.Get("http://127.0.0.1:8099/v1/stock/KET-1")
		return &PriceError{"KET-1", err}
	case "dns":
		_, err := http.Get("http://inventory.internal.shop.example:8080/v1/stock")
		return err
	case "deadline":
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", "http://127.0.0.1:"+os.Getenv("PORT")+"/slow", nil)
		_, err := http.DefaultClient.Do(req)
		return err
	case "json":
		var l Line
		return json.Unmarshal([]byte(`{"sku": 7}`), &l)
	case "xml":
		var l Line
		return xml.Unmarshal([]byte("<line><sku>KET</line>"), &l)
	case "atoi":
		_, err := strconv.Atoi("12,50")
		return err
	case "template":
		t := template.Must(template.New("order.html").Parse("<h1>{{.Title}}</h1>\n{{range .Lines}}<li>{{.Name}}</li>{{end}}"))
		return t.Execute(&bytes.Buffer{}, map[string]interface{}{"Lines": []Line{{"KET-1", 1}}})
	case "template-parse":
		_, err := template.New("mail.html").Parse("Dear {{.Name}\nyour order")
		return err
	case "url":
		_, err := url.Parse("http://shop:80a/%zz")
		return err
	case "join":
		return fmt.Errorf("checkout: %w", fmt.Errorf("reserve stock: %w", errors.New("lock held by worker-12")))
	}
	return errors.New("unknown case " + how)
}

func explode(how string) {
	var basket *Basket
	lines := []*Line{}
	switch how {
	case "nil":
		fmt.Println(len(basket.Lines))
	case "index":
		fmt.Println(lines[len(how)])
	case "map":
		var stock map[string]int
		stock["KET-1"] = 1
	case "cast":
		var v interface{} = 7
		fmt.Println(v.(string))
	case "divide":
		fmt.Println(10 / len(lines))
	case "closed":
		c := make(chan int)
		close(c)
		c <- 1
	case "custom":
		panic(&PriceError{"KET-1", errors.New("list 2026-Q4 is empty")})
	}
}

// tell is the recovering middleware that many services have.
func tell(next http.HandlerFunc, shape string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				switch shape {
				case "text":
					http.Error(w, fmt.Sprintf("panic: %v\n\n%s", p, debug.Stack()), 500)
				case "json":
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(500)
					json.NewEncoder(w).Encode(map[string]interface{}{"error": fmt.Sprint(p), "stack": strings.Split(string(debug.Stack()), "\n")})
				case "dump":
					d, _ := httputil.DumpRequest(r, true)
					w.WriteHeader(500)
					fmt.Fprintf(w, "<h1>%v</h1><h2>%T</h2><pre>%s</pre><pre>%s</pre>", p, p, template.HTMLEscapeString(string(d)), template.HTMLEscapeString(string(debug.Stack())))
				}
			}
		}()
		next(w, r)
	}
}

func main() {
	addr := "127.0.0.1:" + os.Getenv("PORT")
	tail := func(r *http.Request) string { p := strings.Split(r.URL.Path, "/"); return p[len(p)-1] }
	switch os.Getenv("SERVER") {
	case "gin":
		gin.DefaultWriter, gin.DefaultErrorWriter = ioutil.Discard, ioutil.Discard
		g := gin.Default()
		g.GET("/panic/:how", func(c *gin.Context) { explode(c.Param("how")) })
		g.GET("/err/:how", func(c *gin.Context) { c.JSON(500, gin.H{"error": fail(c.Param("how")).Error()}) })
		g.GET("/abort/:how", func(c *gin.Context) { c.String(500, "%+v", fail(c.Param("how"))) })
		g.POST("/lines", func(c *gin.Context) {
			var l Line
			if err := c.ShouldBindJSON(&l); err != nil {
				c.JSON(400, gin.H{"error": err.Error()})
			}
		})
		g.GET("/ok", func(c *gin.Context) { c.AbortWithStatusJSON(503, gin.H{"code": 50301, "msg": "服务暂时不可用，请稍后重试", "data": nil}) })
		g.Run(addr)
	case "echo":
		e := echo.New()
		e.HideBanner, e.HidePort = true, true
		e.Logger.SetOutput(ioutil.Discard)
		e.Debug = os.Getenv("DEBUG") != ""
		e.Use(echomw.Recover())
		e.GET("/panic/:how", func(c echo.Context) error { explode(c.Param("how")); return nil })
		e.GET("/err/:how", func(c echo.Context) error { return fail(c.Param("how")) })
		e.GET("/wrapped/:how", func(c echo.Context) error { return echo.NewHTTPError(502, fail(c.Param("how")).Error()) })
		e.POST("/lines", func(c echo.Context) error { return c.Bind(new(Line)) })
		e.GET("/forbidden", func(c echo.Context) error { return echo.ErrForbidden })
		e.Start(addr)
	default:
		m := http.NewServeMux()
		m.HandleFunc("/err/", func(w http.ResponseWriter, r *http.Request) { http.Error(w, fail(tail(r)).Error(), 500) })
		m.HandleFunc("/sharp/", func(w http.ResponseWriter, r *http.Request) { http.Error(w, fmt.Sprintf("%#v", fail(tail(r))), 500) })
		m.HandleFunc("/json/", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(500)
			json.NewEncoder(w).Encode(map[string]interface{}{"status": "error", "detail": fail(tail(r)).Error()})
		})
		m.HandleFunc("/object/", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(500)
			json.NewEncoder(w).Encode(map[string]interface{}{"error": errors.Unwrap(fail(tail(r)))})
		})
		for _, shape := range []string{"text", "json", "dump"} {
			m.HandleFunc("/panic/"+shape+"/", tell(func(w http.ResponseWriter, r *http.Request) { explode(tail(r)) }, shape))
		}
		m.HandleFunc("/goroutines", func(w http.ResponseWriter, r *http.Request) {
			var mu sync.Mutex
			mu.Lock()
			for i := 0; i < 2; i++ {
				go func() { mu.Lock() }()
			}
			time.Sleep(20 * time.Millisecond)
			buf := make([]byte, 1<<16)
			http.Error(w, string(buf[:stack(buf)]), 500)
		})
		m.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { time.Sleep(time.Second) })
		m.Handle("/chi/", middleware.Recoverer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { explode(tail(r)) })))
		m.Handle("/proxy", httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "127.0.0.1:8099"}))
		m.Handle("/timeout", http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { time.Sleep(time.Second) }), 50*time.Millisecond, "The request took too long. Please try again."))
		m.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir("/srv/shop/public"))))
		m.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) { http.Error(w, http.StatusText(500), 500) })
		http.ListenAndServe(addr, m)
	}
}
