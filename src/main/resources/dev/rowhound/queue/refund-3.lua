#!lua
-- Gives a job and its user back what they were charged for items that they did not have.
-- KEYS  turns, clocks, entries
-- ARGV  1 job, 2 its priority, 3 its user's weight, 4 its user, 5 how many items, 6 '1' when nothing was found: less
--       what such a turn costs
-- Cost  O(log users + log jobs)
--@include turns

give_back(ARGV[1], ARGV[4], ARGV[2], ARGV[3], ARGV[5] - (ARGV[6] == '1' and LOOK or 0))
return 1
