#!lua
-- Adds a job that may have work. A user enters at the clock, and so neither waits behind users who have had less nor
-- catches up on what they missed. A job enters just behind the clock of its user's jobs, and so behind those that wait
-- there. On its return, a user or job keeps its virtual time.
-- KEYS  turns, clocks, entries
-- ARGV  1 job, 2 its priority, 3 its user's weight, 4 its user, 5 '1' to end the user's rest
-- Reply 1, or 0 if the user rests
-- Cost  O(log users + log jobs)
--@include scheduler

-- An item at the highest priority, so that an endless series of new jobs does not starve the older ones.
local BEHIND = 0.1
local job, user = ARGV[1], ARGV[4]
local jobs, past = below(turns, user), below(clocks, user)
local member, _, owner = job_entry(job)
if not member or owner ~= user then
  local entry = next_entry()
  member = entry .. job
  redis.call('HSET', entries, 'j:' .. job, entry .. ':' .. ARGV[2] .. ':' .. user)
end
if not redis.call('ZSCORE', jobs, member) then
  local clock, had = clock_of(past, jobs), redis.call('ZSCORE', past, job)
  redis.call('ZADD', jobs, had and math.max(clock, had) or clock + BEHIND, member)
  redis.call('ZREM', past, job)
end

local rests = redis.call('HGET', entries, 'r:' .. user)
if rests then
  if ARGV[5] ~= '1' and now_ms() < tonumber(rests) then return 0 end
  redis.call('HDEL', entries, 'r:' .. user)
end
local present = user_entry(user)
if not present or not redis.call('ZSCORE', turns, present) then
  local entry = next_entry()
  local clock = math.max(clock_of(clocks, turns), redis.call('ZSCORE', clocks, user) or 0)
  redis.call('HSET', entries, 'u:' .. user, entry .. ':' .. ARGV[3])
  redis.call('ZADD', turns, clock, entry .. user)
  redis.call('ZREM', clocks, user)
end
return 1
