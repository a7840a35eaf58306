local s = "x";
for (local i = 0; i < 24; i++) s += s;
while (true) s.find("y");
