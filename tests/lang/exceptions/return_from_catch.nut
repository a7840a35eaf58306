// And from catch.
function f() { try { throw 1 } catch (e) { return "from catch" } return "after" }
print(f() + "\n")            // expect: from catch
