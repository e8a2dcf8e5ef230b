#!lua flags=allow-oom
-- Lists the segments that a job refers to. Removes an expired lease on writing one, so that its file can never become
-- current.
-- KEYS  m, res
-- Reply {state, segment or '', segment that is being written or '', ms since the compaction or -1, 1 if Redis holds
--       results}; {''} if the job does not exist
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
