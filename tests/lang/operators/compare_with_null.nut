// null is less than everything; only ordering of other unlike types throws.
print((null < 1) + "\n")     // expect: true
print((1 < null) + "\n")     // expect: false
print((null <=> null) + "\n")   // expect: 0
print((null > "a") + "\n")   // expect: false
