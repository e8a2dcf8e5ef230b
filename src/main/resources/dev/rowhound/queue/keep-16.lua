#!lua flags=allow-oom
-- Extends the life of an ended job for a reader, which repeats the call until it is done. If the retention time has not
-- started, the script only leaves a mark for expire.lua.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans, hold, hq, in, ix
-- ARGV  1 creation time of the job, 2 minimum life in ms from now, 3 maximum ms beyond the retention time
-- Reply 1 if it is kept, or has been for as long as allowed; 0 if it does not exist, or its id was reused
-- Cost  O(keys)
--@include job

local m, now = KEYS[1], now_ms()
local v = redis.call('HMGET', m, 'created', 'kept_last')
if v[1] ~= ARGV[1] then return 0 end
local left, want = redis.call('PTTL', m), tonumber(ARGV[2])
if left >= want then return 1 end
admit_writes(m)
if left < 0 then
  redis.call('HSET', m, 'kept_until', digits(now + want))
  return 1
end
if not v[2] then
  v[2] = digits(now + left + ARGV[3])
  redis.call('HSET', m, 'kept_last', v[2])
end
want = math.min(want, v[2] - now)
if want > left then
  for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, digits(now + want)) end
end
return 1
