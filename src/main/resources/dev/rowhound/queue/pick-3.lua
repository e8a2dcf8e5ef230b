#!lua
-- Picks the user who has had the least and, of that user's jobs, the one that has had the least; charges both for the
-- items of a claim: the user by weight, the job by priority.
-- KEYS  turns, clocks, entries
-- ARGV  1 how many items to charge for
-- Reply the job, or '' if there is none
-- Cost  O(log users + log jobs)
--@include scheduler

-- Skips members whose hash fields were lost; the next offer adds them again.
for _ = 1, 100 do
  local first = redis.call('ZRANGE', turns, 0, 0, 'WITHSCORES')
  if not first[1] then return '' end
  local user = name_of(first[1])
  local jobs = below(turns, user)
  local present, weight = user_entry(user)
  if present ~= first[1] then
    redis.call('ZREM', turns, first[1])
    if not present then redis.call('UNLINK', jobs) end
  else
    local job = redis.call('ZRANGE', jobs, 0, 0, 'WITHSCORES')
    if not job[1] then
      leave(user)
    else
      local known, priority = job_entry(name_of(job[1]))
      if known == job[1] then
        redis.call('ZINCRBY', turns, ARGV[1] / weight, first[1])
        redis.call('ZINCRBY', jobs, ARGV[1] / priority, job[1])
        set_clock(clocks, first[2])
        set_clock(below(clocks, user), job[2])
        return name_of(job[1])
      end
      redis.call('ZREM', jobs, job[1])
    end
  end
end
return ''
