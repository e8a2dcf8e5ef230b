#!lua
-- Gives a worker the right to work on items until a deadline: retries whose time has come, then untouched rows.
-- KEYS  m, st, lease, own, due
-- ARGV  1 how many at most, 2 lease in ms, 3 node, 4 nonce
-- Reply {'ok', token, row...}; the token is fence-node-nonce, the same for each of the rows
--       {'empty', again}: nothing to do; again is 1 when untouched rows may lie behind those that were looked at
--       {'closed', state}: the job gives out nothing
-- Cost  O(n log in flight), and at most 10,000 bytes of st
--@include job

local SCAN, WINDOW = 10000, 1000
local m, st, lease, own, due = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local v = redis.call('HMGET', m, 'state', 'rows', 'next')
if v[1] ~= 'running' and v[1] ~= 'receiving' then return {'closed', v[1] or ''} end
local now, total, start = now_ms(), tonumber(v[2]), tonumber(v[3])

local retries = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[1])
local want = ARGV[1] - #retries

-- The first look is as wide as what is wanted; only a stretch of repeats and refused rows makes it wider.
local fresh, next, width = {}, start, want
while #fresh < want and next <= total and next - start < SCAN do
  local from = next
  local to = math.min(from + width - 1, total)
  local bytes = redis.call('GETRANGE', st, from - 1, to - 1)
  for row = from, to do
    next = row + 1
    local byte = string.byte(bytes, row - from + 1)
    if byte == nil or byte == 0 then
      fresh[#fresh + 1] = row
      if #fresh == want then break end
    end
  end
  width = WINDOW
end

if next ~= start then redis.call('HSET', m, 'next', next) end
local n = #retries + #fresh
if n == 0 then return {'empty', next <= total and 1 or 0} end

local token = redis.call('HINCRBY', m, 'fence', 1) .. '-' .. ARGV[3] .. '-' .. ARGV[4]
local deadline = now + ARGV[2]
local reply = {'ok', token}
local function take(row)
  redis.call('SETRANGE', st, row - 1, 'r')
  redis.call('ZADD', lease, deadline, row)
  redis.call('HSET', own, row, token)
  reply[#reply + 1] = tonumber(row)
end
for _, row in ipairs(retries) do
  redis.call('ZREM', due, row)
  take(row)
end
for _, row in ipairs(fresh) do take(row) end
redis.call('HINCRBY', m, 'c:r', n)
if #retries > 0 then redis.call('HINCRBY', m, 'c:t', -#retries) end
return reply
