// !k in t is (!k) in t.
local t = { [false] = 1 }
print((!"k" in t) + "\n")    // expect: true
print((!("k" in t)) + "\n")  // expect: true
local u = { k = 1 }
print((!"k" in u) + "\n")    // expect: false
