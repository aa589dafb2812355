"""Puts a few failing scripts and templates into Zope, over HTTP as a person would."""
import sys, urllib.parse, urllib.request, base64
base = sys.argv[1]
def post(path, **form):
    r = urllib.request.Request(base + path, urllib.parse.urlencode(form).encode(), {"Authorization": "Basic " + base64.b64encode(b"admin:hunter2").decode()})
    urllib.request.urlopen(r).read()
def script(name, body):
    post("/manage_addProduct/PythonScripts/manage_addPythonScript", id=name); post(f"/{name}/ZPythonScriptHTML_editAction", title="", params="", body=body)
def template(name, text):
    post("/manage_addProduct/PageTemplates/manage_addPageTemplate", id=name, title="", text=text)
script("count", "trees = None\nreturn trees.size\n"); script("key", "return {'apple': 3}['pear']\n"); script("private", "return context._p_jar\n")
script("imported", "import socket\nreturn socket.gethostname()\n")
template("page", "<p tal:content='here/orchard/trees'>x</p>"); template("python", "<p tal:content=\"python: 3 + 'kg'\">x</p>")
post("/manage_addProduct/OFSP/manage_addDTMLMethod", id="standard_error_message", title="", file="<html><body><h2>Site Error</h2><p><strong><dtml-var error_type></strong>: <dtml-var error_value></p><dtml-var error_tb></body></html>")
