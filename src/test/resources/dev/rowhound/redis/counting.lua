local function counted(key, by)
  return redis.call('INCRBY', key, by)
end
