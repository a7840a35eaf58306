// So a local that loses its container ends the loop with an error.
local a = [1, 2, 3]
foreach (v in a) {           // expect error: cannot iterate null
    print(v + "\n")          // expect: 1
    a = null
}
