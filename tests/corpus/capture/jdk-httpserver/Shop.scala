import com.sun.net.httpserver._
import java.net.InetSocketAddress
import scala.concurrent._
import scala.concurrent.duration._
import ExecutionContext.Implicits.global

sealed trait Payment
case class Card(number: String) extends Payment
case object Invoice extends Payment

object ShopScala {
  def fee(p: Payment): Int = (p: @unchecked) match { case Card(_) => 2 }
  def handle(s: HttpServer, path: String)(f: => Any): Unit = s.createContext(path, new HttpHandler {
    def handle(x: HttpExchange): Unit = {
      val body = try String.valueOf(f) catch { case e: Throwable => val w = new java.io.StringWriter; e.printStackTrace(new java.io.PrintWriter(w)); w.toString }
      val b = body.getBytes("UTF-8")
      x.getResponseHeaders.set("Content-Type", "text/plain; charset=utf-8")
      x.sendResponseHeaders(500, b.length)
      x.getResponseBody.write(b)
      x.close()
    }
  })
  def main(args: Array[String]): Unit = {
    val s = HttpServer.create(new InetSocketAddress("127.0.0.1", args(0).toInt), 0)
    handle(s, "/match")(fee(Invoice))
    handle(s, "/none")(List("KET-1", "LID-2").map(sku => Map("KET-1" -> 3).get(sku).get).sum)
    handle(s, "/future")(Await.result(Future { throw new IllegalArgumentException("no carrier for zone 9") }.map(_ => 1), 2.seconds))
    s.start()
  }
}
