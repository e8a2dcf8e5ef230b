#!lua flags=allow-oom
-- Pauses a host that requested it or that answered 429 or 503.
-- KEYS  lim
-- ARGV  1 requested pause in ms, at most an hour; 0 or less: none requested
-- Reply the remaining pause in ms
-- Cost  O(1)
--@include limit

local FIRST, LONGEST, FORGOTTEN, MOST = 1000, 60000, 300000, 3600000
local lim, asked = KEYS[1], tonumber(ARGV[1])
local now = now_us()
local v = redis.call('HMGET', lim, 'until', 'strikes', 'quiet')
local till = tonumber(v[1] or 0)
local strikes = now < tonumber(v[3] or 0) and tonumber(v[2]) or 0

local pause
if asked > 0 then
  pause = math.min(asked, MOST)
elseif now < till then
  -- The request was sent before the pause began: many such answers at once count as one.
  pause = 0
else
  pause = math.min(FIRST * 2 ^ strikes, LONGEST)
  strikes = math.min(strikes + 1, 10)
end
till = math.max(till, now + pause * 1000)
local quiet = till + FORGOTTEN * 1000

-- At maxmemory Redis refuses a script, whatever its flags, if its first write may allocate memory; this one does not.
redis.call('HDEL', lim, '')
redis.call('HSET', lim, 'until', whole(till), 'strikes', strikes, 'quiet', whole(quiet))
keep(lim, (quiet - now) / 1000)
return math.ceil((till - now) / 1000)
