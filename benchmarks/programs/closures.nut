// Functions as values: captured variables, lambdas for map, filter and reduce, composition, callbacks with bindenv.

function counter() {
    local count = 0;
    return {
        up = function(by) { count += by; return count; },
        read = @() count
    };
}

function compose(f, g) {
    return @(x) f(g(x));
}

function pipeline(list) {
    return list.map(@(x) x * 3 + 1).filter(@(i, x) x % 2 == 0).reduce(@(a, b) (a + b) & 0xffffff);
}

class Emitter {
    handlers = null;

    constructor() {
        handlers = [];
    }

    function on(handler) { handlers.push(handler); }

    function emit(value) {
        foreach (handler in handlers) handler(value);
    }
}

class Listener {
    total = 0;

    function listen(emitter) {
        emitter.on(function(value) { total = (total + value) & 0xffffff; }.bindenv(this));
    }
}

local numbers = [];
for (local i = 0; i < 1000; i++) numbers.push(i);
local emitter = Emitter(), listeners = [];
for (local i = 0; i < 4; i++) {
    local listener = Listener();
    listener.listen(emitter);
    listeners.push(listener);
}

local started = clock();
local sum = 0;
for (local i = 0; i < 7000; i++) {
    local counting = counter();
    for (local j = 0; j < 150; j++) counting.up(j);
    sum = (sum + counting.read()) & 0xffffff;
}
local chain = @(x) x;
for (local i = 0; i < 20; i++) {
    local step = i;
    chain = compose(@(x) (x + step) & 0xffff, chain);
}
for (local i = 0; i < 50000; i++) sum = (sum + chain(i)) & 0xffffff;
for (local i = 0; i < 700; i++) sum = (sum + pipeline(numbers)) & 0xffffff;
for (local i = 0; i < 250000; i++) emitter.emit(i);
local seconds = clock() - started;
print("sum " + sum + "\n");
foreach (listener in listeners) print("total " + listener.total + "\n");
print("inner " + seconds + "\n");
