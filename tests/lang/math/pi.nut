// The constant.
print(math.PI + " " + format("%.7f", math.PI) + "\n")   // expect: 3.14159 3.1415927
