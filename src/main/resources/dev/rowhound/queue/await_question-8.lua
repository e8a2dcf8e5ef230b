#!lua flags=allow-oom
-- Lets an item wait, without a worker, until there is room for its question: it was attempted up to the question, or
-- claimed to ask and returned before it was started.
-- KEYS  m, ev, st, lease, own, hold, ask, ans
-- ARGV  1 mark, 2 row, 3 token, 4 data of the event
-- Reply 'ok'; 'stale' if the token does not hold the item: nothing was changed. A repeated call also gets 'stale',
--       which is harmless
-- Cost  O(log held)
--@include job

local m, ev, st, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local own, hold, ask, ans = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local row, token = ARGV[2], ARGV[3]
local job = load_job(m)
local held, started, waited = holds(redis.call('HGET', own, row), token)
if not job or not is_open(job) or not held then return 'stale' end

local now = now_ms()
admit_writes(own)
redis.call('HDEL', own, row)
local asked = redis.call('HDEL', ask, row) == 1
forget_answer(ans, row)
redis.call('ZREM', lease, row)
redis.call('SETRANGE', st, row - 1, 'q')
redis.call('ZADD', hold, digits(ASKING + now), row)
count(job, asked and 'q' or 'r', -1)
count(job, 'q', 1)
if started then job.asks, job.changed['asks'] = job.asks + 1, job.asks + 1 end
-- Emit one event only, however often there is no room.
if waited ~= '?' then emit(ev, job, 'item.needs_human', ARGV[1], now, row, 'd', ARGV[4]) end
save(m, job)
return 'ok'
