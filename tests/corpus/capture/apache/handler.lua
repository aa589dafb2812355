local function price(order)
  return order.item.price * 2
end

function handle(r)
  r.content_type = "text/plain"
  local ok, err = xpcall(function() return price({}) end, debug.traceback)
  r.status = 500
  r:puts("order failed: " .. tostring(err) .. "\n")
  return apache2.OK
end
