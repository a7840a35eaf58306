// break and continue leave try inside a loop.
local log = ""
for (local i = 0; i < 5; i++) {
    try {
        if (i == 1) continue
        if (i == 3) break
        log += i
    } catch (e) { log += "e" }
}
try { throw "t" } catch (e) { log += e }
print(log + "\n")            // expect: 02t
