#!lua flags=allow-oom
-- Lets an item wait for a person's answer. Its lease is to be held meanwhile. A question that is open already is
-- replaced.
-- KEYS  m, ev, st, own, ask, ans
-- ARGV  1 mark, 2 row, 3 token, 4 the question's id, 5 for how many ms it is open, 6 1 when a text is wanted, 0 when
--       "go on" is enough, 7 the question as a JSON object
-- Reply 'ok' also when it was asked before; 'stale' when the token no longer holds the item: nothing was changed
-- Cost  O(1)
--@include job

local m, ev, st, own, ask, ans = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local row, id = ARGV[2], ARGV[4]
local job = load_job(m)
local owner = redis.call('HGET', own, row)
local held, started = holds(owner, ARGV[3])
if not job or not is_open(job) or not held or not started then return 'stale' end
local open = redis.call('HGET', ask, row)
local last = redis.call('HGET', ans, row)
if open and string.match(open, '^[^|]*') == id or last and string.match(last, '^[^|]*') == id then return 'ok' end

-- A time as it is written on the wire, by the calendar that the store's scripts have no function for.
local function wire_time(ms)
  local floor = math.floor
  local seconds = floor(ms / 1000)
  local day, clock = floor(seconds / 86400) + 719468, seconds % 86400
  local era = floor(day / 146097)
  local of_era = day - era * 146097
  local year = floor((of_era - floor(of_era / 1460) + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + floor(year / 4) - floor(year / 100))
  local part = floor((5 * of_year + 2) / 153)
  local month = part < 10 and part + 3 or part - 9
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year + era * 400 + (month <= 2 and 1 or 0), month,
    of_year - floor((153 * part + 2) / 5) + 1, floor(clock / 3600), floor(clock / 60) % 60, clock % 60, ms % 1000)
end

local now = now_ms()
local over = now + ARGV[5]
local question = string.sub(ARGV[7], 1, -2) .. ',"until":"' .. wire_time(over) .. '"}'
admit_writes(own)
redis.call('HSET', ask, row, id .. '|' .. digits(over) .. '|' .. ARGV[6] .. '|' .. question)
if not open then
  redis.call('SETRANGE', st, row - 1, 'q')
  count(job, 'r', -1)
  count(job, 'q', 1)
end
emit(ev, job, 'item.needs_human', ARGV[1], now, row,
  string.match(owner, '^[^*]*%*(.*)}$') .. ',"question":' .. question .. '}')
save(m, job)
return 'ok'
