#!lua flags=no-writes,allow-oom
-- Reads a job's record with the sequence number and mark of its last event.
-- KEYS  m, ev, ask
-- Reply {now in ms, seq, mark, {row, entry of ask, ...} of the open questions, pairs of field and value...}; {} if the
--       job does not exist
-- Cost  O(fields + open questions)
--@include job

local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return {} end
local reply = {string.format('%.0f', now_ms()), '0', ''}
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if last then
  reply[2] = string.match(last[1], '^%d+')
  for i = 1, #last[2], 2 do
    if last[2][i] == 'h' then reply[3] = last[2][i + 1] end
  end
end
reply[4] = redis.call('HGETALL', KEYS[3])
for _, v in ipairs(fields) do reply[#reply + 1] = v end
return reply
