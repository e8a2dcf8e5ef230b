#!lua flags=allow-oom
-- Gives the right to make a fire back.
-- KEYS  schedule
-- ARGV  1 token
-- Reply 1; 0 when the token does not hold it any more
-- Cost  O(1)

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'token', 'until')
return 1
