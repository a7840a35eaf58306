// The same with foreach: after the loop the value variable is what it was last.
local fs = []
foreach (v in [10, 20, 30]) fs.push(function () { return v })
print(fs[0]() + " " + fs[1]() + " " + fs[2]() + "\n")   // expect: 30 30 30
