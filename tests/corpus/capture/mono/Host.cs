// Hosts ASP.NET without xsp4: HttpListener outside, System.Web's own pipeline inside. The error pages are System.Web's.
using System;
using System.IO;
using System.Net;
using System.Text;
using System.Web;
using System.Web.Hosting;

public class Answer : MarshalByRefObject { public int Status = 200; public string Type = "text/html"; public byte[] Body; }

class Worker : SimpleWorkerRequest {
    readonly Answer answer;
    public Worker(string page, string query, TextWriter w, Answer a) : base(page, query, w) { answer = a; }
    public override void SendStatus(int code, string text) { answer.Status = code; }
    public override void SendKnownResponseHeader(int index, string value) { if (index == HttpWorkerRequest.HeaderContentType) answer.Type = value; }
}

public class Host : MarshalByRefObject {
    public override object InitializeLifetimeService() { return null; }
    public Answer Process(string page, string query) {
        var a = new Answer();
        var w = new StringWriter();
        HttpRuntime.ProcessRequest(new Worker(page, query, w, a));
        a.Body = Encoding.UTF8.GetBytes(w.ToString());
        return a;
    }
    static void Main(string[] args) {
        var host = (Host) ApplicationHost.CreateApplicationHost(typeof(Host), "/", args[0]);
        var l = new HttpListener();
        l.Prefixes.Add("http://127.0.0.1:" + args[1] + "/");
        l.Start();
        while (true) {
            var c = l.GetContext();
            var a = host.Process(c.Request.Url.AbsolutePath.TrimStart('/'), c.Request.Url.Query.TrimStart('?'));
            c.Response.StatusCode = a.Status;
            c.Response.ContentType = a.Type;
            c.Response.OutputStream.Write(a.Body, 0, a.Body.Length);
            c.Response.Close();
        }
    }
}
