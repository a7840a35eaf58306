// else belongs to the nearest if.
function f(a, b) {
    if (a)
        if (b) return "both"
        else return "a only"
    return "none"
}
print(f(1, 1) + " " + f(1, 0) + " " + f(0, 1) + "\n")   // expect: both a only none
