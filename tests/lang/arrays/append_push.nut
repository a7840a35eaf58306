// append and push add at the end and return null.
local a = []
print((a.append(1) == null) + " " + (a.push(2) == null) + "\n")   // expect: true true
print(a.len() + " " + a[1] + "\n")   // expect: 2 2
