// The state of locals is kept.
local n = 0
for (local i = 0; i < 4; i++) {
    try { if (i % 2) throw "odd"; n += 1 } catch (e) { n += 10 }
}
print(n + "\n")              // expect: 22
