#!lua flags=allow-oom
-- Takes the rows of a failed job off the user's day, except the given number. Idempotent.
-- KEYS  rows
-- ARGV  1 job, 2 how many of its rows stay counted
-- Reply how many were taken off
-- Cost  O(1)
--@include limit

local key, job = KEYS[1], 'j:' .. ARGV[1]
local chunk, counted = rows_of(redis.call('HGET', key, job))
local back = chunk and counted - ARGV[2] or 0
if back <= 0 then return 0 end
redis.call('HDEL', key, '')
redis.call('HINCRBY', key, 'n', -back)
redis.call('HSET', key, job, chunk .. ':' .. ARGV[2])
return back
