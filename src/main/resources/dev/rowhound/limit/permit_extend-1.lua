#!lua flags=allow-oom
-- Extends permits. Has no effect on permits that expired or were released.
-- KEYS  run
-- ARGV  1 time from now in ms, 2... permits
-- Reply 1
-- Cost  O(permits x log holders)
--@include limit

local ms = tonumber(ARGV[1])
local deadline = whole(now_us() + ms * 1000)
-- At maxmemory Redis refuses a script, whatever its flags, if its first write may allocate memory; this one does not.
redis.call('ZREM', KEYS[1], '')
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', deadline, ARGV[i]) end
keep(KEYS[1], ms + 1000)
return 1
