#!lua flags=allow-oom
-- Deletes a schedule.
-- KEYS  schedule, due, the user's names
-- ARGV  1 id
-- Reply 1; 0 if it does not exist
-- Cost  O(fields)

local name = redis.call('HGET', KEYS[1], 'name')
if not name then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[3], name) == ARGV[1] then redis.call('HDEL', KEYS[3], name) end
return 1
