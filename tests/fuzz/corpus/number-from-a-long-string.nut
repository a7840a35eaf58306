local s = "1";
for (local i = 0; i < 24; i++) s += s;
while (true) (s + ".1").tofloat();
