#!lua
-- Grants the lease on a schedule's next fire to one node. The lease is measured by the clock of Redis.
-- KEYS  schedule
-- ARGV  1 token, 2 lease in ms
-- Reply {'taken', pairs of field and value...}, also if the token holds it already; {'held'} if another token does;
--       {'idle'} if the schedule is paused or has no further fire; {'gone'} if it does not exist
-- Cost  O(fields)

local record = KEYS[1]
local v = redis.call('HMGET', record, 'name', 'next', 'paused', 'token', 'until')
if not v[1] then return {'gone'} end
if v[2] == '' or v[3] == '1' then return {'idle'} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if v[4] and v[4] ~= ARGV[1] and now < tonumber(v[5]) then return {'held'} end
redis.call('HSET', record, 'token', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
return {'taken', unpack(redis.call('HGETALL', record))}
