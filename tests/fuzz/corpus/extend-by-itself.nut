local a = [1];
for (local i = 0; i < 64; i++) a.extend(a);
