// An array of 100,000 small tables, grown by append().
big <- [];
for (local i = 0; i < 100000; i++) big.append({ id = i, value = i * 0.5 });
