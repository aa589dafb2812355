<%@ page import="java.util.*" %>
<html><body>
<h1>Order</h1>
<%
  Map<String, List<String>> order = new HashMap<>();
  for (String line : order.get("lines")) {
%>
<p><%= line %></p>
<% } %>
</body></html>
