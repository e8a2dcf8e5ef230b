#!lua flags=allow-oom
-- Pauses a schedule, or resumes it with its next fire at a given time.
-- KEYS  schedule, due
-- ARGV  1 id, 2 'pause' or 'resume', 3 time of the next fire in ms, '' for none ('resume' only)
-- Reply 1, also if it is in that state already; 0 if it does not exist
-- Cost  O(log schedules)

local record, due = KEYS[1], KEYS[2]
local v = redis.call('HMGET', record, 'name', 'paused')
if not v[1] then return 0 end
if ARGV[2] == 'pause' then
  redis.call('HSET', record, 'paused', '1')
  redis.call('ZREM', due, ARGV[1])
elseif v[2] == '1' then
  redis.call('HSET', record, 'paused', '0', 'next', ARGV[3])
  if ARGV[3] ~= '' then redis.call('ZADD', due, ARGV[3], ARGV[1]) end
end
return 1
