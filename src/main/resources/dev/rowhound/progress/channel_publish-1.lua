#!lua flags=allow-oom
-- Publishes messages if the token holds the lease, and stores the new cursor. Idempotent.
-- KEYS  record
-- ARGV  1 token, 2 lease in ms, 3 retention of the record in ms, 4 channel, 5 id of these messages, 6 cursor after them,
--       7... messages
-- Reply 1; 0 if the token does not hold the lease
-- Cost  O(messages × subscribers)

local v = redis.call('HMGET', KEYS[1], 'token', 'last')
if v[1] ~= ARGV[1] then return 0 end
if v[2] == ARGV[5] then return 1 end
for i = 7, #ARGV do redis.call('PUBLISH', ARGV[4], ARGV[i]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'last', ARGV[5], 'cursor', ARGV[6], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
