#!lua
-- Stores a schedule under a name that its user has not given yet.
-- KEYS  schedule, due, the user's names
-- ARGV  1 id, 2 name, 3 time of the first fire in ms, 4 how many the user may have, 0 for any number,
--       5... pairs of field and value
-- Reply {'created', id} also when the same id was stored before; {'taken', id} of the schedule that has the name;
--       {'full', ''} where the user has as many as may be
-- Cost  O(fields)

local record, due, names = KEYS[1], KEYS[2], KEYS[3]
local owner = redis.call('HGET', names, ARGV[2])
if owner then return {owner == ARGV[1] and 'created' or 'taken', owner} end
local most = tonumber(ARGV[4])
if most > 0 and redis.call('HLEN', names) >= most then return {'full', ''} end
redis.call('HSET', record, 'name', ARGV[2], 'next', ARGV[3], unpack(ARGV, 5))
redis.call('HSET', names, ARGV[2], ARGV[1])
redis.call('ZADD', due, ARGV[3], ARGV[1])
return {'created', ARGV[1]}
