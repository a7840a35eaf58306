// A group that took no part is 0-0.
local c = regexp("(a)|(b)").capture("b")
print(c[1].begin + "-" + c[1].end + " " + c[2].begin + "-" + c[2].end + "\n")   // expect: 0-0 0-1
