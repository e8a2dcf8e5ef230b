#!lua
-- Marks items as started, so that a loss of their worker counts as a crash.
-- KEYS  m, ev, own, att
-- ARGV  groups of 4, one an item: 1 mark, 2 row, 3 token, 4 data of the event
-- Reply {state of the job, number of the attempt for each item}: from 1, also if it was marked before; 0 if the token
--       does not hold the item, or the job gives out no items
-- Cost  O(items)
--@include job

local m, ev, own, att = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local job = load_job(m)
if not job then job = {state = ''} end
local reply, rows = {job.state}, {}
for i = 1, #ARGV, 4 do rows[#rows + 1] = ARGV[i + 1] end
local owners, records = redis.call('HMGET', own, unpack(rows)), redis.call('HMGET', att, unpack(rows))
local may = gives_out(job)
local now, write, begun = now_ms(), {}, {}
for i, row in ipairs(rows) do
  local a = i * 4 - 4
  local held, started = holds(owners[i], ARGV[a + 3])
  reply[i + 1] = 0
  if held and (started or may) then
    reply[i + 1] = attempts_of(records[i]) + 1
    -- A batch may contain the same call twice.
    if not started and not begun[row] then
      begun[row] = true
      write[#write + 1], write[#write + 2] = row, ARGV[a + 3] .. '*' .. ARGV[a + 4]
      emit(ev, job, 'item.started', ARGV[a + 1], now, row, 'd', ARGV[a + 4])
    end
  end
end
if #write > 0 then
  redis.call('HSET', own, unpack(write))
  redis.call('HSETNX', m, 'started', digits(now))
  save(m, job)
end
return reply
