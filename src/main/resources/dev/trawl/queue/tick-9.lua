#!lua flags=allow-oom
-- Takes back items whose worker let its lease run out, and says what the job needs.
-- KEYS  m, ev, st, lease, own, due, att, res, dup
-- ARGV  1 mark, 2 how often an item may lose a worker that had started it, 3 how many items to take back at most
-- Reply {state, work, lapsed, taken}: work is 1 when a claim would find something, lapsed is 1 when the job receives
--       and its upload is gone, taken is how many items were taken back; {''} where there is no job
-- Cost  O(taken x log in flight)
--@include job

local m, ev, st, lease, own = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local due, att, res, dup = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local job = load_job(m)
if not job then return {''} end
local now = now_ms()
local open = job.state == 'running' or job.state == 'receiving'

local lost = open and redis.call('ZRANGEBYSCORE', lease, '-inf', now, 'LIMIT', 0, ARGV[3]) or {}
for _, row in ipairs(lost) do
  -- What start has left there, a JSON object with the item's key; nil for an item that was not started.
  local started = string.match(redis.call('HGET', own, row) or '', '^[^*]*%*(.*)}$')
  local attempts, crashes = string.match(redis.call('HGET', att, row) or '0:0:', '^(%d+):(%d+):')
  crashes = crashes + (started and 1 or 0)
  redis.call('HDEL', own, row)
  redis.call('ZREM', lease, row)
  count(job, 'r', -1)
  -- The lost worker's token is not kept: its completion, should it come, is stale.
  if started then redis.call('HSET', att, row, string.format('%d:%d:', attempts, crashes)) end
  local lost_error = '"error":{"code":"worker_lost","message":"the worker was lost while it looked this row up"}'
  if crashes >= tonumber(ARGV[2]) then
    local times = 1 + tonumber(redis.call('HGET', dup, row) or 0)
    redis.call('SETRANGE', st, row - 1, 'x')
    redis.call('HSET', res, row, '|' .. job.gen .. '|{"fields":{},' .. lost_error .. ',"attempts":' .. attempts .. '}')
    count(job, 'x', times)
    save_counts(m, job)
    emit(m, ev, job, 'item.ended', ARGV[1], now, row, started .. ',"state":"failed","fields":{},' .. lost_error
      .. ',"attempts":' .. attempts .. (times > 1 and ',"rows":' .. times or '') .. '}')
  else
    redis.call('SETRANGE', st, row - 1, 't')
    redis.call('ZADD', due, now, row)
    count(job, 't', 1)
    save_counts(m, job)
    -- An item that was not started goes back as if nobody had taken it.
    if started then
      emit(m, ev, job, 'item.retrying', ARGV[1], now, row,
        started .. ',' .. lost_error .. ',"attempt":' .. attempts .. ',"delay_ms":0}')
    end
  end
end
if #lost > 0 then complete_job(m, ev, job, ARGV[1], now) end

local v = redis.call('HMGET', m, 'next', 'upload_until')
local work = open and (tonumber(v[1]) <= job.rows or redis.call('ZCOUNT', due, '-inf', now) > 0)
local lapsed = job.state == 'receiving' and now > tonumber(v[2])
return {job.state, work and 1 or 0, lapsed and 1 or 0, #lost}
