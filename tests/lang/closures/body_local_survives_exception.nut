// A closure keeps the local of a try block that an exception left.
// differs: stock reuses the slot while the closure still refers to it
local fs = []
foreach (i in [1, 2, 3]) {
    try {
        local kept = i * 10
        fs.append(@() kept)
        throw "out"
    } catch (e) {
        local other = "other"
    }
}
foreach (f in fs) print(f() + ";")
print("\n")                  // expect: 10;20;30;
