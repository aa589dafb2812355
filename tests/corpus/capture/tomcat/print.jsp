<%@ page contentType="text/plain;charset=UTF-8" %><%
  try {
    Integer.parseInt("12 pieces");
  } catch (NumberFormatException e) {
    response.setStatus(500);
    e.printStackTrace(new java.io.PrintWriter(out));
  }
%>
