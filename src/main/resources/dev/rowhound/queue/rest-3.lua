#!lua
-- Takes the turns of a user who may not run more items at present, those of all their jobs at once; an offer after that
-- time brings them back. Gives back what the turn was charged for, less what a turn costs.
-- KEYS  turns, clocks, entries
-- ARGV  1 a job of the user, 2 its priority, 3 the user's weight, 4 the user, 5 how many items it was charged for,
--       6 for how many ms
-- Cost  O(log users + log jobs)
--@include turns

local user = ARGV[4]
give_back(ARGV[1], user, ARGV[2], ARGV[3], ARGV[5] - LOOK)
leave(user)
if redis.call('EXISTS', below(turns, user)) == 1 then
  redis.call('HSET', entries, 'r:' .. user, string.format('%.0f', math.floor(now_ms() + ARGV[6])))
end
return 1
