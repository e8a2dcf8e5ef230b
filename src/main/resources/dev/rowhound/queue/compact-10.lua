#!lua flags=allow-oom
-- Replaces an ended job's results by a segment. The segment must be the last one that compact_begin named, its lease
-- must not have expired, and the job must be unchanged since then.
-- KEYS  m, res, and the other keys that a compacted job does not need: att, own, lease, due, hold, hq, ask, ans
-- ARGV  1 name of the segment, 2 generation, 3 time of the job's end
-- Reply 'ok', also if it was done before; 'changed' if the segment no longer fits: nothing was changed
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
