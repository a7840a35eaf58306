// break leaves the switch only; continue goes on with the loop.
local s = ""
for (local i = 0; i < 4; i++) {
    switch (i) {
        case 1: continue
        case 2: break
        default: s += i
    }
    s += "."
}
print(s + "\n")                                  // expect: 0..3.
