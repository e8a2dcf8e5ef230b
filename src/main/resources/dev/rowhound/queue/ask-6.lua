#!lua flags=allow-oom
-- Asks a person a question about an item, replacing an open one. The caller must keep the item's lease.
-- KEYS  m, ev, st, own, ask, ans
-- ARGV  1 mark, 2 row, 3 token, 4 question id, 5 how long it is open in ms, 6 1 if a text is expected, 0 if a
--       confirmation is enough, 7 the question as a JSON object
-- Reply 'ok', also if it was asked before; 'stale' if the token does not hold the item: nothing was changed
-- Cost  O(1)
--@include job

local m, ev, st, own, ask, ans = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local row, id = ARGV[2], ARGV[4]
local job = load_job(m)
local owner = redis.call('HGET', own, row)
local held, started = holds(owner, ARGV[3])
if not job or not is_open(job) or not held or not started then return 'stale' end
local open = redis.call('HGET', ask, row)
local last = redis.call('HGET', ans, row)
if open and string.match(open, '^[^|]*') == id or last and string.match(last, '^[^|]*') == id then return 'ok' end

local now = now_ms()
local over = now + ARGV[5]
admit_writes(own)
redis.call('HSET', ask, row, id .. '|' .. digits(over) .. '|' .. ARGV[6] .. '|' .. ARGV[7])
if not open then
  redis.call('SETRANGE', st, row - 1, 'q')
  count(job, 'r', -1)
  count(job, 'q', 1)
end
emit(ev, job, 'item.needs_human', ARGV[1], now, row,
  'd', string.match(owner, '^[^*]*%*(.*)$'), 'question', ARGV[7], 'until', digits(over))
save(m, job)
return 'ok'
