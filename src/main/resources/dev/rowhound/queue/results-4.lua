#!lua flags=no-writes,allow-oom
-- Reads the states of rows, their stored results and the job's segment at one moment.
-- KEYS  m, st, res, ask
-- ARGV  1 first row, 2 last row, 3... the rows that may have results, ascending; those before the first row are first
--       rows of repeated keys
-- Reply {segment or '', creation time of the job or '' if it does not exist, state bytes of the first to the last row,
--       state bytes of the rows of ARGV before the first row, {result or nil of each row of ARGV}, {row, entry of ask,
--       ...} of those of them that wait for a person}
-- Cost  O(rows)

local first = tonumber(ARGV[1])
local m = redis.call('HMGET', KEYS[1], 'segment', 'created')
local before = {}
for i = 3, #ARGV do
  if tonumber(ARGV[i]) >= first then break end
  local byte = redis.call('GETRANGE', KEYS[2], ARGV[i] - 1, ARGV[i] - 1)
  before[#before + 1] = byte == '' and '\0' or byte
end
local asked, questions = {}, {}
if redis.call('EXISTS', KEYS[4]) == 1 then asked = redis.call('HMGET', KEYS[4], unpack(ARGV, 3)) end
for i = 3, #ARGV do
  if asked[i - 2] then
    questions[#questions + 1] = ARGV[i]
    questions[#questions + 1] = asked[i - 2]
  end
end
return {
  m[1] or '',
  m[2] or '',
  redis.call('GETRANGE', KEYS[2], first - 1, ARGV[2] - 1),
  table.concat(before),
  redis.call('HMGET', KEYS[3], unpack(ARGV, 3)),
  questions,
}
