// Separators in table literals may be newlines, commas or semicolons between class members.
local t = {
    a = 1
    b = 2,
    c = 3
}
class C { x = 1; y = 2 z = 3 }
print(t.len() + " " + C().z + "\n")   // expect: 3 3
