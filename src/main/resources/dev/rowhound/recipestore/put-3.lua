#!lua
-- Stores a recipe as its next version unless the newest one has the same content.
-- KEYS  all recipes, the recipe, bytes of all
-- ARGV  1 name, 2 expected newest version ('0' for a new recipe, '' for any), 3 digest of the document, 4 document
--       without its version, 5 user, 6 summary without version and time, a JSON object, 7 how many versions are kept,
--       8 maximum number of recipes, 9 maximum total size in bytes
-- Reply {'stored', version, version before or 0}; {'same', version} if the content is the same, also when the call is
--       repeated; {'other', newest or 0} if another version is the newest; {'many'} or {'large'} if a maximum is reached
-- Cost  O(1); O(versions) after a change of how many are kept

local all, recipe, bytes = KEYS[1], KEYS[2], KEYS[3]
local v = redis.call('HMGET', recipe, 'newest', 'first', 'last', 'digest')
local newest, first, last = tonumber(v[1] or 0), tonumber(v[2] or 0), tonumber(v[3] or 0)
if newest > 0 and v[4] == ARGV[3] then return {'same', newest} end
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= newest then return {'other', newest} end
if newest == 0 and redis.call('HLEN', all) >= tonumber(ARGV[8]) then return {'many'} end
local version = last + 1
if newest == 0 then first = version end
local oldest = math.max(first, version - tonumber(ARGV[7]) + 1)
local change = #ARGV[4]
for gone = first, oldest - 1 do change = change - redis.call('HSTRLEN', recipe, 'd' .. gone) end
if change > 0 and tonumber(redis.call('GET', bytes) or 0) + change > tonumber(ARGV[9]) then return {'large'} end
local time = redis.call('TIME')
local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', recipe, 'newest', version, 'first', oldest, 'last', version, 'digest', ARGV[3],
  'd' .. version, ARGV[4], 'i' .. version, at .. ' ' .. ARGV[5])
redis.call('PERSIST', recipe)
for gone = first, oldest - 1 do redis.call('HDEL', recipe, 'd' .. gone, 'i' .. gone) end
redis.call('INCRBY', bytes, change)
redis.call('HSET', all, ARGV[1], version .. ' ' .. at .. ' ' .. ARGV[6])
return {'stored', version, newest}
