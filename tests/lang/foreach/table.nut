// Key and value; one variable gets the value.
foreach (k, v in { a = 1 }) print(k + v + "\n")   // expect: a1
foreach (v in { a = 1 }) print(v + "\n")          // expect: 1
