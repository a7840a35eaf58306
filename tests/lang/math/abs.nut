// abs gives an integer, fabs a float.
print(math.abs(-5) + " " + math.abs(-2.5) + " " + typeof math.abs(-2.5) + "\n")   // expect: 5 2 integer
print(math.fabs(-2.5) + " " + typeof math.fabs(-3) + "\n")   // expect: 2.5 float
