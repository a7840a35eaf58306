// try, catch and throw: guards that never fire, thrown strings and tables, errors of the interpreter itself, exceptions
// that pass through several calls and are thrown again.

function check(value) {
    if (value % 4 == 0) throw "divisible by four";
    return value;
}

function guarded(count) {
    local sum = 0;
    for (local i = 0; i < count; i++) {
        try {
            sum = (sum + i) & 0xffffff;
        } catch (error) {
            sum = -1;
        }
    }
    return sum;
}

function thrown(count) {
    local caught = 0, sum = 0;
    for (local i = 0; i < count; i++) {
        try {
            sum = (sum + check(i)) & 0xffffff;
        } catch (error) {
            caught += error.len();
        }
    }
    return sum + caught;
}

function own_errors(count) {
    local table = { known = 1 }, texts = {}, name = null;
    for (local i = 0; i < count; i++) {
        try {
            switch (i % 4) {
                case 0: name = table.unknown; break;
                case 1: name = i / (i % 1); break;
                case 2: name = null + i; break;
                case 3: name = table["known"].missing(); break;
            }
        } catch (error) {
            if (error in texts) texts[error]++;
            else texts[error] <- 1;
        }
    }
    return texts;
}

function descend(depth, value) {
    if (depth == 0) throw { code = value, reason = "deep" };
    return descend(depth - 1, value) + 1;
}

function layered(value) {
    try {
        return descend(6, value);
    } catch (error) {
        error.code += 1;
        throw error;
    }
}

function rethrown(count) {
    local sum = 0;
    for (local i = 0; i < count; i++) {
        try {
            layered(i);
        } catch (error) {
            sum = (sum + error.code) & 0xffffff;
        }
    }
    return sum;
}

local started = clock();
local first = guarded(4000000), second = thrown(900000), texts = own_errors(200000), last = rethrown(160000);
local seconds = clock() - started;
print("guarded " + first + "\n");
print("thrown " + second + "\n");
local lines = [];
foreach (text, count in texts) lines.push(text + ": " + count);
lines.sort();
foreach (line in lines) print(line + "\n");
print("rethrown " + last + "\n");
print("inner " + seconds + "\n");
