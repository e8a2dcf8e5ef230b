#!lua flags=allow-oom
-- Gives one node the right to move an ended job's results into a segment, until a deadline; repeated, it holds the
-- right for longer. The right is the segment's name, which is never given twice.
-- KEYS  m, res
-- ARGV  1 the segment's name with * in place of the generation, never used before, 2 how long the right holds in ms, 3 how long ago the job must have ended in ms
-- Reply {'ok', name, generation, time of the end, rows, segment that there is or ''}
--       {'early', ms}: not before so long; {'busy', ms}: another node has the right for so long
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
