// writestring writes the bytes and gives their number.
// differs: stock has no writestring
local b = blob()
print(b.writestring("ab\0c") + " " + b.len() + " " + b[3] + "\n")   // expect: 4 4 99
