// Ordering of numbers and strings.
print((1 < 2) + "\n")        // expect: true
print((2 <= 2) + "\n")       // expect: true
print((1 > 1.5) + "\n")      // expect: false
print((2 >= 1.5) + "\n")     // expect: true
print(("abc" < "abd") + "\n")   // expect: true
print(("Z" < "a") + "\n")    // expect: true
print(("ab" < "abc") + "\n") // expect: true
