#!lua flags=allow-oom
-- Leases the compaction of an ended job to one node; a repeated call extends the lease. The segment's name, which is
-- never reused, identifies the lease.
-- KEYS  m, res
-- ARGV  1 a new segment name with * in place of the generation, 2 lease in ms, 3 minimum time since the job's end in ms
-- Reply {'ok', name, generation, time of the end, rows, existing segment or ''}
--       {'early', ms} until the job is due; {'busy', ms} until another node's lease expires
--       {'none'}: there is nothing to move
-- Cost  O(1)
--@include job

local m, now = KEYS[1], now_ms()
local v = redis.call('HMGET', m, 'state', 'gen', 'ended', 'rows', 'segment', 'segment_next', 'segment_until')
if v[1] ~= 'completed' and v[1] ~= 'cancelled' then return {'none'} end
if redis.call('EXISTS', KEYS[2]) == 0 then return {'none'} end
local early = v[3] + ARGV[3] - now
if early > 0 then return {'early', early} end
local name = string.gsub(ARGV[1], '%*', v[2])
if v[6] and v[6] ~= name and tonumber(v[7]) > now then return {'busy', v[7] - now} end
redis.call('HSET', m, 'segment_next', name, 'segment_until', string.format('%.0f', now + ARGV[2]))
return {'ok', name, v[2], v[3], v[4], v[5] or ''}
