// Orders seen in agents' logs.
foreach (k, v in { measureTime = 1, data = 2 }) print(k + " ")
print("\n")                  // expect: measureTime data 
foreach (k, v in { time = 1, data = 2 }) print(k + " ")
print("\n")                  // expect: time data 
foreach (k, v in { temperature = 1, humidity = 2 }) print(k + " ")
print("\n")                  // expect: humidity temperature 
foreach (k, v in { event = 1, payload = 2 }) print(k + " ")
print("\n")                  // expect: event payload 
foreach (k, v in { __IMPUNIT__ = 1, message = 2, type = 3, session = 4 }) print(k + " ")
print("\n")                  // expect: type __IMPUNIT__ session message 
foreach (k, v in { tests = 0, assertions = 0, failures = 0 }) print(k + " ")
print("\n")                  // expect: assertions failures tests 
