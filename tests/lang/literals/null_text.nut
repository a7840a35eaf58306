// The text of null on agents.
print(null + "\n")           // expect: (null : (nil))
print("v" + null + "\n")     // expect: v(null : (nil))
