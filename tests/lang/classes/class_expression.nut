// class { } is an expression.
local C = class { x = 3 }
print(C().x + "\n")          // expect: 3
print(typeof C + " " + typeof C() + "\n")   // expect: class instance
