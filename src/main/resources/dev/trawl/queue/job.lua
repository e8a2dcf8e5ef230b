-- Shared by the scripts that change a job. Counters live in the hash m as c:<state byte>; rows that nobody has
-- touched are counted nowhere: waiting = rows - the sum of all counters.

local STATES = {'r', 't', 'h', 'q', 'f', 'n', 'i', 'b', 'x', 'c'}
local ENDED = {'f', 'n', 'i', 'b', 'x', 'c'}
local MAX_EVENTS = 20000

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The job's state and counters, or nil where there is no job.
local function load_job(m)
  local v = redis.call('HMGET', m, 'state', 'rows', 'total', 'gen',
    'c:r', 'c:t', 'c:h', 'c:q', 'c:f', 'c:n', 'c:i', 'c:b', 'c:x', 'c:c')
  if not v[1] then return nil end
  local job = {state = v[1], rows = tonumber(v[2]), total = tonumber(v[3] or ''), gen = v[4], c = {}, changed = {}}
  for i, s in ipairs(STATES) do job.c[s] = tonumber(v[4 + i] or 0) end
  return job
end

local function count(job, state, n)
  job.c[state] = job.c[state] + n
  job.changed[state] = true
end

local function ended(job)
  local sum = 0
  for _, s in ipairs(ENDED) do sum = sum + job.c[s] end
  return sum
end

-- Whether the token holds the item of that entry of own, and whether the item was started. An entry is the token; once
-- started, the token, '*', and the data of the event about that.
local function holds(owner, token)
  local started = owner and string.sub(owner, 1, #token + 1) == token .. '*'
  return started or owner == token, started
end

local function is_end(state)
  return state == 'f' or state == 'n' or state == 'i' or state == 'b' or state == 'x' or state == 'c'
end

-- Writes the counters that changed.
local function save_counts(m, job)
  local args = {}
  for s in pairs(job.changed) do
    args[#args + 1] = 'c:' .. s
    args[#args + 1] = job.c[s]
  end
  if #args > 0 then redis.call('HSET', m, unpack(args)) end
  job.changed = {}
end

-- Appends the next event. row is 0 for an event of the job; data is a JSON object with the event's own fields.
-- Answers its number.
local function emit(m, ev, job, kind, mark, now, row, data)
  local seq = redis.call('HINCRBY', m, 'seq', 1)
  local c = job.c
  redis.call('XADD', ev, 'MAXLEN', '~', MAX_EVENTS, seq .. '-0',
    't', kind, 'h', mark, 'a', string.format('%.0f', now), 'g', job.gen, 'r', row,
    'c', table.concat({job.rows, c.r, c.t, c.h, c.q, c.f, c.n, c.i, c.b, c.x, c.c, job.total or ''}, ','),
    'd', data)
  return seq
end

-- A sealed job whose every row has ended is completed, with one event. Answers whether it is.
local function complete_job(m, ev, job, mark, now)
  if job.state ~= 'running' or ended(job) < job.total then return false end
  job.state = 'completed'
  redis.call('HSET', m, 'state', 'completed', 'ended', string.format('%.0f', now))
  emit(m, ev, job, 'job.completed', mark, now, 0, '{}')
  return true
end
