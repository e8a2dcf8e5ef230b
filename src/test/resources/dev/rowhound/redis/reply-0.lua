#!lua flags=no-writes
return {'bulk', '7', 1, false, {'a', 1}, 'text'}
