#!lua flags=allow-oom
-- Ends an attempt at an item: with its result, with a retry, or by giving the item back as if nobody had taken it.
-- KEYS  m, ev, st, lease, own, due, att, res, dup
-- ARGV  1 mark, 2 row, 3 token, 4 'end', 'retry' or 'release', 5 state byte of an end, 6 result of an end,
--       7 data of the event (a JSON object; '' with 'release'), 8 delay of a retry in ms
-- Reply {'ok', state of the job}; {'again', state of the job} when this very call was made before;
--       {'stale', state of the job} when the token no longer holds the item: nothing was changed
-- Cost  O(log in flight)
--@include job

local m, ev, st, lease, own = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local due, att, res, dup = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local row, token, kind = ARGV[2], ARGV[3], ARGV[4]

local job = load_job(m)
if not job then return {'stale', ''} end
local held, started = holds(redis.call('HGET', own, row), token)
local record = redis.call('HGET', att, row)
if not held then
  local result = redis.call('HGET', res, row)
  if result and string.sub(result, 1, #token + 1) == token .. '|' then return {'again', job.state} end
  if record and string.match(record, '^%d+:%d+:(.*)$') == token then return {'again', job.state} end
  return {'stale', job.state}
end

local now = now_ms()
local attempts, crashes = string.match(record or '0:0:', '^(%d+):(%d+):')
redis.call('HDEL', own, row)
redis.call('ZREM', lease, row)
count(job, 'r', -1)
if kind == 'end' then
  local times = 1 + tonumber(redis.call('HGET', dup, row) or 0)
  redis.call('SETRANGE', st, row - 1, ARGV[5])
  redis.call('HSET', res, row, token .. '|' .. job.gen .. '|' .. ARGV[6])
  count(job, ARGV[5], times)
  save_counts(m, job)
  local data = ARGV[7]
  if times > 1 then data = string.sub(data, 1, -2) .. ',"rows":' .. times .. '}' end
  emit(m, ev, job, 'item.ended', ARGV[1], now, row, data)
  complete_job(m, ev, job, ARGV[1], now)
else
  -- An item that is given back was not attempted.
  if kind == 'release' and started then attempts = attempts - 1 end
  redis.call('SETRANGE', st, row - 1, 't')
  redis.call('HSET', att, row, string.format('%d:%d:%s', attempts, crashes, token))
  redis.call('ZADD', due, kind == 'retry' and now + ARGV[8] or now, row)
  count(job, 't', 1)
  save_counts(m, job)
  if kind == 'retry' then emit(m, ev, job, 'item.retrying', ARGV[1], now, row, ARGV[7]) end
end
return {'ok', job.state}
