// array(n, fill) makes one.
local a = array(3)
print(a.len() + " " + (a[0] == null) + "\n")   // expect: 3 true
print(array(2, "x")[1] + "\n")                 // expect: x
