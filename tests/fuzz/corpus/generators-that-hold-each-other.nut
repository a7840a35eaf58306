function g(x) { yield x; }
local a = null;
for (local i = 0; i < 300000; i++) { a = g(a); resume a; }
a = null;
