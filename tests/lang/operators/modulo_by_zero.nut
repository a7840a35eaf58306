// Integer remainder by zero is an error.
// differs: stock ignores its own error and yields null
local zero = 0
1 % zero                     // expect error: modulo by zero
