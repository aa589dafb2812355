<%@ page language="java" %>
<html><body>
<% String name = basket.getName() %>
<p><%= name %></p>
</body></html>
