// typeof of every kind of value.
function gen() { yield 1 }
class C {}
foreach (v in [1, 1.5, true, "s", null, {}, [], gen, C, C(), gen(), C.weakref(), print]) print(typeof v + " ")
print("\n")                  // expect: integer float bool string null table array function class instance generator class function 
