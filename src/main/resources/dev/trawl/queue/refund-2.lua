#!lua
-- Gives a job back what it was charged for items that it did not have.
-- KEYS  turns, their jobs
-- ARGV  1 job, 2 how many items
-- Cost  O(log jobs)
--@include turns

local weight, users, user = entry(KEYS[2], ARGV[1])
if weight and redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  local active = tonumber(redis.call('HGET', KEYS[2], 'u:' .. user) or weight)
  redis.call('ZINCRBY', KEYS[1], -ARGV[2] * active / (weight * users), ARGV[1])
end
return 1
