// Without a return the value is null.
function f() {}
print((f() == null) + "\n")  // expect: true
