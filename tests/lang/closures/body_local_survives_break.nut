// A body local keeps its value after break.
// differs: stock reuses the slot while the closure still refers to it
local f
for (local i = 0; i < 3; i++) {
    local kept = "kept"
    f = function () { return kept }
    if (i == 1) break
}
local other = "other"
print(f() + "\n")            // expect: kept
