#!lua
-- Counts a chunk's rows on the user's day if all of them have room. Idempotent.
-- KEYS  rows
-- ARGV  1 job, 2 chunk, 3 rows, 4 maximum, 5 how long the account is kept in ms
-- Reply {1 or 0, rows counted so far}
-- Cost  O(1)
--@include limit

local key, job, chunk, n = KEYS[1], 'j:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local v = redis.call('HMGET', key, 'n', job)
local used = tonumber(v[1] or 0)
local last, counted = rows_of(v[2])
if last and chunk <= last then return {1, used} end
if used + n > tonumber(ARGV[4]) then return {0, used} end
redis.call('HSET', key, 'n', used + n, job, chunk .. ':' .. counted + n)
keep(key, tonumber(ARGV[5]))
return {1, used + n}
