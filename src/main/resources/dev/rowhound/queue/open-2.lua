#!lua
-- Creates a job in the state receiving.
-- KEYS  m, ev
-- ARGV  1 mark of the event, 2 upload token, 3 upload lease in ms, 4... pairs of field and value for m
-- Reply {'opened'}, also if the same token opened it before
--       {'exists', state, fingerprint, digest} for a job of this id that another upload opened
-- Cost  O(fields)
--@include job

local m, ev = KEYS[1], KEYS[2]
local old = redis.call('HMGET', m, 'state', 'upload', 'fingerprint', 'digest')
if old[1] then
  if old[2] == ARGV[2] then return {'opened'} end
  return {'exists', old[1], old[3] or '', old[4] or ''}
end
local now = now_ms()
redis.call('HSET', m, 'state', 'receiving', 'rows', 0, 'next', 1, 'seq', 0, 'fence', 0, 'gen', 1,
  'created', digits(now), 'upload', ARGV[2], 'upload_until', digits(now + ARGV[3]), unpack(ARGV, 4))
local job = load_job(m)
emit(ev, job, 'job.receiving', ARGV[1], now, 0)
save(m, job)
return {'opened'}
