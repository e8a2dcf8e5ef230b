#!lua
-- Names the job that has had the least work, and charges it for what a claim takes.
-- KEYS  schedule
-- ARGV  1 how much to charge
-- Reply the job, or '' when none is known
-- Cost  O(log jobs)

local first = redis.call('ZRANGE', KEYS[1], 0, 0)
if first[1] then redis.call('ZINCRBY', KEYS[1], ARGV[1], first[1]) end
return first[1] or ''
