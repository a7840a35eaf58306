// ++ and -- on slots and array items.
local t = { n = 1 }, a = [10]
t.n++
++t.n
print(t.n + "\n")            // expect: 3
print(a[0]-- + "\n")         // expect: 10
print(a[0] + "\n")           // expect: 9
