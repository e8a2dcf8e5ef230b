#!lua flags=allow-oom
-- Extends the leases of items.
-- KEYS  m, lease, own
-- ARGV  1 lease in ms, 2... pairs of row and token
-- Reply {state, 1 or 0 for each pair}: 0 if the token does not hold the item
-- Cost  O(pairs x log in progress)
--@include job

admit_writes(KEYS[3])
local reply = {redis.call('HGET', KEYS[1], 'state') or ''}
local deadline = now_ms() + ARGV[1]
for i = 2, #ARGV, 2 do
  local row, token = ARGV[i], ARGV[i + 1]
  local held = holds(redis.call('HGET', KEYS[3], row), token)
  if held then redis.call('ZADD', KEYS[2], 'XX', deadline, row) end
  reply[#reply + 1] = held and 1 or 0
end
return reply
