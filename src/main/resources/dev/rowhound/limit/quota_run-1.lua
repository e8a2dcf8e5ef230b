#!lua
-- Grants permits to a user's items, up to the number that may run at once.
-- KEYS  run
-- ARGV  1 maximum, 2 lifetime of a permit in ms, 3 batch, 4 concurrency
-- Reply {count, wait}: the permits are batch-1, batch-2...; with count 0, wait in ms before the next request
-- Cost  O(granted x log holders)
--@include limit

local now = now_us()
local n = math.min(ARGV[1], ARGV[4] - holders(KEYS[1], now))
if n <= 0 then return {0, math.ceil(until_place(KEYS[1], now) / 1000)} end
hold(KEYS[1], now, n, ARGV[3], tonumber(ARGV[2]))
return {n, 0}
