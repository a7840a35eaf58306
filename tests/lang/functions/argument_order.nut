// Arguments are evaluated from left to right.
function show(v) { print(v); return v }
function f(a, b, c) { print("\n") }
f(show(1), show(2), show(3)) // expect: 123
