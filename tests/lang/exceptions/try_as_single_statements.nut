// try and catch take single statements.
try throw "x"
catch (e) print(e + "\n")    // expect: x
