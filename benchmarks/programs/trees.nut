// Making and dropping many small values: complete binary trees of tables, and a search tree of instances.

function complete(depth) {
    if (depth == 0) return { left = null, right = null };
    return { left = complete(depth - 1), right = complete(depth - 1) };
}

function count(tree) {
    if (tree.left == null) return 1;
    return 1 + count(tree.left) + count(tree.right);
}

class Node {
    key = null;
    left = null;
    right = null;

    constructor(k) {
        key = k;
    }

    function insert(k) {
        if (k < key) {
            if (left) left.insert(k);
            else left = Node(k);
        } else {
            if (right) right.insert(k);
            else right = Node(k);
        }
    }

    function height() {
        local l = left ? left.height() : 0, r = right ? right.height() : 0;
        return 1 + (l > r ? l : r);
    }
}

function search_tree(size) {
    local state = 1, root = Node(0);
    for (local i = 0; i < size; i++) {
        state = (state * 16807 + 11) & 0x3fffffff;
        root.insert(state);
    }
    return root;
}

local started = clock();
local kept = complete(15), total = 0;
for (local depth = 4; depth <= 16; depth += 4) {
    local rounds = 1 << (17 - depth);
    for (local i = 0; i < rounds; i++) total += count(complete(depth));
}
local height = search_tree(40000).height();
local seconds = clock() - started;
print("kept " + count(kept) + "\n");
print("nodes " + total + "\n");
print("height " + height + "\n");
print("inner " + seconds + "\n");
