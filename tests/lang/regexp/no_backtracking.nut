// The engine is greedy and does not go back.
print((regexp("a.*z").search("az") == null) + "\n")   // expect: true
local m = regexp("a.*b").search("xaxbxbx")
print(m.begin + " " + m.end + "\n")   // expect: 1 4
