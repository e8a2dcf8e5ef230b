#!lua flags=allow-oom
-- Forgets a recipe. Its highest number stays for a while, so that no version of a later recipe of the name has it.
-- KEYS  all recipes, the recipe, bytes of all
-- ARGV  1 name, 2 version that must be the newest ('' for any), 3 how long the number stays, in ms
-- Reply {'deleted'}; {'none'} where there is none; {'other', newest} where another version is the newest
-- Cost  O(versions)

local all, recipe, bytes = KEYS[1], KEYS[2], KEYS[3]
local v = redis.call('HMGET', recipe, 'newest', 'first', 'last')
if not v[1] then return {'none'} end
if ARGV[2] ~= '' and ARGV[2] ~= v[1] then return {'other', tonumber(v[1])} end
local freed = 0
for gone = tonumber(v[2]), tonumber(v[1]) do freed = freed + redis.call('HSTRLEN', recipe, 'd' .. gone) end
redis.call('DEL', recipe)
redis.call('HSET', recipe, 'last', v[3])
redis.call('PEXPIRE', recipe, ARGV[3])
redis.call('HDEL', all, ARGV[1])
redis.call('DECRBY', bytes, freed)
return {'deleted'}
