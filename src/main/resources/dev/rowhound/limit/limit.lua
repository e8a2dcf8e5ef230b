-- Shared by the scripts of limits. Times are of Redis's own clock, so that the nodes' clocks do not matter.

local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Lets a key live for at least so many milliseconds more.
local function keep(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, whole(math.ceil(ms))) end
end

-- Drops holders whose time is over and answers how many are left. Deadlines are in microseconds.
local function holders(key, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
  return redis.call('ZCARD', key)
end

-- How long one who found every place taken waits before asking again, in microseconds: nobody knows when a holder
-- ends, only that the first of them lapses.
local function until_place(key, now)
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  local lapse = first[2] and first[2] - now or 0
  return math.max(1000, math.min(200000, lapse))
end

-- Enters the holders batch-1 to batch-n.
local function hold(key, now, n, batch, ms)
  local deadline = whole(now + ms * 1000)
  for i = 1, n do redis.call('ZADD', key, deadline, batch .. '-' .. i) end
  keep(key, ms + 1000)
end

-- What an account of rows says of a job: its last counted chunk, or nil, and how many of its rows are counted.
local function rows_of(entry)
  local chunk, rows = string.match(entry or '', '^(%d+):(%d+)$')
  return tonumber(chunk), tonumber(rows or 0)
end
