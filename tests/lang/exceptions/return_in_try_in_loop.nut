// return, continue and try in one loop.
function f() {
    local i = 0
    while (true) {
        try { i++; if (i < 3) continue; return i } catch (e) {}
    }
}
print(f() + "\n")            // expect: 3
