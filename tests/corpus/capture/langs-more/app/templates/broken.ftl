<#if order??>
<p>${order.id</p>
