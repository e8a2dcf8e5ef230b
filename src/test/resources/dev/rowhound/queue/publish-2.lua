#!lua
-- Appends one event of an item to a job, and changes nothing else of it.
-- KEYS  m, ev
-- ARGV  1 mark of the event, 2 its own fields as a JSON object
-- Reply the event's number
-- Cost  O(1)
--@include job

local job = load_job(KEYS[1])
emit(KEYS[2], job, 'item.ended', ARGV[1], now_ms(), 1, 'd', ARGV[2])
save(KEYS[1], job)
return job.seq
