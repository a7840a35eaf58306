// foreach over a class gives members, methods and statics.
class C { x = 1; static s = 2; function f() {} }
local names = []
foreach (k, v in C) names.push(k)
names.sort()
foreach (n in names) print(n + " ")
print("\n")                  // expect: f s x 
