#!lua flags=allow-oom
-- Deletes a recipe. Its highest version number stays for a while, so that a later recipe does not reuse it.
-- KEYS  all recipes, the recipe, bytes of all
-- ARGV  1 name, 2 expected newest version ('' for any), 3 how long the number stays, in ms
-- Reply {'deleted'}; {'none'} if it does not exist; {'other', newest} if another version is the newest
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
