#!lua
-- Grants a user's items their places among those that may run at once.
-- KEYS  run
-- ARGV  1 how many at most, 2 how long a pass is held in ms, 3 batch, 4 places
-- Reply {how many, wait}: the passes are batch-1, batch-2...; without one, wait in ms until asking again makes sense
-- Cost  O(granted x log holders)
--@include limit

local now = now_us()
local n = math.min(ARGV[1], ARGV[4] - holders(KEYS[1], now))
if n <= 0 then return {0, math.ceil(until_place(KEYS[1], now) / 1000)} end
hold(KEYS[1], now, n, ARGV[3], tonumber(ARGV[2]))
return {n, 0}
