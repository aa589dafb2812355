<%@ Page Language="C#" %>
<html><body>
<% string name = basket.Name; %>
<p><%= name %></p>
</body></html>
