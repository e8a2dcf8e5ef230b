#!lua flags=allow-oom
-- Takes a job out of the index of ended jobs, or puts it off, unless somebody else has done so since it was read.
-- KEYS  index of ended jobs
-- ARGV  1 job, 2 its time as it was read, 3 its next time, '' for none
-- Reply 1 when it was done
-- Cost  O(log jobs)

if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or -1) ~= tonumber(ARGV[2]) then return 0 end
-- This alone is not refused at maxmemory.
redis.call('ZREM', KEYS[1], ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
return 1
