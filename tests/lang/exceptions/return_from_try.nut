// return leaves through try.
function f() { try { return "from try" } catch (e) {} return "after" }
print(f() + "\n")            // expect: from try
