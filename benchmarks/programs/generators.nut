// Generators: many short ones, one long one, resume and foreach, pipelines of generators, a recursive tree walk.

function range(from, to) {
    for (local i = from; i < to; i++) yield i;
}

function squares(source) {
    foreach (value in source) yield value * value;
}

function even(source) {
    foreach (value in source) if (value % 2 == 0) yield value;
}

function tree(low, high) {
    if (low >= high) return null;
    local middle = (low + high) / 2;
    return { key = middle, left = tree(low, middle), right = tree(middle + 1, high) };
}

function walk(node) {
    if (node.left) foreach (key in walk(node.left)) yield key;
    yield node.key;
    if (node.right) foreach (key in walk(node.right)) yield key;
}

function fibonacci() {
    local a = 0, b = 1;
    while (true) {
        yield a;
        local next = (a + b) & 0xffffff;
        a = b;
        b = next;
    }
}

local started = clock();
local sum = 0;
for (local i = 0; i < 80000; i++) {
    foreach (value in range(i, i + 5)) sum = (sum + value) & 0xffffff;
}
local endless = fibonacci();
for (local i = 0; i < 1500000; i++) sum = (sum + resume endless) & 0xffffff;
foreach (value in even(squares(range(0, 500000)))) sum = (sum + value) & 0xffffff;
local root = tree(0, 4000), position = 0, ordered = true;
for (local i = 0; i < 12; i++) {
    position = 0;
    foreach (key in walk(root)) {
        if (key != position++) ordered = false;
    }
}
local seconds = clock() - started;
print("sum " + sum + "\n");
print("visited " + position + " in order " + ordered + "\n");
print("status " + endless.getstatus() + "\n");
print("inner " + seconds + "\n");
