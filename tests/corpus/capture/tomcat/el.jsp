<%@ page contentType="text/html;charset=UTF-8" %><p>${1 + "x".length}</p>
