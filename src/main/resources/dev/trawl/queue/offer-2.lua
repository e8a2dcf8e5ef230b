#!lua
-- Makes a job known as one that may have work. It enters at the present virtual time, so that it neither waits
-- behind jobs that have had less, nor catches up on what it missed; who comes back keeps what it has had.
-- KEYS  turns, their jobs
-- ARGV  1 job, 2 its weight, 3 its user's weight, 4 its user
-- Cost  O(log jobs)
--@include turns

local vt, jobs, job = KEYS[1], KEYS[2], ARGV[1]
if not redis.call('HGET', jobs, 'j:' .. job) then
  redis.call('HSET', jobs, 'j:' .. job, ARGV[2] .. ':' .. ARGV[3] .. ':' .. ARGV[4],
    'u:' .. ARGV[4], (redis.call('HGET', jobs, 'u:' .. ARGV[4]) or 0) + ARGV[2])
end
local v = redis.call('HMGET', jobs, 'clock', 'p:' .. job)
redis.call('ZADD', vt, 'NX', math.max(v[1] or 0, v[2] or 0), job)
if v[2] then redis.call('HDEL', jobs, 'p:' .. job) end
return 1
