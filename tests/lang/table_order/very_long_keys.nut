// From 64 characters on only the beginning counts.
local stem = ""
for (local i = 0; i < 10; i++) stem += "0123456789"
local t = {}
for (local i = 0; i < 6; i++) t[stem + i] <- "end " + i
for (local i = 0; i < 3; i++) t[i + stem] <- "start " + i
foreach (k, v in t) print(v + "\n")
// expect: start 1
// expect: start 2
// expect: start 0
// expect: end 2
// expect: end 3
// expect: end 0
// expect: end 1
// expect: end 4
// expect: end 5
