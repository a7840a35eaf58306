// An array of a million integers.
big <- array(1000000, 0);
for (local i = 0; i < 1000000; i++) big[i] = i * 2147;
