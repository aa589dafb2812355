<%@ page errorPage="sorry.jsp" contentType="text/html;charset=UTF-8" %><% if (true) throw new IllegalStateException("cart 17 is locked"); %>
