#line 999999999
local f = function() { local a = 1; throw a; };
f();
