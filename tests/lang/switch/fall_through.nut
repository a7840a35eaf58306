// Without break the next case runs, too.
function f(x) {
    local s = ""
    switch (x) {
        case 1: s += "1"
        case 2: s += "2"; break
        case 3: s += "3"
        default: s += "d"
    }
    return s
}
print(f(1) + " " + f(2) + " " + f(3) + " " + f(4) + "\n")   // expect: 12 2 3d d
