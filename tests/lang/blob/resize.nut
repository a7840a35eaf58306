// resize to less cuts.
local b = blob(4)
b[0] = 9
b.resize(2)
print(b.len() + " " + b[0] + "\n")   // expect: 2 9
b[3]                         // expect error: index out of range
