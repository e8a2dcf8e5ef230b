#!lua flags=allow-oom
-- Releases the lease on publishing; the cursor stays for the next publisher until the record expires.
-- KEYS  record
-- ARGV  1 token
-- Reply 1; 0 if the token does not hold the lease
-- Cost  O(1)

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', 0)
return 1
