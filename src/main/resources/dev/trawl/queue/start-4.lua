#!lua
-- Marks an item as started, so that a loss of its worker counts as a crash, and counts the attempt.
-- KEYS  m, ev, own, att
-- ARGV  1 mark, 2 row, 3 token, 4 data of the event
-- Reply {'ok', attempt, crashes} also when it was marked before; {'lost'} when the token no longer holds the item
-- Cost  O(1)
--@include job

local m, ev, own, att = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local row, token = ARGV[2], ARGV[3]
local held, started = holds(redis.call('HGET', own, row), token)
local attempts, crashes, last = string.match(redis.call('HGET', att, row) or '0:0:', '^(%d+):(%d+):(.*)$')
if started then return {'ok', tonumber(attempts), tonumber(crashes)} end
if not held then return {'lost'} end

local now = now_ms()
attempts = attempts + 1
redis.call('HSET', own, row, token .. '*' .. ARGV[4])
redis.call('HSET', att, row, string.format('%d:%d:%s', attempts, crashes, last))
redis.call('HSETNX', m, 'started', string.format('%.0f', now))
emit(m, ev, load_job(m), 'item.started', ARGV[1], now, row, ARGV[4])
return {'ok', attempts, tonumber(crashes)}
