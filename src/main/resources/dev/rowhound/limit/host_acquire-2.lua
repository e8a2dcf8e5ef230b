#!lua
-- Grants starts at a host, as many as its pause, its rates, its delay and its concurrency allow at this moment.
-- A rate is kept by a clock that tells when the starts so far would have ended at that rate (GCRA): a start is granted
-- while the clock is ahead of now by no more than the tolerance, interval x (burst - 1), and puts the clock on by one
-- interval. So in any stretch of time there are at most burst + time / interval starts. One clock is for the
-- configuration's limit on the host, one for those of recipes, which share it.
-- KEYS  lim, run
-- ARGV  1 how many at most, 2 how long a pass is held in ms, 3 batch, 4 and 5 interval and tolerance of the
--       configuration in microseconds, 6 and 7 those of the recipe (interval 0: no limit), 8 places (0: no limit),
--       9 ms from this start to the next one (-1: no delay), 10 whether to keep account (0 where nothing is limited)
-- Reply {how many, wait}: the passes are batch-1, batch-2...; without one, wait in ms until asking again makes sense
-- Cost  O(granted x log holders)
--@include limit

local lim, run = KEYS[1], KEYS[2]
local n, held, batch = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local places, delay = tonumber(ARGV[8]), tonumber(ARGV[9])
local now = now_us()
local wait = 0
local v = redis.call('HMGET', lim, 'until', 'next', 'ct', 'rt')

local function not_before(time)
  wait = math.max(wait, tonumber(time or 0) - now)
end

-- Answers the clock, interval and how far it may be ahead.
local function heed(clock, interval, tolerance)
  clock, interval = math.max(tonumber(clock or 0), now), tonumber(interval)
  if interval > 0 then
    local room = now + tolerance - clock
    if room < 0 then
      wait = math.max(wait, -room)
    else
      n = math.min(n, math.floor(room / interval) + 1)
    end
  end
  return clock, interval
end

not_before(v[1])
not_before(v[2])
local ct, ci = heed(v[3], ARGV[4], ARGV[5])
local rt, ri = heed(v[4], ARGV[6], ARGV[7])
if wait == 0 and places > 0 then
  n = math.min(n, places - holders(run, now))
  if n <= 0 then wait = until_place(run, now) end
end
if wait > 0 then return {0, math.ceil(wait / 1000)} end
if ARGV[10] == '0' then return {n, 0} end

local busy = now
if delay >= 0 then
  n = 1
  busy = now + delay * 1000
  redis.call('HSET', lim, 'next', whole(busy), 'nb', batch)
end
if ci > 0 or ri > 0 then
  -- What a batch that is given back takes off the clocks.
  redis.call('HSET', lim, 'last', batch, 'ci', whole(ci), 'ri', whole(ri))
end
if ci > 0 then
  ct = ct + n * ci
  redis.call('HSET', lim, 'ct', whole(ct))
  busy = math.max(busy, ct)
end
if ri > 0 then
  rt = rt + n * ri
  redis.call('HSET', lim, 'rt', whole(rt))
  busy = math.max(busy, rt)
end
if redis.call('EXISTS', lim) == 1 then keep(lim, (busy - now) / 1000 + 1000) end
hold(run, now, n, batch, held)
return {n, 0}
