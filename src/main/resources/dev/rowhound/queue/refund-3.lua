#!lua
-- Refunds a job and its user for items that they were charged for but did not get.
-- KEYS  turns, clocks, entries
-- ARGV  1 job, 2 its priority, 3 its user's weight, 4 its user, 5 how many items, 6 '1' if nothing was found: keeps
--       LOOK, the cost of such a turn
-- Cost  O(log users + log jobs)
--@include scheduler

give_back(ARGV[1], ARGV[4], ARGV[2], ARGV[3], ARGV[5] - (ARGV[6] == '1' and LOOK or 0))
return 1
