#!lua
-- Grants as many starts at a host as its pause, rates, delay and concurrency allow at this moment.
-- Each rate is a GCRA clock: the time at which the starts so far would have ended at that rate. A start is granted
-- while the clock is at most the tolerance, interval x (burst - 1), ahead of now, and advances the clock by one
-- interval. So any period has at most burst + period / interval starts. The configuration has one clock for the host;
-- all recipes share another.
-- KEYS  lim, run
-- ARGV  1 maximum, 2 lifetime of a permit in ms, 3 batch, 4 and 5 interval and tolerance of the configuration in
--       microseconds, 6 and 7 those of the recipe (interval 0: no limit), 8 concurrency (0: no limit), 9 ms until the
--       next start (-1: no delay), 10 whether to account for the permits (0 if nothing is limited)
-- Reply {count, wait}: the permits are batch-1, batch-2...; with count 0, wait in ms before the next request
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

-- Applies a GCRA clock to n and wait; returns the clock and its interval.
local function apply_rate(clock, interval, tolerance)
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
local ct, ci = apply_rate(v[3], ARGV[4], ARGV[5])
local rt, ri = apply_rate(v[4], ARGV[6], ARGV[7])
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
  -- Lets a later release take this batch off the clocks.
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
