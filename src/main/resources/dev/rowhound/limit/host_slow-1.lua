#!lua flags=allow-oom
-- Lets nothing start at a host for a while, since it has asked for that or answers too much at once.
-- KEYS  lim
-- ARGV  1 how long it has asked for in ms, of which an hour counts at most; 0 or less: it has not said
-- Reply how long nothing starts, in ms
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
  -- It was asked before the pause began; many such answers at once are one sign.
  pause = 0
else
  pause = math.min(FIRST * 2 ^ strikes, LONGEST)
  strikes = math.min(strikes + 1, 10)
end
till = math.max(till, now + pause * 1000)
local quiet = till + FORGOTTEN * 1000

-- At maxmemory a script whose first write takes memory is refused whatever its flags; this write takes none.
redis.call('HDEL', lim, '')
redis.call('HSET', lim, 'until', whole(till), 'strikes', strikes, 'quiet', whole(quiet))
keep(lim, (quiet - now) / 1000)
return math.ceil((till - now) / 1000)
