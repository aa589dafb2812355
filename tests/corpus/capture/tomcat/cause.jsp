<%@ page contentType="text/html;charset=UTF-8" import="java.net.*,java.io.*" %>
<%
  try {
    new Socket("127.0.0.1", 19009).close();
  } catch (IOException e) {
    throw new jakarta.servlet.ServletException("cannot reserve item 4711 at inventory.internal.example:8080", e);
  }
%>
