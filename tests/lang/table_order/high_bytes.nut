// Bytes above 127 are sign-extended in the hash.
local t = {}
foreach (k in ["\xe9", "\xe8", "\xe7", "e", "a\xff", "\xff" + "a"]) t[k] <- 1
foreach (k, v in t) { foreach (i, c in k) print((c & 255) + "."); print(" ") }
print("\n")                  // expect: 233. 232. 101. 255.97. 231. 97.255. 
