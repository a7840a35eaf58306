local s = "a";
for (local i = 0; i < 24; i++) s += s;
local e = regexp2("(a|b)*c");
while (true) e.match(s);
