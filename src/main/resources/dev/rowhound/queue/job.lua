-- Shared by the scripts that change a job. Counters live in the hash m as c:<state byte>; rows that nobody has
-- touched are counted nowhere: waiting = rows - the sum of all counters. What a script changes in the table that
-- load_job answers is written by save, once, for all the items of a call.

local STATES = {'r', 't', 'h', 'q', 'f', 'n', 'i', 'b', 'x', 'c'}
local ENDED = {'f', 'n', 'i', 'b', 'x', 'c'}
local MAX_EVENTS = 20000

-- Rows that ask and may not yet stand in hold too, this far behind all times: from the sum with a row's time on it may
-- be taken by a node that has room for a question.
local ASKING = 1e15

-- Once so many rows of a job have had to wait for a question with none found or not found unasked between them, its
-- untouched rows are taken for some that ask too, and are not opened before there is room for a question.
local MAX_ASKS = 10

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A number as whole digits; Lua would write large ones with an exponent.
local function digits(number)
  return string.format('%.0f', number)
end

-- The job's state and counters, or nil where there is no job.
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

-- At maxmemory a script is refused, whatever its flags, if its first write takes memory; this one, to a hash, takes
-- none.
local function admit_writes(hash)
  redis.call('HDEL', hash, '')
end

-- Whether items may still end in it.
local function is_open(job)
  return job.state == 'running' or job.state == 'receiving' or job.state == 'paused'
end

-- Whether items may be begun in it. One that still receives may have been halted: it is paused when it is sealed.
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

-- Whether the token holds the item of that entry of own, whether the item was started, and what it had waited for:
-- '~' for its host, '?' for room for its question. An entry is the token, with that sign behind it; once started, '*'
-- stands there and the data of the event about that.
local function holds(owner, token)
  if not owner then return false, false end
  if owner == token then return true, false end
  if string.sub(owner, 1, #token) ~= token then return false, false end
  local mark = string.sub(owner, #token + 1, #token + 1)
  if mark == '*' then return true, true end
  return mark == '~' or mark == '?', false, mark
end

-- Of an answer that its worker has had or will never have, so much is kept as tells whether it is sent again.
local function forget_answer(ans, row)
  local known = redis.call('HGET', ans, row)
  if known then redis.call('HSET', ans, row, string.match(known, '^[^|]*|[^|]*')) end
end

-- How often an item was tried to no end, how often it lost its worker, and the last token that gave it back.
local function attempts_of(record)
  local tries, crashes, token = string.match(record or '0:0:', '^(%d+):(%d+):(.*)$')
  return tonumber(tries), tonumber(crashes), token
end

-- Writes what has changed of the record, and lets go of the oldest events where there are too many.
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

-- Appends the next event. row is 0 for an event of the job. What follows are pairs: 'd' and a JSON object with fields of
-- the event, or the name of one field and its JSON; 'halt' and why the job is paused; 'until' and the time in ms that
-- the question before it is open to. progress.EventCodec makes one JSON object of all.
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

-- A sealed job whose every row has ended is completed, with one event.
local function complete_job(ev, job, mark, now)
  if job.state ~= 'running' and job.state ~= 'paused' then return end
  if job.scan or ended(job) < job.total then return end
  job.state = 'completed'
  job.changed['state'] = 'completed'
  job.changed['ended'] = digits(now)
  emit(ev, job, 'job.completed', mark, now, 0)
end

-- Gives out nothing more of a job that does, and says why: 'user', 'sample:<rows>', 'blocked:<rows>', or a JSON object.
local function pause_job(ev, job, mark, now, halt)
  job.halt, job.changed['halt'] = halt, halt
  if job.state == 'running' then
    job.state, job.changed['state'] = 'paused', 'paused'
    emit(ev, job, 'job.paused', mark, now, 0, 'halt', halt)
  end
end

-- What follows once items have ended: the job is completed, or it is paused because its sample is done or because the
-- site refuses one row after the other.
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
