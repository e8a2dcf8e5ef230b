#!lua
-- Leases items to a worker: those whose host may be contacted again, retries that are due, then untouched rows. Or,
-- for items that ask: those that wait to ask a person, and untouched rows if they are likely to ask.
-- KEYS  m, st, lease, own, due, hold
-- ARGV  1 maximum, 2 lease in ms, 3 node, 4 nonce, 5 a random number from 0 to 1 for the delay between starts,
--       6 1 for items that ask
-- Reply {'ok', token, creation time of the job, generation, row...}; the token, fence-node-nonce, is shared by the rows
--       {'empty', again, wait}: nothing to do; again is 1 if untouched rows may follow the examined ones; wait is the
--       time in ms until there may be something, 0 if unknown
--       {'closed', state}: the job gives out no items
-- Cost  O(n log in progress), and at most 10,000 bytes of st
--@include job

-- A held item costs some 100 bytes, so a job with this many of them gives out no untouched rows.
local SCAN, WINDOW, HELD = 10000, 1000, 10000
local m, st, lease, own, due, hold = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local v = redis.call('HMGET', m, 'state', 'rows', 'next', 'scan', 'conc', 'delay_min', 'delay_max', 'paced', 'c:r',
  'halt', 'sample', 'asks', 'created', 'gen')
if v[1] ~= 'running' and v[1] ~= 'receiving' or v[10] then return {'closed', v[1] or ''} end
local now, start, want = now_ms(), tonumber(v[3]), tonumber(ARGV[1])
-- A retry scan may still reset the rows that it has not reached, so the cursor must not pass them.
local total = v[4] and math.min(tonumber(v[2]), v[4] - 1) or tonumber(v[2])

if v[11] then total = math.min(total, v[11]) end

-- Items that wait for a person hold a lease but do not count as running.
local limit = tonumber(v[5] or 0)
if limit > 0 then want = math.min(want, limit - (v[9] or 0)) end
local slowest = tonumber(v[7] or 0)
if slowest > 0 then
  if now < tonumber(v[8] or 0) then return {'empty', 0, v[8] - now} end
  want = math.min(want, 1)
end
if want <= 0 then return {'empty', 0, 0} end

local asking = ARGV[6] == '1'
local from, to = asking and digits(ASKING) or '-inf', digits(asking and ASKING + now or now)
local held = redis.call('ZRANGEBYSCORE', hold, from, to, 'LIMIT', 0, want)
local retries = {}
if not asking and #held < want then retries = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, want - #held) end
want = want - #held - #retries
if redis.call('ZCARD', hold) >= HELD or (tonumber(v[12] or 0) >= MAX_ASKS) ~= asking then want = 0 end

-- The first read covers only the rows that are needed; repeated and invalid rows make the next ones larger.
local fresh, next, width = {}, start, want
while #fresh < want and next <= total and next - start < SCAN do
  local head = next
  local tail = math.min(head + width - 1, total)
  local bytes = redis.call('GETRANGE', st, head - 1, tail - 1)
  for row = head, tail do
    next = row + 1
    local byte = string.byte(bytes, row - head + 1)
    if byte == nil or byte == 0 then
      fresh[#fresh + 1] = row
      if #fresh == want then break end
    end
  end
  width = WINDOW
end

local n = #held + #retries + #fresh
if n == 0 then
  if next ~= start then redis.call('HSET', m, 'next', next) end
  local first = math.huge
  if asking then
    local waits = redis.call('ZRANGEBYSCORE', hold, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
    if waits then first = waits - ASKING end
  else
    local waits = redis.call('ZRANGEBYSCORE', hold, '-inf', '(' .. digits(ASKING), 'WITHSCORES', 'LIMIT', 0, 1)[2]
    first = math.min(tonumber(waits or math.huge),
      tonumber(redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2] or math.huge))
  end
  return {'empty', want > 0 and next <= total and 1 or 0, first < math.huge and math.max(1, first - now) or 0}
end

local token = redis.call('HINCRBY', m, 'fence', 1) .. '-' .. ARGV[3] .. '-' .. ARGV[4]
local deadline = now + ARGV[2]
local reply, leases, owners = {'ok', token, v[13], v[14]}, {}, {}
local function take(row, owner)
  leases[#leases + 1], leases[#leases + 2] = deadline, row
  owners[#owners + 1], owners[#owners + 2] = row, owner
  reply[#reply + 1] = tonumber(row)
end
for _, row in ipairs(held) do
  redis.call('SETRANGE', st, row - 1, 'r')
  take(row, token .. (asking and '?' or '~'))
end
for _, row in ipairs(retries) do
  redis.call('SETRANGE', st, row - 1, 'r')
  take(row, token)
end
local first = 1
for i, row in ipairs(fresh) do
  take(row, token)
  if fresh[i + 1] ~= row + 1 then
    redis.call('SETRANGE', st, fresh[first] - 1, string.rep('r', i - first + 1))
    first = i + 1
  end
end
if #held > 0 then redis.call('ZREM', hold, unpack(held)) end
if #retries > 0 then redis.call('ZREM', due, unpack(retries)) end
redis.call('ZADD', lease, unpack(leases))
redis.call('HSET', own, unpack(owners))

local changed = {'next', next, 'c:r', (v[9] or 0) + n}
if slowest > 0 then
  local fastest = tonumber(v[6] or 0)
  changed[5], changed[6] = 'paced', digits(now + fastest + math.floor((slowest - fastest) * ARGV[5]))
end
redis.call('HSET', m, unpack(changed))
if #held > 0 then redis.call('HINCRBY', m, asking and 'c:q' or 'c:h', -#held) end
if #retries > 0 then redis.call('HINCRBY', m, 'c:t', -#retries) end
return reply
