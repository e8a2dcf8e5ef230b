#!lua flags=allow-oom
-- Extends the lease on a fire.
-- KEYS  schedule
-- ARGV  1 token, 2 lease in ms
-- Reply 1; 0 if the token does not hold the lease
-- Cost  O(1)

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]))
return 1
