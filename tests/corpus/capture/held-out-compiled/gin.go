package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"gopkg.in/macaron.v1"
)

type Berth struct {
	Name  string `json:"name" binding:"required,min=3"`
	Depth int    `json:"depth" binding:"gte=1,lte=20"`
}

func fault(name string) error {
	switch name {
	case "file":
		_, err := os.ReadFile("/srv/harbour/berths.json")
		return err
	case "dial":
		_, err := net.DialTimeout("tcp", "127.0.0.1:23997", time.Second)
		return fmt.Errorf("pilot service: %w", err)
	case "lookup":
		_, err := http.Get("http://127.0.0.1:23997/tides?key=invented")
		return err
	case "number":
		_, err := strconv.Atoi("three")
		return err
	case "json":
		var b Berth
		return json.Unmarshal([]byte(`{"name":"A","depth":"deep"}`), &b)
	case "syntax":
		return json.Unmarshal([]byte("<html>"), &Berth{})
	case "chan":
		_, err := json.Marshal(map[string]any{"c": make(chan int)})
		return err
	case "time":
		_, err := time.Parse("2006-01-02", "31.02.2026")
		return err
	case "nil":
		var b *Berth
		return errors.New(b.Name)
	case "index":
		b := []Berth{}
		i := 3
		return errors.New(b[i].Name)
	case "map":
		var m map[string]int
		m["a"] = 1
	}
	return errors.New("berth 17 is occupied")
}

func main() {
	switch os.Args[1] {
	case "gin":
		gin.SetMode(os.Getenv("GIN_MODE"))
		r := gin.New()
		r.Use(gin.CustomRecovery(func(c *gin.Context, err any) {
			if os.Getenv("GIN_MODE") == "debug" {
				c.JSON(500, gin.H{"error": fmt.Sprintf("%v", err)})
				return
			}
			c.JSON(500, gin.H{"error": "internal error", "ref": "7c0e3a51"})
		}))
		r.HandleMethodNotAllowed = true
		r.GET("/run/:name", func(c *gin.Context) {
			if err := fault(c.Param("name")); err != nil {
				c.JSON(500, gin.H{"error": err.Error()})
			}
		})
		r.GET("/text/:name", func(c *gin.Context) { c.String(500, "%v", fault(c.Param("name"))) })
		r.GET("/panic", func(c *gin.Context) { panic(fault("dial")) })
		r.POST("/berths", func(c *gin.Context) {
			var b Berth
			if err := c.ShouldBindJSON(&b); err != nil {
				c.JSON(422, gin.H{"error": "name needs three letters, depth is from 1 to 20"})
			}
		})
		r.GET("/closed", func(c *gin.Context) { c.JSON(503, gin.H{"error": "The harbour is closed because of the storm"}) })
		r.Run("127.0.0.1:" + os.Args[2])
	case "echo":
		e := echo.New()
		e.HideBanner = true
		e.Debug = len(os.Args) > 3
		e.Use(middleware.Recover(), middleware.BodyLimit("1K"))
		e.GET("/run/:name", func(c echo.Context) error { return fault(c.Param("name")) })
		e.GET("/wrapped", func(c echo.Context) error {
			return echo.NewHTTPError(502, "pilot service does not answer").SetInternal(fault("dial"))
		})
		e.GET("/template", func(c echo.Context) error { return c.Render(200, "berths.html", nil) })
		e.POST("/berths", func(c echo.Context) error { var b Berth; return c.Bind(&b) })
		e.GET("/closed", func(c echo.Context) error {
			return echo.NewHTTPError(503, "The harbour is closed because of the storm")
		})
		e.Start("127.0.0.1:" + os.Args[2])
	case "macaron":
		if len(os.Args) > 3 {
			macaron.Env = macaron.DEV
		} else {
			macaron.Env = macaron.PROD
		}
		m := macaron.New()
		m.Use(macaron.Recovery())
		m.Get("/run/:name", func(c *macaron.Context) string { return fault(c.Params("name")).Error() })
		m.Get("/missing", func(b *Berth) string { return b.Name })
		http.ListenAndServe("127.0.0.1:"+os.Args[2], m)
	}
}
