<%@ page contentType="text/html;charset=UTF-8" %>
<ul>
<% for (String item : items) { %>
  <li><%= item %></li>
<% } %>
</ul>
