-- An API gateway in Lua that fails in the way that its path names.
local M = {}
local routes = { shop = { upstream = nil } }

local function pick(name) return routes[name].upstream.host end
local cases = {
  index = function() return pick("shop") end,
  call = function() return routes.shop.balance() end,
  arith = function() return routes.shop + 1 end,
  concat = function() return "Bearer " .. routes.shop.token end,
  module = function() return require("plugins.rate_limit") end,
  syntax = function() return assert(loadstring("local price = = 3", "@/srv/lua/rules/discount.lua"))() end,
  file = function() return assert(io.open("/etc/shop/routes.json")) end,
  error = function() error("circuit 'inventory' is open after 5 failures") end,
  socket = function()
    local s = ngx.socket.tcp()
    s:settimeout(300)
    local ok, err = s:connect("127.0.0.1", 6390)
    if not ok then error("redis 127.0.0.1:6390: " .. err) end
  end,
}
local function fail(status, type) ngx.status = status ngx.header["Content-Type"] = type end
function M.trace(name)
  local ok, trace = xpcall(cases[name], debug.traceback)
  fail(500, "text/plain")
  ngx.say(trace)
end
function M.json(name)
  local ok, trace = xpcall(cases[name], debug.traceback)
  fail(500, "application/json")
  ngx.say('{"error":"plugin failed","traceback":"' .. trace:gsub('"', '\\"'):gsub("\n", "\\n"):gsub("\t", "\\t") .. '"}')
end
function M.message(name)
  local ok, err = pcall(cases[name])
  fail(502, "text/plain")
  ngx.say(err)
end
function M.raw() return pick("shop") end
return M
