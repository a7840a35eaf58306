local s = "a";
for (local i = 0; i < 24; i++) s += s;
regexp(s).match(s);
