#!lua
-- Appends a chunk of rows to a receiving job, and extends the lease of its upload.
-- KEYS  m, ev, in, ix, st, dup
-- ARGV  1 mark, 2 upload token, 3 upload lease in ms, 4 chunk number from 0, 5 number of its first row, 6 number of
--       rows (0: only extend the lease), 7 the rows, deflated, 8 a state byte a row ('' if all are waiting), 9 number
--       of invalid rows, 10 data of their event, 11... pairs of a key's first row and how often the key is repeated
--       in this chunk
-- Reply {'ok', rows, user, priority}, also if the chunk was appended before; {'gap', chunks, rows} if another chunk
--       is expected; {'gone', state} if the job no longer accepts rows from this upload
-- Cost  O(rows of the chunk)
--@include job

local m, ev, input, index, st, dup = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local job = load_job(m)
if not job then return {'gone', ''} end
local owner = redis.call('HMGET', m, 'upload', 'user', 'priority')
if job.state ~= 'receiving' or owner[1] ~= ARGV[2] then return {'gone', job.state} end

local chunk, first, n = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local chunks = redis.call('STRLEN', index) / 4
if n > 0 and (chunk > chunks or (chunk == chunks and first ~= job.rows + 1)) then
  return {'gap', chunks, job.rows}
end

local now = now_ms()
redis.call('HSET', m, 'upload_until', digits(now + ARGV[3]))
if n == 0 or chunk < chunks then return {'ok', job.rows, owner[2] or '', owner[3] or ''} end

redis.call('HSET', input, chunk, ARGV[7])
redis.call('APPEND', index, struct.pack('>I4', first))
if ARGV[8] ~= '' then redis.call('SETRANGE', st, first - 1, ARGV[8]) end
job.rows = job.rows + n
job.changed['rows'] = job.rows

local repeated = 0
for i = 11, #ARGV, 2 do
  local row, times = ARGV[i], tonumber(ARGV[i + 1])
  redis.call('HINCRBY', dup, row, times)
  local state = redis.call('GETRANGE', st, row - 1, row - 1)
  if is_end(state) then
    count(job, state, times)
    repeated = repeated + times
  end
end
local refused = tonumber(ARGV[9])
if refused > 0 then
  count(job, 'i', refused)
  emit(ev, job, 'rows.rejected', ARGV[1], now, 0, 'd', ARGV[10])
end
if repeated > 0 then
  emit(ev, job, 'rows.repeated', ARGV[1], now, 0, 'count', repeated)
end
save(m, job)
return {'ok', job.rows, owner[2] or '', owner[3] or ''}
