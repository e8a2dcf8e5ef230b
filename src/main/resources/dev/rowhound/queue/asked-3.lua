#!lua flags=no-writes,allow-oom
-- Looks whether a question has been answered.
-- KEYS  own, ask, ans
-- ARGV  1 row, 2 token, 3 the question's id
-- Reply {'open'}; {'answered', answer}: 'g', or 't' and the text; {'over'} when it was not answered in time; {'gone'}
--       when the token no longer holds the item
-- Cost  O(1)
--@include job

local row, id = ARGV[1], ARGV[3]
if not holds(redis.call('HGET', KEYS[1], row), ARGV[2]) then return {'gone'} end
local known, answer = string.match(redis.call('HGET', KEYS[3], row) or '', '^([^|]*)|[^|]*|(.*)$')
if known == id then return {'answered', answer} end
local open, over = string.match(redis.call('HGET', KEYS[2], row) or '', '^([^|]*)|([^|]*)|')
if open ~= id then return {'gone'} end
return {now_ms() < tonumber(over) and 'open' or 'over'}
