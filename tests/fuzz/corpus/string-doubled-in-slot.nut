local t = {s = "x"};
for (local i = 0; i < 64; i++) t.s += t.s;
