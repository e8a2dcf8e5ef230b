#!lua
-- Gives the right to make a schedule's next fire to one node for a while. The lease runs by the clock of Redis.
-- KEYS  schedule
-- ARGV  1 token, 2 lease in ms
-- Reply {'taken', pairs of field and value...} also when the token holds it; {'held'} while another token does;
--       {'idle'} when the schedule is paused or has no further fire; {'gone'} where there is none
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
