#!lua
-- Takes a job out of those that have turns; with its last job its user leaves too.
-- KEYS  turns, clocks, entries
-- ARGV  1 job, 2 '1' when it has ended; else what it has had is kept until it is offered again
-- Cost  O(log users + log jobs)
--@include turns

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
