#!lua flags=allow-oom
-- Defers an item until its host may be contacted: it was not attempted, and holds no worker meanwhile. An item that was
-- claimed to ask a person returns to those that ask.
-- KEYS  m, ev, st, lease, own, hold, hq
-- ARGV  1 mark, 2 row, 3 token, 4 host, 5 ms until the host may be contacted, 6 ms between two starts there, at which
--       waiting items follow each other, 7 data of the event
-- Reply 'ok'; 'stale' if the token does not hold the item: nothing was changed. A repeated call also gets 'stale',
--       which is harmless
-- Cost  O(log held)
--@include job

local m, ev, st, lease, own, hold, hq = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local row, token, host = ARGV[2], ARGV[3], ARGV[4]
local job = load_job(m)
local held, started, waited = holds(redis.call('HGET', own, row), token)
if not job or not held or started then return 'stale' end
local asks = waited == '?'

local now = now_ms()
admit_writes(own)
local at = math.max(now + ARGV[5], (redis.call('ZSCORE', hq, host) or 0) + ARGV[6])
redis.call('HDEL', own, row)
redis.call('ZREM', lease, row)
local state = asks and 'q' or 'h'
redis.call('SETRANGE', st, row - 1, state)
redis.call('ZADD', hold, digits(asks and ASKING + at or at), row)
redis.call('ZADD', hq, digits(at), host)
count(job, 'r', -1)
count(job, state, 1)
-- Emit one event only, however often the item is deferred.
if not waited then emit(ev, job, 'item.held', ARGV[1], now, row, 'd', ARGV[7]) end
save(m, job)
return 'ok'
