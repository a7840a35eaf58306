local s = "a,";
for (local i = 0; i < 23; i++) s += s;
while (true) split(s, ",");
