// But a comma needs an argument after it.
local f = @(a, b) a - b
f(1, )                       // expect compile error: expression expected, found ')'
