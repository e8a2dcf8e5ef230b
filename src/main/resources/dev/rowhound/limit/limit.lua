-- Shared by the scripts of limits. Times come from Redis's clock, so the nodes' clocks do not matter.

local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Extends a key's expiry to at least ms from now.
local function keep(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, whole(math.ceil(ms))) end
end

-- Drops expired holders and returns how many are left. Deadlines are in microseconds.
local function holders(key, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
  return redis.call('ZCARD', key)
end

-- Returns how long to wait before the next request if all places are taken, in microseconds. When a holder will
-- end is unknown, so the wait is short and bounded by the first expiry.
local function until_place(key, now)
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  local lapse = first[2] and first[2] - now or 0
  return math.max(1000, math.min(200000, lapse))
end

-- Adds the holders batch-1 to batch-n.
local function hold(key, now, n, batch, ms)
  local deadline = whole(now + ms * 1000)
  for i = 1, n do redis.call('ZADD', key, deadline, batch .. '-' .. i) end
  keep(key, ms + 1000)
end

-- Parses a job's entry in an account of rows: its last counted chunk, or nil, and how many of its rows are counted.
local function rows_of(entry)
  local chunk, rows = string.match(entry or '', '^(%d+):(%d+)$')
  return tonumber(chunk), tonumber(rows or 0)
end
