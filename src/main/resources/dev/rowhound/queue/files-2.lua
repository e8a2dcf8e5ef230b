#!lua flags=allow-oom
-- Says which segments of a job are of use. A right to write one that has run out is withdrawn, so that a file that is
-- named by neither will never be.
-- KEYS  m, res
-- Reply {state, segment or '', segment that is being written or '', how long ago the job was compacted in ms or -1,
--       1 when results lie in the store}; {''} where there is no job
-- Cost  O(1)
--@include job

local m, now = KEYS[1], now_ms()
local v = redis.call('HMGET', m, 'state', 'segment', 'segment_next', 'segment_until', 'segment_at')
if not v[1] then return {''} end
if v[3] and tonumber(v[4]) <= now then
  redis.call('HDEL', m, 'segment_next', 'segment_until')
  v[3] = nil
end
return {v[1], v[2] or '', v[3] or '', v[5] and now - v[5] or -1, redis.call('EXISTS', KEYS[2])}
