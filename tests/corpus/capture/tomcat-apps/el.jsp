<html><body>
<p>${order.customer.name()}</p>
<p>${"abc" + 1}</p>
</body></html>
