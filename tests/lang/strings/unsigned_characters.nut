// Characters are 0 to 255.
// differs: stock characters are signed
local s = "\xff" + "\x80" + "\x7f"
print(s[0] + " " + s[1] + " " + s[2] + "\n")   // expect: 255 128 127
foreach (c in s) print(c + " ")
print("\n")                  // expect: 255 128 127 
