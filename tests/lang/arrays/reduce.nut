// reduce folds from the left, without an initial value.
print([1, 2, 3, 4].reduce(@(p, c) p + c) + "\n")   // expect: 10
print(["a", "b", "c"].reduce(@(p, c) p + c) + "\n")   // expect: abc
