-- Shared by the scripts over turns: those of users, and below them those of each user's jobs. All of it is a hint that
-- is made again when it is gone. Each script takes
--   turns    sorted set: entry .. user → the user's virtual time, the items that they have had by their weight
--   clocks   sorted set: '' → the clock, which is the virtual time of the last pick; user → the virtual time of one who
--            has left, while it is ahead of the clock; lapses a day after the last of these
--   entries  hash: last → the last entry that was given; u:<user> → entry:weight, of each user in turns;
--            j:<job> → entry:priority:user, of each job that has turns; r:<user> → until when a user rests, in ms
-- and reaches two more keys for each user, which are made of those and so in the same hash slot:
--   turns:<user>   sorted set: entry .. job → the job's virtual time, the items that it has had by its priority
--   clocks:<user>  sorted set: as clocks, of the user's jobs
-- An entry has 16 digits, so that equal times go by entry.

local DIGITS, DAY = 16, 86400000
-- What a turn costs in which nothing was found, in items: so that one who has nothing to give, in however many jobs,
-- does not keep the others from their turns.
local LOOK = 0.1
local turns, clocks, entries = KEYS[1], KEYS[2], KEYS[3]

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end

local function below(key, user) return key .. ':' .. user end

local function next_entry()
  return string.format('%0' .. DIGITS .. 'd', redis.call('HINCRBY', entries, 'last', 1))
end

local function name_of(member) return string.sub(member, DIGITS + 1) end

-- A user's member of turns and their weight, or nil.
local function user_entry(user)
  local entry, weight = string.match(redis.call('HGET', entries, 'u:' .. user) or '', '^(%d+):(%d+)$')
  if entry then return entry .. user, tonumber(weight) end
end

-- A job's member of its user's turns, its priority and its user, or nil.
local function job_entry(job)
  local entry, priority, user = string.match(redis.call('HGET', entries, 'j:' .. job) or '', '^(%d+):(%d+):(.*)$')
  if entry then return entry .. job, tonumber(priority), user end
end

-- Notes a virtual time in clocks.
local function note(clocks_key, name, time)
  redis.call('ZADD', clocks_key, time, name)
  redis.call('PEXPIRE', clocks_key, DAY)
end

-- The clock of those turns. One that is lost goes on from the first of those that have turns.
local function clock_of(clocks_key, turns_key)
  local time = redis.call('ZSCORE', clocks_key, '')
  if not time then
    time = redis.call('ZRANGE', turns_key, 0, 0, 'WITHSCORES')[2] or 0
    note(clocks_key, '', time)
  end
  return tonumber(time)
end

-- Sets that clock, and forgets those that it has overtaken.
local function set_clock(clocks_key, time)
  note(clocks_key, '', time)
  redis.call('ZREMRANGEBYSCORE', clocks_key, '-inf', '(' .. time)
end

local function add_if_present(key, member, amount)
  if not redis.call('ZSCORE', key, member) then return false end
  redis.call('ZINCRBY', key, amount, member)
  return true
end

-- Takes a user's turns; they come back with what they have had.
local function leave(user)
  local member = user_entry(user)
  if not member then return end
  local time = redis.call('ZSCORE', turns, member)
  if time then note(clocks, user, time) end
  redis.call('ZREM', turns, member)
  redis.call('HDEL', entries, 'u:' .. user)
end

-- Gives a job and its user so many items back, wherever what they have had is kept.
local function give_back(job, user, priority, weight, items)
  local of_job = add_if_present(below(turns, user), job_entry(job) or '', -items / priority)
  if not of_job then add_if_present(below(clocks, user), job, -items / priority) end
  local of_user = add_if_present(turns, user_entry(user) or '', -items / weight)
  if not of_user then add_if_present(clocks, user, -items / weight) end
end
