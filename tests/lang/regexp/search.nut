// search gives begin and end, or null.
local m = regexp("[0-9]+").search("ab123cd")
print(m.begin + " " + m.end + "\n")   // expect: 2 5
print((regexp("[0-9]+").search("abc") == null) + "\n")   // expect: true
