-- Shared by the scripts that change a job. The hash m has counters c:<state byte>; untouched rows have no counter:
-- waiting = rows - the sum of all counters. Scripts change the table that load_job returns; save writes the changes
-- once for all items of a call.

local STATES = {'r', 't', 'h', 'q', 'f', 'n', 'i', 'b', 'x', 'c'}
local ENDED = {'f', 'n', 'i', 'b', 'x', 'c'}
local MAX_EVENTS = 20000

-- Offset in hold for rows that wait to ask: plus the time from which the row may be processed, it is the score from
-- which a node with room for a question may claim the row.
local ASKING = 1e15

-- After this many rows have had to wait for a question, with no found or not-found row without one in between, the
-- job's untouched rows are assumed to ask too, and are not started before there is room for a question.
local MAX_ASKS = 10

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Formats a whole number; Lua would write large ones with an exponent.
local function digits(number)
  return string.format('%.0f', number)
end

-- Returns the job's state and counters, or nil if it does not exist.
local function load_job(m)
  local v = redis.call('HMGET', m, 'state', 'rows', 'total', 'gen', 'seq', 'scan', 'next', 'halt', 'sample',
    'blocks', 'blocks_max', 'asks', 'c:r', 'c:t', 'c:h', 'c:q', 'c:f', 'c:n', 'c:i', 'c:b', 'c:x', 'c:c')
  if not v[1] then return nil end
  local job = {state = v[1], rows = tonumber(v[2]), total = tonumber(v[3] or ''), gen = v[4], seq = tonumber(v[5]),
    scan = tonumber(v[6] or ''), next = tonumber(v[7]), halt = v[8], sample = tonumber(v[9] or ''),
    blocks = tonumber(v[10] or 0), most_blocks = tonumber(v[11] or 0),
    asks = tonumber(v[12] or 0), c = {}, changed = {}}
  for i, s in ipairs(STATES) do job.c[s] = tonumber(v[12 + i] or 0) end
  return job
end

-- At maxmemory Redis refuses a script, whatever its flags, if its first write may allocate memory; this one does not.
local function admit_writes(hash)
  redis.call('HDEL', hash, '')
end

-- Whether the job's items may still end.
local function is_open(job)
  return job.state == 'running' or job.state == 'receiving' or job.state == 'paused'
end

-- Whether the job's items may start. A job that receives may have a pause pending: it is paused when it is sealed.
local function gives_out(job)
  return (job.state == 'running' or job.state == 'receiving') and not job.halt
end

local function count(job, state, n)
  job.c[state] = job.c[state] + n
  job.changed['c:' .. state] = job.c[state]
end

local function ended(job)
  local sum = 0
  for _, s in ipairs(ENDED) do sum = sum + job.c[s] end
  return sum
end

local function is_end(state)
  return state == 'f' or state == 'n' or state == 'i' or state == 'b' or state == 'x' or state == 'c'
end

-- Returns whether the token holds the item with this entry of own, whether the item was started, and what it had
-- waited for: '~' for its host, '?' for room for its question. An entry is the token, followed by that mark; once the
-- item is started, by '*' and the data of the start event instead.
local function holds(owner, token)
  if not owner then return false, false end
  if owner == token then return true, false end
  if string.sub(owner, 1, #token) ~= token then return false, false end
  local mark = string.sub(owner, #token + 1, #token + 1)
  if mark == '*' then return true, true end
  return mark == '~' or mark == '?', false, mark
end

-- Removes the text of an answer, but keeps what is needed to recognize a repetition.
local function forget_answer(ans, row)
  local known = redis.call('HGET', ans, row)
  if known then redis.call('HSET', ans, row, string.match(known, '^[^|]*|[^|]*')) end
end

-- Parses a record: unfinished attempts, attempts that lost their worker, and the last token that returned the item.
local function attempts_of(record)
  local tries, crashes, token = string.match(record or '0:0:', '^(%d+):(%d+):(.*)$')
  return tonumber(tries), tonumber(crashes), token
end

-- Writes the changes of the record, and trims the oldest events if there are too many.
local function save(m, job)
  local args = {}
  for field, value in pairs(job.changed) do
    args[#args + 1] = field
    args[#args + 1] = value
  end
  if #args > 0 then redis.call('HSET', m, unpack(args)) end
  if job.events then redis.call('XTRIM', job.events, 'MAXLEN', '~', MAX_EVENTS) end
  job.changed = {}
end

-- Appends an event; row is 0 for an event of the job. The remaining arguments are pairs: 'd' and a JSON object with
-- fields of the event, or a field's name and its JSON; 'halt' and why the job is paused; 'until' and the time in ms
-- when the preceding question expires. progress.EventCodec merges them into one JSON object.
local function emit(ev, job, kind, mark, now, row, ...)
  job.seq = job.seq + 1
  job.changed['seq'] = digits(job.seq)
  job.events, job.at = ev, job.at or digits(now)
  local c = job.c
  redis.call('XADD', ev, job.changed['seq'] .. '-0',
    't', kind, 'h', mark, 'a', job.at, 'g', job.gen, 'r', row,
    'c', string.format('%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%s',
      job.rows, c.r, c.t, c.h, c.q, c.f, c.n, c.i, c.b, c.x, c.c, job.total or ''),
    ...)
end

-- Completes a sealed job when all rows have ended.
local function complete_job(ev, job, mark, now)
  if job.state ~= 'running' and job.state ~= 'paused' then return end
  if job.scan or ended(job) < job.total then return end
  job.state = 'completed'
  job.changed['state'] = 'completed'
  job.changed['ended'] = digits(now)
  emit(ev, job, 'job.completed', mark, now, 0)
end

-- Pauses a job that gives out items. halt is 'user', 'sample:<rows>', 'blocked:<rows>', or a JSON object.
local function pause_job(ev, job, mark, now, halt)
  job.halt, job.changed['halt'] = halt, halt
  if job.state == 'running' then
    job.state, job.changed['state'] = 'paused', 'paused'
    emit(ev, job, 'job.paused', mark, now, 0, 'halt', halt)
  end
end

-- Follows up on ended items: completes the job, or pauses it because its sample is done or the site has blocked too
-- many consecutive rows.
local function settle_job(ev, job, mark, now)
  complete_job(ev, job, mark, now)
  if not gives_out(job) then return end
  local c = job.c
  if job.sample and job.next > job.sample and c.r + c.t + c.h + c.q == 0 then
    pause_job(ev, job, mark, now, 'sample:' .. job.sample)
  elseif job.most_blocks > 0 and job.blocks >= job.most_blocks then
    pause_job(ev, job, mark, now, 'blocked:' .. job.blocks)
  end
end
