#!lua flags=allow-oom
-- Keeps an ended job's keys for one that reads them, who calls it again and again until the end. A job whose time has
-- not begun is only marked, for the script expire.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans, hold, hq, in, ix
-- ARGV  1 when the job was opened, 2 for how many ms it is kept at least, 3 how many ms beyond its time at most
-- Reply 1 when it is kept, or has been for as long as it may be; 0 when it is gone, or another job has its id
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
