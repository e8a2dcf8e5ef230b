#!lua
-- Stores a schedule under a name that is unique for its user.
-- KEYS  schedule, due, the user's names
-- ARGV  1 id, 2 name, 3 time of the first fire in ms, 4 how many the user may have, 0 for unlimited,
--       5... pairs of field and value
-- Reply {'created', id}, also if this id was stored before; {'taken', id} of the schedule that has the name;
--       {'full', ''} if the user has the maximum
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
