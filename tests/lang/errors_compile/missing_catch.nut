// try needs catch.
try { print("x") }
print("y")                   // expect compile error: expected 'catch'
