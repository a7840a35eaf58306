// A function expression may be called at once.
print((function (x) { return x * 2 })(4) + "\n")   // expect: 8
