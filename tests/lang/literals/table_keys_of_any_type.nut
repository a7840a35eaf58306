// Computed keys need not be strings.
local t = { [1] = "one", [2.5] = "two and a half", [true] = "yes" }
print(t[1] + "\n")           // expect: one
print(t[2.5] + "\n")         // expect: two and a half
print(t[true] + "\n")        // expect: yes
