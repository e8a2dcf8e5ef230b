#!lua flags=allow-oom
-- Gives the right to publish back; the place stays, for who takes it up within the time that the record is kept.
-- KEYS  record
-- ARGV  1 token
-- Reply 1; 0 when the token does not have the right
-- Cost  O(1)

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', 0)
return 1
