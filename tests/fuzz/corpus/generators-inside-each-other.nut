function g(x) { yield 1; foreach (v in x) yield v; }
local a = [1, 2, 3];
for (local i = 0; i < 100000; i++) a = g(a);
foreach (v in a) ;
a = null;
