// Array reads and writes at integer positions: the sieve of Eratosthenes, and counting sort of what it leaves.

function primes(limit) {
    local composite = array(limit + 1, false), found = [];
    for (local i = 2; i <= limit; i++) {
        if (composite[i]) continue;
        found.append(i);
        for (local j = i * 2; j <= limit; j += i) composite[j] = true;
    }
    return found;
}

function endings(numbers) {
    local counts = array(10, 0);
    foreach (n in numbers) counts[n % 10]++;
    return counts;
}

local started = clock();
local found = null, counts = null;
for (local round = 0; round < 7; round++) {
    found = primes(500000);
    counts = endings(found);
}
local seconds = clock() - started;
print("primes " + found.len() + " last " + found[found.len() - 1] + "\n");
foreach (digit, count in counts) if (count > 0) print("ending in " + digit + ": " + count + "\n");
print("inner " + seconds + "\n");
