#!lua flags=allow-oom
-- Ends attempts: each with its result, with a retry, or by returning the item as if it had never been claimed.
-- KEYS  m, ev, st, ec, lease, own, due, att, res, dup, ask, ans
-- ARGV  groups of 10, one an item: 1 mark, 2 row, 3 token, 4 generation of the claim, 5 'end', 'retry' or 'release',
--       6 state byte of an end, 7 error byte of an end ('' without one), 8 result of an end, 9 data of the event (a
--       JSON object; '' for 'release'), 10 delay of a retry or a release in ms
-- Reply {state of the job, one for each item}: 'ok'; 'again' if this call is a repetition; 'stale' if the token does
--       not hold the item, or the job is in another generation: nothing was changed
-- Cost  O(items x log in progress)
--@include job

local m, ev, st, ec, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local own, due, att, res, dup, ask, ans = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12]

local rows, reply = {}, {''}
for i = 1, #ARGV, 10 do rows[#rows + 1] = ARGV[i + 1] end
local job = load_job(m)
if not job then
  for i = 1, #rows do reply[i + 1] = 'stale' end
  return reply
end
local owners, records = redis.call('HMGET', own, unpack(rows)), redis.call('HMGET', att, unpack(rows))
local repeats = redis.call('EXISTS', dup) == 1 and redis.call('HMGET', dup, unpack(rows)) or {}
local asked = redis.call('EXISTS', ask) == 1 and redis.call('HMGET', ask, unpack(rows)) or {}
local answers = redis.call('EXISTS', ans) == 1

local function ended_by(row, token)
  local result = redis.call('HGET', res, row)
  return result and string.sub(result, 1, #token + 1) == token .. '|'
end

-- Whether this call is a repetition: its token is part of the result or of the record of attempts.
local function repeated(row, token)
  if ended_by(row, token) then return true end
  local _, _, last = attempts_of(redis.call('HGET', att, row))
  return last == token
end

local now = now_ms()
admit_writes(own)
local gone, results, retries, put_back, done, before, back = {}, {}, {}, {}, {}, {}, {}
for i, row in ipairs(rows) do
  local a = i * 10 - 10
  local token, kind = ARGV[a + 3], ARGV[a + 5]
  local held = holds(owners[i], token)
  -- Redundant: no generation begins while an item is held, so the token already excludes an earlier one.
  local present = ARGV[a + 4] == job.gen
  if done[row] then
    -- An end overwrites the result and leaves the record of attempts; a retry does the opposite.
    local again = done[row] == token or before[row] == token or back[row] and ended_by(row, token)
    reply[i + 1] = again and 'again' or 'stale'
  elseif not held or not present then
    reply[i + 1] = repeated(row, token) and 'again' or 'stale'
  else
    reply[i + 1] = 'ok'
    done[row] = token
    gone[#gone + 1] = row
    count(job, asked[i] and 'q' or 'r', -1)
    if asked[i] then redis.call('HDEL', ask, row) end
    local was_asked = asked[i] or answers and redis.call('HEXISTS', ans, row) == 1
    if answers then forget_answer(ans, row) end
    local tries, crashes, last = attempts_of(records[i])
    if kind == 'end' then
      before[row] = last
      local state, data, times = ARGV[a + 6], ARGV[a + 9], 1 + (repeats[i] or 0)
      redis.call('SETRANGE', st, row - 1, state)
      if ARGV[a + 7] ~= '' then redis.call('SETRANGE', ec, row - 1, ARGV[a + 7]) end
      results[#results + 1], results[#results + 2] = row, token .. '|' .. job.gen .. '|' .. ARGV[a + 8]
      count(job, state, times)
      if job.most_blocks > 0 and (state == 'b' or state == 'f' or state == 'n') then
        job.blocks = state == 'b' and job.blocks + 1 or 0
        job.changed['blocks'] = job.blocks
      end
      -- This row ended without a question, so the rows after it may do so too.
      if job.asks > 0 and not was_asked and (state == 'f' or state == 'n') then
        job.asks, job.changed['asks'] = 0, 0
      end
      emit(ev, job, 'item.ended', ARGV[a + 1], now, row, 'd', data, unpack(times > 1 and {'rows', times} or {}))
      -- Count consecutive blocked rows even if a later item of this call breaks the series.
      if state == 'b' then settle_job(ev, job, ARGV[a + 1], now) end
    else
      local retry = kind == 'retry'
      back[row] = true
      redis.call('SETRANGE', st, row - 1, 't')
      retries[#retries + 1] = row
      retries[#retries + 1] = string.format('%d:%d:%s', tries + (retry and 1 or 0), crashes, token)
      put_back[#put_back + 1], put_back[#put_back + 2] = now + ARGV[a + 10], row
      count(job, 't', 1)
      if retry then emit(ev, job, 'item.retrying', ARGV[a + 1], now, row, 'd', ARGV[a + 9]) end
    end
  end
end
if #gone > 0 then
  redis.call('HDEL', own, unpack(gone))
  redis.call('ZREM', lease, unpack(gone))
  if #results > 0 then redis.call('HSET', res, unpack(results)) end
  if #retries > 0 then
    redis.call('HSET', att, unpack(retries))
    redis.call('ZADD', due, unpack(put_back))
  end
  settle_job(ev, job, ARGV[#ARGV - 9], now)
  save(m, job)
end
reply[1] = job.state
return reply
