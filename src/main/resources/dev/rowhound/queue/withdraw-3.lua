#!lua
-- Removes a job from the turns, and its user with the last job.
-- KEYS  turns, clocks, entries
-- ARGV  1 job, 2 '1' if it has ended; else its virtual time is kept for its return
-- Cost  O(log users + log jobs)
--@include scheduler

local job = ARGV[1]
local member, _, user = job_entry(job)
if not member then return 1 end
local jobs = below(turns, user)
local time = redis.call('ZSCORE', jobs, member)
redis.call('ZREM', jobs, member)
redis.call('HDEL', entries, 'j:' .. job)
if time and ARGV[2] ~= '1' then note(below(clocks, user), job, time) end
if redis.call('EXISTS', jobs) == 0 then
  leave(user)
  redis.call('HDEL', entries, 'r:' .. user)
end
return 1
