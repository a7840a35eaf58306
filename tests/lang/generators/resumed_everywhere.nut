// A generator goes on where it stood, whatever statements stand around the yield.
function trace() {
    local sum = 0
    if (true) { local a = 1; yield "if " + a; sum += a } else yield "no"
    if (false) yield "no"; else if (true) { local b = 2; yield "else if " + b; sum += b } else { yield "no" }
    for (local i = 0; i < 4; i++) {
        if (i == 1) continue
        if (i == 3) break
        local kept = i * 10
        yield "for " + kept
        sum += kept
    }
    local n = 2
    while (n > 0) { yield "while " + n; n-- }
    do { yield "do " + n; n++ } while (n < 2)
    foreach (key, value in [7, 8]) { yield "foreach " + key + " " + value; sum += value }
    switch (2) {
        case 1: yield "no"
        case 2: local c = 5; yield "case 2"; sum += c
        case 3: yield "case 3"
            break
        default: yield "no"
    }
    try { yield "try"; sum += 100; try { throw "inner" } catch (e) { yield e; throw "outer" } } catch (e) { yield e; sum += 1000 }
    { local d = 9; { yield "block"; sum += d } }
    yield "last"
    return sum
}
local g = trace()
while (g.getstatus() == "suspended") print(resume g + "\n")
// expect: if 1
// expect: else if 2
// expect: for 0
// expect: for 20
// expect: while 2
// expect: while 1
// expect: do 0
// expect: do 1
// expect: foreach 0 7
// expect: foreach 1 8
// expect: case 2
// expect: case 3
// expect: try
// expect: inner
// expect: outer
// expect: block
// expect: last
// expect: 1152
print(g.getstatus() + "\n")   // expect: dead
