#!lua flags=allow-oom
-- Lets all keys of an ended job expire together after its retention time, or later if keep.lua has marked it for a
-- download.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans, hold, hq, in, ix
-- Reply 1 if they will, or the job does not exist; 0 if the job is open: nothing was changed
-- Cost  O(keys)
--@include job

local v = redis.call('HMGET', KEYS[1], 'state', 'ttl', 'kept_until')
if not v[1] then return 1 end
if v[1] ~= 'completed' and v[1] ~= 'failed' and v[1] ~= 'cancelled' then return 0 end
-- Use one absolute time: a relative one would differ between the calls.
local deadline = digits(math.max(now_ms() + v[2], tonumber(v[3] or 0)))
for _, key in ipairs(KEYS) do redis.call('PEXPIREAT', key, deadline, 'NX') end
return 1
