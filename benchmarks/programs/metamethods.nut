// Metamethods and delegates: vectors that can be added and compared, tables that inherit, slots that are computed.

class Vector {
    x = 0.0;
    y = 0.0;

    constructor(px, py) {
        x = px;
        y = py;
    }

    function _add(other) { return Vector(x + other.x, y + other.y); }
    function _sub(other) { return Vector(x - other.x, y - other.y); }
    function _mul(factor) { return Vector(x * factor, y * factor); }
    function _unm() { return Vector(-x, -y); }
    function _cmp(other) { return x * x + y * y <=> other.x * other.x + other.y * other.y; }
    function _tostring() { return "(" + x + ", " + y + ")"; }
}

class Settings {
    values = null;
    reads = 0;
    writes = 0;

    constructor() {
        values = {};
    }

    function _get(key) {
        reads++;
        if (key in values) return values[key];
        throw null;
    }

    function _set(key, value) {
        writes++;
        values[key] <- value;
    }
}

function move(rounds) {
    local position = Vector(0.0, 0.0), speed = Vector(0.5, 0.25), farthest = position;
    for (local i = 0; i < rounds; i++) {
        position = position + speed * (i % 3);
        if (i % 100 == 99) speed = -speed;
        if (position > farthest) farthest = position;
    }
    return farthest - position;
}

function configure(rounds) {
    local settings = Settings();
    settings.interval = 1;
    settings.limit = 0;
    for (local i = 0; i < rounds; i++) {
        settings.limit = (settings.limit + settings.interval) & 0xffff;
        if (i % 10 == 0) settings.interval = i % 7;
    }
    return settings;
}

function inherit(rounds) {
    local root = { greet = function() { return greeting.len() + rank; }, greeting = "hello" };
    local middle = { greeting = "good morning" }.setdelegate(root);
    local leaves = [];
    for (local i = 0; i < 10; i++) leaves.push({ rank = i }.setdelegate(middle));
    local sum = 0;
    for (local i = 0; i < rounds; i++) {
        foreach (leaf in leaves) sum = (sum + leaf.greet()) & 0xffffff;
    }
    return sum;
}

local started = clock();
local moved = move(300000), settings = configure(250000), sum = inherit(70000);
local seconds = clock() - started;
print("moved " + moved + "\n");
print("limit " + settings.limit + " reads " + settings.reads + " writes " + settings.writes + "\n");
print("sum " + sum + "\n");
print("inner " + seconds + "\n");
