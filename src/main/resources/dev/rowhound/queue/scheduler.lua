-- Shared by the scripts of the fair scheduler: the turns of users and, below them, those of each user's jobs. All of it
-- is a hint that is rebuilt after a loss. Each script takes
--   turns    sorted set: entry .. user → the user's virtual time, which is the number of their items by weight
--   clocks   sorted set: '' → the clock, which is the virtual time of the last pick; user → the virtual time of a user
--            who has left, while it is ahead of the clock; expires a day after the last change
--   entries  hash: last → the last entry assigned; u:<user> → entry:weight of each user in turns; j:<job> →
--            entry:priority:user of each job in turns; r:<user> → when the user's rest ends, in ms
-- and uses two more keys per user, which are derived from those and so are in the same hash slot:
--   turns:<user>   sorted set: entry .. job → the job's virtual time, which is the number of its items by priority
--   clocks:<user>  sorted set: like clocks, for the user's jobs
-- An entry has 16 digits, so that equal virtual times are ordered by entry.

local DIGITS, DAY = 16, 86400000
-- The cost, in items, of a turn that found nothing, so that a user without work, in however many jobs, does not keep
-- the others from their turns.
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

-- Returns a user's member of turns and their weight, or nil.
local function user_entry(user)
  local entry, weight = string.match(redis.call('HGET', entries, 'u:' .. user) or '', '^(%d+):(%d+)$')
  if entry then return entry .. user, tonumber(weight) end
end

-- Returns a job's member of its user's turns, its priority and its user, or nil.
local function job_entry(job)
  local entry, priority, user = string.match(redis.call('HGET', entries, 'j:' .. job) or '', '^(%d+):(%d+):(.*)$')
  if entry then return entry .. job, tonumber(priority), user end
end

-- Stores a virtual time in clocks.
local function note(clocks_key, name, time)
  redis.call('ZADD', clocks_key, time, name)
  redis.call('PEXPIRE', clocks_key, DAY)
end

-- Returns the clock of these turns. A lost clock restarts at the first member's virtual time.
local function clock_of(clocks_key, turns_key)
  local time = redis.call('ZSCORE', clocks_key, '')
  if not time then
    time = redis.call('ZRANGE', turns_key, 0, 0, 'WITHSCORES')[2] or 0
    note(clocks_key, '', time)
  end
  return tonumber(time)
end

-- Sets the clock, and forgets the members that it has overtaken.
local function set_clock(clocks_key, time)
  note(clocks_key, '', time)
  redis.call('ZREMRANGEBYSCORE', clocks_key, '-inf', '(' .. time)
end

local function add_if_present(key, member, amount)
  if not redis.call('ZSCORE', key, member) then return false end
  redis.call('ZINCRBY', key, amount, member)
  return true
end

-- Removes a user from turns; on their return they keep their virtual time.
local function leave(user)
  local member = user_entry(user)
  if not member then return end
  local time = redis.call('ZSCORE', turns, member)
  if time then note(clocks, user, time) end
  redis.call('ZREM', turns, member)
  redis.call('HDEL', entries, 'u:' .. user)
end

-- Refunds a job and its user, wherever their virtual times are stored.
local function give_back(job, user, priority, weight, items)
  local of_job = add_if_present(below(turns, user), job_entry(job) or '', -items / priority)
  if not of_job then add_if_present(below(clocks, user), job, -items / priority) end
  local of_user = add_if_present(turns, user_entry(user) or '', -items / weight)
  if not of_user then add_if_present(clocks, user, -items / weight) end
end
