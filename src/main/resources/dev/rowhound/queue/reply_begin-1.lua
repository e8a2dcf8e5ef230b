#!lua
-- Begins a call with an idempotency key, or returns its outcome.
-- KEYS  the call's hash
-- ARGV  1 fingerprint, 2 token of this attempt, 3 ms after which an unfinished attempt counts as lost, 4 retention
-- Reply {'begun'}               the caller executes the call
--       {'conflict'}            the key was used for another call
--       {'running'}             another attempt is in progress
--       {'ended', status, body} the stored response
-- Cost  O(1)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = redis.call('HMGET', KEYS[1], 'print', 'since', 'status', 'body')
if old[1] then
  if old[1] ~= ARGV[1] then return {'conflict'} end
  if old[3] then return {'ended', old[3], old[4]} end
  if now - old[2] < tonumber(ARGV[3]) then return {'running'} end
end
redis.call('HSET', KEYS[1], 'print', ARGV[1], 'token', ARGV[2], 'since', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'begun'}
