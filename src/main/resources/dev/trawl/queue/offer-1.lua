#!lua
-- Makes a job known as one that may have work. It enters at the present virtual time, so that it neither waits
-- behind jobs that have had less, nor catches up on what it missed.
-- KEYS  schedule
-- ARGV  1 job
-- Cost  O(log jobs)

local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('ZADD', KEYS[1], 'NX', first[2] or 0, ARGV[1])
return 1
