<%@ page contentType="text/html;charset=UTF-8" %>
<%
  java.util.Map<String, String> cart = new java.util.HashMap<>();
  String coupon = cart.get("coupon");
%>
<p>Discount: <%= coupon.trim() %></p>
