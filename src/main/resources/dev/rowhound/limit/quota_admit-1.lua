#!lua
-- Counts a job among its user's open ones if there is room. Idempotent.
-- KEYS  open
-- ARGV  1 job, 2 maximum, 3 minimum time that the account is kept in ms
-- Reply {1 or 0, 1 if the job was not counted before}
-- Cost  O(log open)
--@include limit

if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return {1, 0} end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return {0, 0} end
redis.call('ZADD', KEYS[1], whole(math.floor(now_us() / 1000)), ARGV[1])
keep(KEYS[1], tonumber(ARGV[3]))
return {1, 1}
