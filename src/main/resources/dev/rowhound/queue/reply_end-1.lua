#!lua
-- Stores the response to a call, or forgets the attempt, unless a later attempt has taken over.
-- KEYS  the call's hash
-- ARGV  1 token of this attempt, 2 status, empty to forget it, 3 body
-- Reply 1 if it did, else 0
-- Cost  O(1)
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'status', ARGV[2], 'body', ARGV[3])
end
return 1
