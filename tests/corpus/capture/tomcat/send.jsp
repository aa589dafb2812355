<% response.sendError(Integer.parseInt(request.getParameter("code")), "The shop is closed for maintenance until 06:00."); %>
