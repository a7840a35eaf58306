// The one division that overflows wraps.
// differs: the C++ VM dies of a signal
local small = -2147483647 - 1
local m = -1
print(small / m + "\n")      // expect: -2147483648
print(small % m + "\n")      // expect: 0
