// Reserved words are possible as quoted or computed keys.
local t = { ["class"] = 1, "for": 2 }
print(t["class"] + t["for"] + "\n")   // expect: 3
