// Array literals: commas optional, a trailing comma allowed, nesting.
print([1, 2, 3].len() + "\n")      // expect: 3
print([].len() + "\n")             // expect: 0
print([1, 2, ].len() + "\n")       // expect: 2
print([1 2 3].len() + "\n")        // expect: 3
print([[1, 2], [3]][0][1] + "\n")  // expect: 2
