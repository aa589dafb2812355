<h1>Order</h1>
<#list lines as line>
<p>${line.sku}: ${line.product.name}</p>
</#list>
