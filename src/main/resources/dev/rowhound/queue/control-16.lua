#!lua flags=allow-oom
-- Applies a command to a whole job, whatever its size, with one event.
--   pause   give out no more items; running ones finish
--   halt    pause for a reason of the deployment, also while the job receives
--   resume  continue; within the sample, unless the job was paused because the sample is done
--   retry   start the next generation of a completed job: failed rows wait again; tick resets them
--   cancel  end the job: its open items count as cancelled from this step on, and leases are void
--   fail    end it by its upload, with a reason; the input is deleted
--   lapse   end it because its upload broke off
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans, hold, hq, in, ix
-- ARGV  1 mark, 2 command, 3 upload token ('fail') or request id, which makes 'retry' idempotent, 4 reason as a JSON
--       object ('halt', 'fail', 'lapse') or data of the event ('retry'), 5 error bytes of the rows to retry, '' for all
--       ('retry')
-- Reply {'ok', state}, also if it was done before; {'no', state} if the state does not allow it, {'no', ''} if the job
--       does not exist; {'none', state} if no row has failed
-- Cost  O(1)
--@include job

local m, ev = KEYS[1], KEYS[2]
local job = load_job(m)
if not job then return {'no', ''} end
local op, now = ARGV[2], now_ms()
local v = redis.call('HMGET', m, 'upload', 'upload_until', 'retry_id')

local function change(state, event, ...)
  admit_writes(m)
  job.state, job.changed['state'] = state, state
  emit(ev, job, event, ARGV[1], now, 0, ...)
end

if op == 'pause' then
  if job.state == 'paused' then return {'ok', job.state} end
  if job.state ~= 'running' then return {'no', job.state} end
  admit_writes(m)
  pause_job(ev, job, ARGV[1], now, 'user')
elseif op == 'halt' then
  if is_open(job) and job.halt then return {'ok', job.state} end
  if not gives_out(job) then return {'no', job.state} end
  admit_writes(m)
  pause_job(ev, job, ARGV[1], now, ARGV[4])
elseif op == 'resume' then
  if job.state == 'running' then return {'ok', job.state} end
  if job.state ~= 'paused' then return {'no', job.state} end
  change('running', 'job.resumed')
  if string.sub(job.halt or '', 1, 7) == 'sample:' then redis.call('HDEL', m, 'sample') end
  redis.call('HDEL', m, 'halt', 'blocks')
elseif op == 'retry' then
  if v[3] == ARGV[3] then return {'ok', job.state} end
  if job.state ~= 'completed' then return {'no', job.state} end
  if job.c.x + job.c.b == 0 then return {'none', job.state} end
  job.gen, job.scan = job.gen + 1, 1
  admit_writes(m)
  redis.call('HSET', m, 'gen', job.gen, 'scan', 1, 'scan_codes', ARGV[5], 'next', 1, 'retry_id', ARGV[3])
  redis.call('HDEL', m, 'ended', 'halt', 'sample', 'blocks', 'asks', 'kept_last')
  -- The retention time of the ended job may have started.
  for _, key in ipairs(KEYS) do redis.call('PERSIST', key) end
  change('running', 'job.retrying', 'd', ARGV[4])
else
  local allowed
  if op == 'cancel' then
    if job.state == 'cancelled' then return {'ok', job.state} end
    allowed = is_open(job)
  elseif op == 'fail' then
    allowed = job.state == 'receiving' and v[1] == ARGV[3]
  else
    allowed = job.state == 'receiving' and now > tonumber(v[2])
  end
  if not allowed then return {'no', job.state} end
  count(job, 'c', job.rows - ended(job))
  for _, s in ipairs({'r', 't', 'h', 'q'}) do count(job, s, -job.c[s]) end
  job.total, job.changed['total'], job.changed['ended'] = job.rows, job.rows, digits(now)
  redis.call('HDEL', m, 'scan', 'scan_codes')
  redis.call('UNLINK', KEYS[5], KEYS[6], KEYS[7], KEYS[11], KEYS[12], KEYS[13], KEYS[14])
  if op == 'cancel' then
    change('cancelled', 'job.cancelled')
  else
    job.changed['reason'] = ARGV[4]
    redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[8], KEYS[9], KEYS[10], KEYS[15], KEYS[16])
    change('failed', 'job.failed', 'reason', ARGV[4])
  end
end
save(m, job)
return {'ok', job.state}
