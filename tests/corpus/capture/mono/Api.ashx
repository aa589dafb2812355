<%@ WebHandler Language="C#" Class="Api" %>
using System;
using System.Collections.Generic;
using System.Web;
using System.Web.Script.Serialization;
public class PriceException : Exception { public PriceException(string m, Exception i) : base(m, i) {} }
public class Api : IHttpHandler {
  public bool IsReusable { get { return false; } }
  static decimal Price(string sku) {
    try { return new Dictionary<string, decimal>()[sku]; } catch (KeyNotFoundException e) { throw new PriceException("no price for " + sku, e); }
  }
  public void ProcessRequest(HttpContext c) {
    c.Response.TrySkipIisCustomErrors = true;
    try { Price("KET-1"); } catch (Exception e) {
      c.Response.StatusCode = 500;
      switch (c.Request.QueryString["as"]) {
        case "text": c.Response.ContentType = "text/plain"; c.Response.Write(e.ToString()); break;
        case "webapi": c.Response.ContentType = "application/json"; c.Response.Write(new JavaScriptSerializer().Serialize(new { Message = "An error has occurred.", ExceptionMessage = e.Message, ExceptionType = e.GetType().FullName, StackTrace = e.StackTrace, InnerException = new { ExceptionMessage = e.InnerException.Message, ExceptionType = e.InnerException.GetType().FullName, StackTrace = e.InnerException.StackTrace } })); break;
        case "clean": c.Response.ContentType = "application/json"; c.Response.Write("{\"Message\":\"An error has occurred.\"}"); break;
        default: throw;
      }
    }
  }
}
