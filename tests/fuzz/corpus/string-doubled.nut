local s = "x";
for (local i = 0; i < 64; i++) s += s;
