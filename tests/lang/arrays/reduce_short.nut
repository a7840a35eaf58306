// One item is the result itself; none gives null.
print([7].reduce(@(p, c) p + c) + "\n")            // expect: 7
print(([].reduce(@(p, c) p + c) == null) + "\n")   // expect: true
