// resize fills with null or the given value, and cuts.
local a = [1]
a.resize(3)
print(a.len() + " " + (a[2] == null) + "\n")   // expect: 3 true
a.resize(4, "f")
print(a[3] + "\n")           // expect: f
a.resize(1)
print(a.len() + "\n")        // expect: 1
