<%@ page contentType="text/html;charset=UTF-8" %><p>ok</p>
