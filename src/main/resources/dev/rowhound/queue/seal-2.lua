#!lua
-- Marks the input as complete: receiving becomes running, completed if nothing is left to do, or paused if a pause is
-- pending.
-- KEYS  m, ev
-- ARGV  1 mark, 2 upload token, 3 number of rows sent, 4 digest of the upload
-- Reply {state, rows}, also if it was sealed before; {'gone', state} if the job no longer accepts rows from this
--       upload; {'gap', rows} if rows are missing
-- Cost  O(1)
--@include job

local m, ev = KEYS[1], KEYS[2]
local job = load_job(m)
if not job then return {'gone', ''} end
if redis.call('HGET', m, 'upload') ~= ARGV[2] then return {'gone', job.state} end
if job.state ~= 'receiving' then
  if redis.call('HEXISTS', m, 'digest') == 1 then return {job.state, job.rows} end
  return {'gone', job.state}
end
if job.rows ~= tonumber(ARGV[3]) then return {'gap', job.rows} end

local now = now_ms()
job.state, job.total = 'running', job.rows
job.changed['state'], job.changed['total'], job.changed['digest'] = 'running', job.total, ARGV[4]
emit(ev, job, 'job.running', ARGV[1], now, 0)
complete_job(ev, job, ARGV[1], now)
-- A pause that was requested while the job received is announced here.
if job.halt and job.state == 'running' then
  job.state, job.changed['state'] = 'paused', 'paused'
  emit(ev, job, 'job.paused', ARGV[1], now, 0, 'halt', job.halt)
end
save(m, job)
return {job.state, job.rows}
