// The five operators on integers.
print(7 + 2 + "\n")          // expect: 9
print(7 - 2 + "\n")          // expect: 5
print(7 * 2 + "\n")          // expect: 14
print(7 / 2 + "\n")          // expect: 3
print(7 % 2 + "\n")          // expect: 1
