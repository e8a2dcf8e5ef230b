#!lua flags=allow-oom
-- Lets all keys of an ended job expire together.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, in, ix, dup, hold, hq, ask, ans
-- Reply 1 when they will, or there is no such job; 0 when the job is open: nothing was changed
-- Cost  O(keys)

local v = redis.call('HMGET', KEYS[1], 'state', 'ttl')
if not v[1] then return 1 end
if v[1] ~= 'completed' and v[1] ~= 'failed' and v[1] ~= 'cancelled' then return 0 end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, v[2], 'NX') end
return 1
