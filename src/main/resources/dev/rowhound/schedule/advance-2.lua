#!lua flags=allow-oom
-- Moves a schedule to another fire and records the outcome of the previous one. A pause or a different time set
-- meanwhile stays.
-- KEYS  schedule, due
-- ARGV  1 id, 2 token, 3 the handled fire, 4 the next fire ('' for none), both in ms, 5 how many jobs to keep,
--       6 '<fire in ms>=<job>' ('' for no job), 7 error as a JSON object ('' for none), 8 '1' to keep the lease
-- Reply 1; 0 if the token does not hold the lease: nothing was changed
-- Cost  O(log schedules)

local record, due = KEYS[1], KEYS[2]
local v = redis.call('HMGET', record, 'token', 'next', 'paused', 'jobs')
if v[1] ~= ARGV[2] then return 0 end
redis.call('HSET', record, 'error', ARGV[7])
if ARGV[6] ~= '' then
  local jobs = {ARGV[6]}
  for job in string.gmatch(v[4] or '', '[^,]+') do
    if #jobs < tonumber(ARGV[5]) then jobs[#jobs + 1] = job end
  end
  redis.call('HSET', record, 'jobs', table.concat(jobs, ','))
end
if v[2] == ARGV[3] then
  redis.call('HSET', record, 'next', ARGV[4])
  if ARGV[4] == '' then
    redis.call('ZREM', due, ARGV[1])
  elseif v[3] ~= '1' then
    redis.call('ZADD', due, ARGV[4], ARGV[1])
  end
end
if ARGV[8] ~= '1' then redis.call('HDEL', record, 'token', 'until') end
return 1
