// Integer arithmetic in loops: a pseudo-random generator that wraps at 32 bits, Collatz sequences, greatest common
// divisors and bit counting.

function randoms(count) {
    local state = 12345, sum = 0;
    for (local i = 0; i < count; i++) {
        state = state * 1103515245 + 12345;
        local x = state;
        x = x ^ (x << 13);
        x = x ^ (x >>> 17);
        x = x ^ (x << 5);
        sum = (sum + x) & 0x7fffffff;
    }
    return sum;
}

function collatz(limit) {
    local longest = 0, best = 0;
    for (local start = 1; start < limit; start++) {
        local n = start, steps = 0;
        while (n != 1) {
            if (n % 2 == 0) n = n / 2;
            else n = 3 * n + 1;
            steps++;
        }
        if (steps > longest) {
            longest = steps;
            best = start;
        }
    }
    return best * 1000 + longest;
}

function divisors(limit) {
    local sum = 0;
    for (local a = 1; a <= limit; a++) {
        for (local b = 1; b <= limit; b++) {
            local x = a, y = b;
            while (y) {
                local rest = x % y;
                x = y;
                y = rest;
            }
            sum += x;
        }
    }
    return sum;
}

function bits(limit) {
    local total = 0;
    for (local i = -limit; i < limit; i++) {
        for (local x = i; x != 0; x = x & (x - 1)) ++total;
    }
    return total;
}

local started = clock();
print("randoms " + randoms(1500000) + "\n");
print("collatz " + collatz(25000) + "\n");
print("divisors " + divisors(450) + "\n");
print("bits " + bits(80000) + "\n");
print("inner " + (clock() - started) + "\n");
