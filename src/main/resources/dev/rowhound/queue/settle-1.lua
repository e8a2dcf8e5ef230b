#!lua flags=allow-oom
-- Removes a job from the index of ended jobs, or delays it, unless its entry has changed since it was read.
-- KEYS  index of ended jobs
-- ARGV  1 job, 2 its time as read, 3 its next time, '' to remove it
-- Reply 1 if it was done
-- Cost  O(log jobs)

if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or -1) ~= tonumber(ARGV[2]) then return 0 end
-- First a write that allocates no memory: at maxmemory Redis refuses any other.
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
return 1
