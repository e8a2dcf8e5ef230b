#!lua flags=no-writes
-- Lists the kept versions of a recipe.
-- KEYS  the recipe
-- Reply {version, '<time in ms> <user>', bytes}... the newest first; empty if it does not exist
-- Cost  O(versions)

local v = redis.call('HMGET', KEYS[1], 'newest', 'first')
local kept = {}
if not v[1] then return kept end
for version = tonumber(v[1]), tonumber(v[2]), -1 do
  kept[#kept + 1] = {version, redis.call('HGET', KEYS[1], 'i' .. version), redis.call('HSTRLEN', KEYS[1], 'd' .. version)}
end
return kept
