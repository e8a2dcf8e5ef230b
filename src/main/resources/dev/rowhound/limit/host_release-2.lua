#!lua flags=allow-oom
-- Releases permits. Idempotent: only permits that are still held count.
-- Unused permits are taken off the clocks if no start was granted since. Otherwise a later grant may have depended on
-- the time that passed since these, and giving that time out again would exceed the rate.
-- KEYS  lim, run
-- ARGV  1 whether they are unused, 2... permits
-- Reply how many were held
-- Cost  O(permits x log holders)
--@include limit

local lim, run = KEYS[1], KEYS[2]
local released, of_last, of_delay = 0, 0, false
local v = redis.call('HMGET', lim, 'last', 'ci', 'ri', 'ct', 'rt', 'nb')
for i = 2, #ARGV do
  if redis.call('ZREM', run, ARGV[i]) == 1 then
    released = released + 1
    local batch = string.match(ARGV[i], '^(.*)%-%d+$')
    if batch == v[1] then of_last = of_last + 1 end
    if batch == v[6] then of_delay = true end
  end
end
if ARGV[1] == '1' then
  local function refund(field, clock, interval)
    if clock and tonumber(interval) > 0 then redis.call('HSET', lim, field, whole(clock - of_last * interval)) end
  end
  if of_last > 0 then
    refund('ct', v[4], v[2])
    refund('rt', v[5], v[3])
  end
  -- The start was granted after the previous delay had passed, so no earlier delay remains to restore.
  if of_delay then redis.call('HDEL', lim, 'next', 'nb') end
end
return released
