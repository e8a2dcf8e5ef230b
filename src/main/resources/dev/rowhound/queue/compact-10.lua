#!lua flags=allow-oom
-- Puts a segment in the place of an ended job's results. Only the name that compact_begin gave last is taken, within
-- its time, and only while the job stands as it stood then.
-- KEYS  m, res, and all others that an ended job does without: att, own, lease, due, hold, hq,
--       ask, ans
-- ARGV  1 name of the segment, 2 generation, 3 time of the job's end
-- Reply 'ok' also when it was done before; 'changed' when the segment no longer fits: nothing was changed
-- Cost  O(1), and freeing the results
--@include job

local m, now = KEYS[1], now_ms()
local v = redis.call('HMGET', m, 'state', 'gen', 'ended', 'segment', 'segment_next', 'segment_until')
if v[4] == ARGV[1] then return 'ok' end
if v[1] ~= 'completed' and v[1] ~= 'cancelled' then return 'changed' end
if v[2] ~= ARGV[2] or v[3] ~= ARGV[3] then return 'changed' end
if v[5] ~= ARGV[1] or tonumber(v[6]) <= now then return 'changed' end
admit_writes(m)
redis.call('HSET', m, 'segment', ARGV[1], 'segment_gen', v[2], 'segment_at', digits(now))
redis.call('HDEL', m, 'segment_next', 'segment_until')
redis.call('UNLINK', unpack(KEYS, 2))
return 'ok'
