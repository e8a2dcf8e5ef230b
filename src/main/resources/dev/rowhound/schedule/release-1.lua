#!lua flags=allow-oom
-- Releases the lease on a fire.
-- KEYS  schedule
-- ARGV  1 token
-- Reply 1; 0 if the token does not hold the lease
-- Cost  O(1)

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'token', 'until')
return 1
