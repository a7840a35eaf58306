// A local inside the body is new in each round.
local fs = []
for (local i = 0; i < 3; i++) {
    local j = i * 10
    fs.push(function () { return j })
}
print(fs[0]() + " " + fs[1]() + " " + fs[2]() + "\n")   // expect: 0 10 20
