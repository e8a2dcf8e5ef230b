#!lua flags=no-writes,allow-oom
-- Reads the state of a question.
-- KEYS  own, ask, ans
-- ARGV  1 row, 2 token, 3 question id
-- Reply {'open'}; {'answered', answer}: 'g', or 't' and the text; {'over'} if it expired; {'gone'} if the token does
--       not hold the item
-- Cost  O(1)
--@include job

local row, id = ARGV[1], ARGV[3]
if not holds(redis.call('HGET', KEYS[1], row), ARGV[2]) then return {'gone'} end
local known, answer = string.match(redis.call('HGET', KEYS[3], row) or '', '^([^|]*)|[^|]*|(.*)$')
if known == id then return {'answered', answer} end
local open, over = string.match(redis.call('HGET', KEYS[2], row) or '', '^([^|]*)|([^|]*)|')
if open ~= id then return {'gone'} end
return {now_ms() < tonumber(over) and 'open' or 'over'}
