// The functions are in math, not global.
print(math.sqrt(16) + " " + ("sqrt" in getroottable()) + "\n")   // expect: 4 false
