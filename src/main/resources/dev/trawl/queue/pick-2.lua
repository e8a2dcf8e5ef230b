#!lua
-- Names the job that has had the least work, and charges it for what a claim takes: each item costs the weight of all
-- its user's jobs that have work, divided by the job's and its user's weights. So users share by their weights, and a
-- user's jobs share among them by theirs.
-- KEYS  turns, their jobs
-- ARGV  1 how many items to charge for
-- Reply the job, or '' when none is known
-- Cost  O(log jobs)
--@include turns

local vt, jobs = KEYS[1], KEYS[2]
-- Jobs that the hash has forgotten come back with the next offer.
for _ = 1, 100 do
  local first = redis.call('ZRANGE', vt, 0, 0, 'WITHSCORES')
  if not first[1] then return '' end
  local weight, users, user = entry(jobs, first[1])
  if weight then
    local active = tonumber(redis.call('HGET', jobs, 'u:' .. user) or weight)
    redis.call('ZINCRBY', vt, ARGV[1] * active / (weight * users), first[1])
    redis.call('HSET', jobs, 'clock', first[2])
    return first[1]
  end
  redis.call('ZREM', vt, first[1])
end
return ''
