#!lua flags=allow-oom
-- Gives passes back. Repeating it changes nothing, for only passes that are held count.
-- Unused ones are taken off the clocks where nobody has been granted a start since: else a later grant may have been
-- possible only because time had passed since these, and giving the time out again would exceed the rate.
-- KEYS  lim, run
-- ARGV  1 whether they are unused, 2... passes
-- Reply how many were held
-- Cost  O(passes x log holders)
--@include limit

local lim, run = KEYS[1], KEYS[2]
local gone, of_last, of_delay = 0, 0, false
local v = redis.call('HMGET', lim, 'last', 'ci', 'ri', 'ct', 'rt', 'nb')
for i = 2, #ARGV do
  if redis.call('ZREM', run, ARGV[i]) == 1 then
    gone = gone + 1
    local batch = string.match(ARGV[i], '^(.*)%-%d+$')
    if batch == v[1] then of_last = of_last + 1 end
    if batch == v[6] then of_delay = true end
  end
end
if ARGV[1] == '1' then
  local function back(field, clock, interval)
    if clock and tonumber(interval) > 0 then redis.call('HSET', lim, field, whole(clock - of_last * interval)) end
  end
  if of_last > 0 then
    back('ct', v[4], v[2])
    back('rt', v[5], v[3])
  end
  -- It was granted after the delay before it had passed, so nothing of that one is left.
  if of_delay then redis.call('HDEL', lim, 'next', 'nb') end
end
return gone
