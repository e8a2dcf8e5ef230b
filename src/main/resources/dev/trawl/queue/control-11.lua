#!lua flags=allow-oom
-- Ends a job before its time. Its open items count as cancelled from this step on, and tokens given out are void.
-- KEYS  m, ev, st, lease, own, due, att, res, in, ix, dup
-- ARGV  1 mark, 2 'cancel' by its owner; 'fail' by its upload; 'lapse' for an upload that is gone,
--       3 upload token ('fail' only), 4 reason as a JSON object ('fail' and 'lapse')
-- Reply {'ok', state}; {'no', state} when the job is not in a state for it; {'no', ''} where there is no job
-- Cost  O(in flight), and freeing the input
--@include job

local m, ev = KEYS[1], KEYS[2]
local job = load_job(m)
if not job then return {'no', ''} end
local op, now = ARGV[2], now_ms()
local v = redis.call('HMGET', m, 'upload', 'upload_until')
local allowed
if op == 'cancel' then
  if job.state == 'cancelled' then return {'ok', job.state} end
  allowed = job.state == 'receiving' or job.state == 'running' or job.state == 'paused'
elseif op == 'fail' then
  allowed = job.state == 'receiving' and v[1] == ARGV[3]
else
  allowed = job.state == 'receiving' and now > tonumber(v[2])
end
if not allowed then return {'no', job.state} end

count(job, 'c', job.rows - ended(job))
for _, s in ipairs({'r', 't', 'h', 'q'}) do count(job, s, -job.c[s]) end
job.total = job.rows
job.state = op == 'cancel' and 'cancelled' or 'failed'
redis.call('HSET', m, 'state', job.state, 'total', job.total, 'ended', string.format('%.0f', now))
redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
save_counts(m, job)
if op == 'cancel' then
  emit(m, ev, job, 'job.cancelled', ARGV[1], now, 0, '{}')
else
  redis.call('HSET', m, 'reason', ARGV[4])
  redis.call('UNLINK', KEYS[3], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11])
  emit(m, ev, job, 'job.failed', ARGV[1], now, 0, '{"reason":' .. ARGV[4] .. '}')
end
return {'ok', job.state}
