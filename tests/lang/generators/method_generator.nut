// A method with yield makes a generator of its instance.
class C { n = 2; function each() { for (local i = 0; i < n; i++) yield i * 10 } }
local c = C()
foreach (v in c.each()) print(v + " ")
print("\n")                  // expect: 0 10 
