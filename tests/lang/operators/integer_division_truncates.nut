// Division and remainder of negative integers round towards zero.
print(-7 / 2 + "\n")         // expect: -3
print(7 / -2 + "\n")         // expect: -3
print(-7 % 3 + "\n")         // expect: -1
print(7 % -3 + "\n")         // expect: 1
