// <=> gives -1, 0 or 1.
print((1 <=> 2) + "\n")      // expect: -1
print((2 <=> 2) + "\n")      // expect: 0
print((2.5 <=> 1) + "\n")    // expect: 1
print(("a" <=> "b") + "\n")  // expect: -1
print((true <=> false) + "\n")  // expect: 1
