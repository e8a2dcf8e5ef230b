#!lua flags=allow-oom
-- Maintains a job: takes back items whose lease expired, continues to reset failed rows for a retry, and reports what
-- the job needs.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans, hold, hq
-- ARGV  1 mark, 2 how often an item may lose the worker that started it, 3 maximum number of items to take back,
--       4 error byte of a lost worker, 5 that error as a JSON object, 6 result of an item that fails by it, a JSON
--       object with "#" in place of the number of attempts
-- Reply {state, work, lapsed, taken, more, user, priority, asks}: work is 1 if a claim would find items; lapsed is 1 if
--       the job receives and its upload broke off; taken is how many items were taken back; more is 1 if another call
--       is needed at once; asks is 1 if a claim of items that ask would find any; {''} if the job does not exist
-- Cost  O(taken x log in progress), and at most 10,000 bytes of st
--@include job

local SCAN, PIECE = 10000, 1000
local m, ev, st, ec, lease, own = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local due, att, res, dup, ask, ans = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local hold, hq = KEYS[13], KEYS[14]
local job = load_job(m)
if not job then return {''} end
local now = now_ms()
admit_writes(own)

local lost = is_open(job) and redis.call('ZRANGEBYSCORE', lease, '-inf', now, 'LIMIT', 0, ARGV[3]) or {}
for _, row in ipairs(lost) do
  -- The data of the start event, a JSON object with the item's key; nil if the item was not started.
  local started = string.match(redis.call('HGET', own, row) or '', '^[^*]*%*(.*)$')
  local tries, crashes = attempts_of(redis.call('HGET', att, row))
  -- An item that waited for a person did not crash its worker; its question will be asked again.
  local waited = redis.call('HDEL', ask, row) == 1
  forget_answer(ans, row)
  crashes = crashes + (started and not waited and 1 or 0)
  redis.call('HDEL', own, row)
  redis.call('ZREM', lease, row)
  count(job, waited and 'q' or 'r', -1)
  if crashes >= tonumber(ARGV[2]) then
    local times = 1 + tonumber(redis.call('HGET', dup, row) or 0)
    redis.call('SETRANGE', st, row - 1, 'x')
    redis.call('SETRANGE', ec, row - 1, ARGV[4])
    redis.call('HSET', res, row, '|' .. job.gen .. '|' .. string.gsub(ARGV[6], '"#"', tries + crashes, 1))
    count(job, 'x', times)
    emit(ev, job, 'item.ended', ARGV[1], now, row, 'd', started, 'state', '"failed"', 'fields', '{}',
      'error', ARGV[5], 'attempts', tries + crashes, unpack(times > 1 and {'rows', times} or {}))
  else
    -- The lost worker's token is not stored, so a late completion from it is stale.
    if started then redis.call('HSET', att, row, string.format('%d:%d:', tries, crashes)) end
    redis.call('SETRANGE', st, row - 1, 't')
    redis.call('ZADD', due, now, row)
    count(job, 't', 1)
    -- An item that was not started returns without an event, as if it had never been claimed.
    if started then
      emit(ev, job, 'item.retrying', ARGV[1], now, row,
        'd', started, 'error', ARGV[5], 'attempt', tries + 1, 'delay_ms', 0)
    end
  end
end

-- Resets a slice of rows for a retry: failed ones wait again, from their first attempt on.
local function scan_slice()
  local from, to = job.scan, math.min(job.scan + SCAN - 1, job.rows)
  local codes = redis.call('HGET', m, 'scan_codes') or ''
  local bytes = redis.call('GETRANGE', st, from - 1, to - 1)
  local errors = redis.call('GETRANGE', ec, from - 1, to - 1)
  local rows = {}
  for at in string.gmatch(bytes, '()[xb]') do
    if codes == '' or string.find(codes, string.sub(errors, at, at) .. '', 1, true) and at <= #errors then
      rows[#rows + 1] = from + at - 1
    end
  end
  for first = 1, #rows, PIECE do
    local piece = {unpack(rows, first, math.min(first + PIECE - 1, #rows))}
    local repeats = redis.call('HMGET', dup, unpack(piece))
    redis.call('HDEL', att, unpack(piece))
    for i, row in ipairs(piece) do
      count(job, string.sub(bytes, row - from + 1, row - from + 1), -1 - (repeats[i] or 0))
      redis.call('SETRANGE', st, row - 1, '\0')
      if row - from < #errors then redis.call('SETRANGE', ec, row - 1, '\0') end
    end
  end
  if to < job.rows then
    job.scan = to + 1
    job.changed['scan'] = job.scan
  else
    job.scan = nil
    redis.call('HDEL', m, 'scan', 'scan_codes')
  end
end
local scanned = job.scan and is_open(job)
if scanned then scan_slice() end

if #lost > 0 or scanned or job.sample then settle_job(ev, job, ARGV[1], now) end
save(m, job)
redis.call('ZREMRANGEBYSCORE', hq, '-inf', now)

local v = redis.call('HMGET', m, 'next', 'upload_until', 'user', 'priority')
local total = math.min(job.scan and job.scan - 1 or job.rows, job.sample or job.rows)
local fresh, likely = tonumber(v[1]) <= total, job.asks >= MAX_ASKS
local work = gives_out(job) and (fresh and not likely
  or redis.call('ZCOUNT', due, '-inf', now) > 0 or redis.call('ZCOUNT', hold, '-inf', now) > 0)
local asks = gives_out(job) and (fresh and likely
  or redis.call('ZCOUNT', hold, digits(ASKING), digits(ASKING + now)) > 0)
local lapsed = job.state == 'receiving' and now > tonumber(v[2])
local more = job.scan or #lost == tonumber(ARGV[3])
return {job.state, work and 1 or 0, lapsed and 1 or 0, #lost, more and 1 or 0, v[3] or '', v[4] or '', asks and 1 or 0}
