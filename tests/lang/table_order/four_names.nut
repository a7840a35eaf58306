// Keys come in hash order.
foreach (k, v in { one = 1, two = 2, three = 3, four = 4 }) print(k + " ")
print("\n")                  // expect: three one two four 
