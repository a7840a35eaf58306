// The index of an increment may assign an outer variable.
// differs: stock reuses the register that holds the array
local a = [1, 2, 3, 4], k = 3
local f = @() ++a[(k *= k) & 3]
print(f() + "\n")                                        // expect: 3
print(k + ": " + a[0] + a[1] + a[2] + a[3] + "\n")       // expect: 9: 1334
