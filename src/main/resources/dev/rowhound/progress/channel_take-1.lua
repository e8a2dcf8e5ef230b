#!lua flags=allow-oom
-- Acquires or extends one node's lease on publishing a user's events, measured by the clock of Redis.
-- KEYS  record
-- ARGV  1 token, 2 lease in ms, 3 retention of the record in ms
-- Reply {'taken', cursor of the last publisher, or ''}; {'held'} if another token holds the lease
-- Cost  O(1)

local v = redis.call('HMGET', KEYS[1], 'token', 'until', 'cursor')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if v[1] and v[1] ~= ARGV[1] and now < tonumber(v[2]) then return {'held'} end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'taken', v[3] or ''}
