// Tables with computed string keys: insert, look up, test, count, delete, walk.

function fill(count) {
    local table = {};
    for (local i = 0; i < count; i++) table["key" + i] <- i;
    return table;
}

function look_up(table, keys) {
    local sum = 0;
    foreach (key in keys) {
        if (key in table) sum = (sum + table[key]) & 0xffffff;
    }
    return sum;
}

function count_words(text) {
    local counts = {};
    foreach (word in split(text, " ")) {
        if (word in counts) counts[word]++;
        else counts[word] <- 1;
    }
    return counts;
}

local text = "";
for (local i = 0; i < 1500; i++) text += "word" + (i * i % 173) + " ";
local keys = [];
for (local i = 0; i < 40000; i++) keys.append("key" + (i * 3));

local sum = 0, most = 0, deleted = 0, started = clock();
for (local round = 0; round < 4; round++) {
    local table = fill(50000);
    for (local i = 0; i < 5; i++) sum = (sum + look_up(table, keys)) & 0xffffff;
    foreach (key, value in table) sum = (sum + key.len() * value) & 0xffffff;
    for (local i = 0; i < 50000; i += 5) deleted += delete table["key" + i];
    sum += table.len();
    for (local i = 0; i < 8; i++) {
        foreach (word, count in count_words(text)) if (count > most) most = count;
    }
}
local seconds = clock() - started;
print("sum " + sum + "\n");
print("most " + most + "\n");
print("deleted " + deleted + "\n");
print("inner " + seconds + "\n");
