// floor and ceil give floats.
print(math.floor(2.7) + " " + math.floor(-2.1) + " " + math.ceil(2.1) + " " + typeof math.floor(2) + "\n")   // expect: 2 -3 3 float
