<%@ page isErrorPage="true" contentType="text/html;charset=UTF-8" %><!doctype html>
<html lang="de"><head><title>Entschuldigung</title></head><body><h1>Das hat leider nicht geklappt</h1>
<p>Bitte versuchen Sie es in einigen Minuten noch einmal. Fehlernummer <%= response.getStatus() %>.</p></body></html>
