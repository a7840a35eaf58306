// The remainder of floats keeps the sign of the left side.
print(5.5 % 2 + "\n")        // expect: 1.5
print(-5.5 % 2 + "\n")       // expect: -1.5
print(5 % 2.5 + "\n")        // expect: 0
