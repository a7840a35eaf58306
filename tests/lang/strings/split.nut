// Every character of the second argument separates; empty pieces are dropped.
local show = function (a) { local s = a.len() + ":"; foreach (p in a) s += "[" + p + "]"; print(s + "\n") }
show(split("a,b,c", ","))    // expect: 3:[a][b][c]
show(split("a,,c", ","))     // expect: 2:[a][c]
show(split(",a,", ","))      // expect: 1:[a]
show(split("a.b-c", ".-"))   // expect: 3:[a][b][c]
show(split("abc", ","))      // expect: 1:[abc]
show(split("", ","))         // expect: 0:
