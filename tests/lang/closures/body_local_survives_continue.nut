// A closure keeps the local of a loop's body that was left by continue.
// differs: the reference sees whatever reuses the slot
local fs = []
for (local i = 0; i < 3; i++) {
    local kept = i * 10
    fs.append(@() kept)
    if (i < 2) continue
}
local other = "other"
foreach (f in fs) print(f() + ";")
print("\n")                 // expect: 0;10;20;
