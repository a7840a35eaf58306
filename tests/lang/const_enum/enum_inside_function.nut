// An enum is known after its declaration, even from inside a function.
function f() { enum Inner { X = 9 } }
print(Inner.X + "\n")        // expect: 9
