#!lua
-- Suspends a user whose running items are at the quota, with all jobs; an offer after the given time resumes them.
-- Refunds the charge of the turn, less the cost of a turn that found nothing.
-- KEYS  turns, clocks, entries
-- ARGV  1 a job of the user, 2 its priority, 3 the user's weight, 4 the user, 5 how many items it was charged for,
--       6 for how many ms
-- Cost  O(log users + log jobs)
--@include scheduler

local user = ARGV[4]
give_back(ARGV[1], user, ARGV[2], ARGV[3], ARGV[5] - LOOK)
leave(user)
if redis.call('EXISTS', below(turns, user)) == 1 then
  redis.call('HSET', entries, 'r:' .. user, string.format('%.0f', math.floor(now_ms() + ARGV[6])))
end
return 1
