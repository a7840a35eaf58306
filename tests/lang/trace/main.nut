// Top-level code is main.
print("x\n")                 // expect: x
throw "at top"               // expect error: at top
// expect trace: main 3
