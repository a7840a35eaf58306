// arr[i++]() with a captured i calls the right item.
local i = 0
local arr = [@() "first", @() "second"]
local f = function () { return arr[i++]() }
print(f() + " " + f() + " " + i + "\n")   // expect: first second 2
