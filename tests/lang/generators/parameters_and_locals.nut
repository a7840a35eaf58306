// Parameters and locals live on between resumes.
function count(from, to) {
    for (local i = from; i <= to; i++) yield i
}
local sum = 0
foreach (v in count(3, 6)) sum += v
print(sum + "\n")            // expect: 18
