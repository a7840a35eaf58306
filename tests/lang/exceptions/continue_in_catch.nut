// continue inside catch goes on with the loop.
foreach (x in [1, 2]) {
    try { throw x } catch (e) { print(e + " "); if (e == 1) continue }
    print("after " + x + "\n")
}
// expect: 1 2 after 2
