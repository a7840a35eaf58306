// A default is made once and shared by all calls.
function f(a = []) { a.push(1); return a.len() }
f()
f()
print(f() + "\n")            // expect: 3
