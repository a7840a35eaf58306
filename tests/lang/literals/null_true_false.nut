// The three constants and their types.
print(typeof null + "\n")    // expect: null
print(true + "\n")           // expect: true
print(false + "\n")          // expect: false
print(typeof true + "\n")    // expect: bool
