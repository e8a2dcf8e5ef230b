#!lua flags=allow-oom
-- Holds passes for longer. Those that have lapsed or were given back stay so.
-- KEYS  run
-- ARGV  1 how long from this moment on in ms, 2... passes
-- Reply 1
-- Cost  O(passes x log holders)
--@include limit

local ms = tonumber(ARGV[1])
local deadline = whole(now_us() + ms * 1000)
-- At maxmemory a script whose first write may take memory is refused whatever its flags; this write takes none.
redis.call('ZREM', KEYS[1], '')
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', deadline, ARGV[i]) end
keep(KEYS[1], ms + 1000)
return 1
