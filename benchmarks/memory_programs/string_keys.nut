// A table of 100,000 string keys.
big <- {};
for (local i = 0; i < 100000; i++) big["device-" + i] <- i;
