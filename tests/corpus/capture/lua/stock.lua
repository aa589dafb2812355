#!/usr/bin/env lua5.4
local Stock = {}
Stock.__index = Stock
function Stock.load(sku) return setmetatable({ sku = sku, shelves = { a = 3 } }, Stock) end
function Stock:count() local n = 0 for _, shelf in ipairs({ "a", "b" }) do n = n + self.shelves[shelf] end return n end
print(Stock.load("KET-1"):count())
