<%@ Page Language="C#" Trace="false" %>
<script runat="server">
  class Order { public string Customer; public int[] Lines; }
  void Page_Load(object sender, EventArgs e) {
    Order order = null;
    switch (Request.QueryString["do"]) {
      case "null": Response.Write(order.Customer.Length); break;
      case "index": Response.Write(new int[2][] [7]); break;
      case "file": System.IO.File.ReadAllText("/etc/shop/rates.xml"); break;
      case "format": int.Parse("12,50 EUR"); break;
      case "inner": try { Convert.ToDateTime("yesterday"); } catch (Exception x) { throw new ApplicationException("delivery date of order 7 is not readable", x); } break;
      case "socket": new System.Net.WebClient().DownloadString("http://127.0.0.1:8099/v1/stock"); break;
      case "http": throw new HttpException(403, "Members only");
    }
  }
</script>
<html><body>Shop</body></html>
