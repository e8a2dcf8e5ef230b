#!lua
-- Takes a job out of those that have turns.
-- KEYS  turns, their jobs
-- ARGV  1 job, 2 '1' when it has ended; else what it has had is kept until it is offered again
-- Cost  O(log jobs)
--@include turns

local time = take_out(KEYS[1], KEYS[2], ARGV[1])
if ARGV[2] == '1' then
  redis.call('HDEL', KEYS[2], 'p:' .. ARGV[1])
elseif time then
  redis.call('HSET', KEYS[2], 'p:' .. ARGV[1], time)
end
return 1
