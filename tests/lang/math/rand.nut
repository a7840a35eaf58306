// rand gives integers from 0 to RAND_MAX.
local good = true
for (local i = 0; i < 100; i++) {
    local r = math.rand()
    if (typeof r != "integer" || r < 0 || r > math.RAND_MAX) good = false
}
print(good + "\n")           // expect: true
