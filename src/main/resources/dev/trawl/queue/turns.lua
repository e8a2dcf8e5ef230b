-- Shared by the scripts over the turns of jobs. The sorted set holds each job's virtual time: the work that it has had, by
-- weight. The hash holds, all of them hints that are made again when they are gone:
--   j:<job>   weight:weight of its user:user, for each job in the sorted set
--   u:<user>  the sum of the weights of that user's jobs in the sorted set
--   p:<job>   the virtual time of a job that has left while it had nothing to do
--   clock     the virtual time of the last pick

-- A job's weight, its user's weight and its user, or nil.
local function entry(jobs, job)
  local known = redis.call('HGET', jobs, 'j:' .. job)
  if not known then return nil end
  local weight, users, user = string.match(known, '^([^:]+):([^:]+):(.*)$')
  return tonumber(weight), tonumber(users), user
end

-- Takes a job out; answers the virtual time that it had, if any.
local function take_out(vt, jobs, job)
  local time = redis.call('ZSCORE', vt, job)
  redis.call('ZREM', vt, job)
  local weight, _, user = entry(jobs, job)
  if weight then
    redis.call('HDEL', jobs, 'j:' .. job)
    local left = tonumber(redis.call('HGET', jobs, 'u:' .. user) or 0) - weight
    if left > 0 then redis.call('HSET', jobs, 'u:' .. user, left) else redis.call('HDEL', jobs, 'u:' .. user) end
  end
  return time
end
