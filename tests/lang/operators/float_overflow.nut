// Single precision overflows to infinity and underflows to zero.
print(1e38 * 10 + " " + -1e38 * 10 + " " + 1e-46 + "\n")   // expect: inf -inf 0
