// A function statement makes a slot in this, at top level a global.
function add(a, b) { return a + b }
print(add(1, 2) + "\n")      // expect: 3
print(("add" in getroottable()) + "\n")   // expect: true
