#!lua flags=allow-oom
-- Answers an open question; its item runs again.
-- KEYS  m, ev, st, own, ask, ans
-- ARGV  1 mark, 2 row, 3 question id, 4 'g' for a confirmation, or 't' and the text, 5 the question for its event, a
--       JSON object
-- Reply 'ok'; 'again' if the same answer was given before; 'text' or 'go_on' if the question expects that; 'over' if it
--       is not open: answered differently, expired, or the item was taken back
-- Cost  O(1)
--@include job

local m, ev, st, own, ask, ans = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local row, id, answer = ARGV[2], ARGV[3], ARGV[4]
local digest = redis.sha1hex(answer)
local known, before = string.match(redis.call('HGET', ans, row) or '', '^([^|]*)|([^|]*)')
if known == id then return before == digest and 'again' or 'over' end

local job, now = load_job(m), now_ms()
local open, over, wants = string.match(redis.call('HGET', ask, row) or '', '^([^|]*)|([^|]*)|([^|]*)|')
if not job or not is_open(job) or open ~= id or tonumber(over) <= now then return 'over' end
if (wants == '1') ~= (string.sub(answer, 1, 1) == 't') then return wants == '1' and 'text' or 'go_on' end

local started = string.match(redis.call('HGET', own, row), '^[^*]*%*(.*)$')
redis.call('HDEL', ask, row)
redis.call('HSET', ans, row, id .. '|' .. digest .. '|' .. answer)
redis.call('SETRANGE', st, row - 1, 'r')
count(job, 'q', -1)
count(job, 'r', 1)
emit(ev, job, 'item.answered', ARGV[1], now, row, 'd', started, 'question', ARGV[5])
save(m, job)
return 'ok'
