// && and || return the operand that decides.
print((1 && "x") + "\n")     // expect: x
print((0 && "x") + "\n")     // expect: 0
print((null || "d") + "\n")  // expect: d
print(("a" || "b") + "\n")   // expect: a
print((0 || null) + "\n")    // expect: (null : (nil))
