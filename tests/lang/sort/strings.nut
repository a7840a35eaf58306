// Strings sort by byte.
local a = ["b", "B", "a10", "a9", ""]
a.sort()
foreach (v in a) print("[" + v + "]")
print("\n")                  // expect: [][B][a10][a9][b]
