// Tables with integer keys, dense and sparse: insert, look up, update, delete, and a memo of a recursive function.

function fill(count, step) {
    local table = {};
    for (local i = 0; i < count; i++) table[i * step] <- i;
    return table;
}

function look_up(table, count, step) {
    local sum = 0;
    for (local i = 0; i < count; i++) {
        local key = i * step;
        if (key in table) sum = (sum + table[key]) & 0xffffff;
    }
    return sum;
}

function update(table, count, step) {
    for (local i = 0; i < count; i++) table[i * step] += i;
}

memo <- {};
function paths(row, column) {
    if (row == 0 || column == 0) return 1;
    local key = row * 1000 + column;
    if (key in memo) return memo[key];
    local result = (paths(row - 1, column) + paths(row, column - 1)) % 1000003;
    memo[key] <- result;
    return result;
}

local sum = 0, deleted = 0, started = clock();
for (local round = 0; round < 9; round++) {
    foreach (step in [1, 7919]) {
        local table = fill(25000, step);
        for (local i = 0; i < 4; i++) sum = (sum + look_up(table, 30000, step)) & 0xffffff;
        update(table, 25000, step);
        for (local i = 0; i < 25000; i += 3) deleted = (deleted + delete table[i * step]) & 0xffffff;
        foreach (key, value in table) sum = (sum + (key ^ value)) & 0xffffff;
    }
    memo = {};
    sum = (sum + paths(120, 130)) & 0xffffff;
}
local seconds = clock() - started;
print("sum " + sum + "\n");
print("deleted " + deleted + "\n");
print("inner " + seconds + "\n");
