// What agents do all day: build messages as tables, queue them, route them by name to handlers, keep statistics, and
// format reports.

class Router {
    handlers = null;
    unknown = 0;

    constructor() {
        handlers = {};
    }

    function on(name, handler) {
        handlers[name] <- handler;
        return this;
    }

    function route(message) {
        if (message.name in handlers) return handlers[message.name](message);
        unknown++;
        return null;
    }
}

class Statistics {
    devices = null;

    constructor() {
        devices = {};
    }

    function add(message) {
        local id = message.device;
        if (!(id in devices)) devices[id] <- { count = 0, sum = 0.0, low = null, high = null, last = [] };
        local entry = devices[id], value = message.data.value;
        entry.count++;
        entry.sum += value;
        if (entry.low == null || value < entry.low) entry.low = value;
        if (entry.high == null || value > entry.high) entry.high = value;
        entry.last.append(value);
        if (entry.last.len() > 5) entry.last.remove(0);
        return entry.count;
    }

    function report() {
        local ids = [], text = "";
        foreach (id, entry in devices) ids.append(id);
        ids.sort();
        foreach (id in ids) {
            local entry = devices[id];
            text += format("%s n=%d mean=%.2f low=%.1f high=%.1f last=%d\n",
                id, entry.count, entry.sum / entry.count, entry.low, entry.high, entry.last.len());
        }
        return text;
    }
}

const QUEUE_LIMIT = 32;
enum Level { DEBUG, INFO, WARNING }

local statistics = Statistics(), router = Router(), log = [], names = ["reading", "status", "alert", "nonsense"];
router
    .on("reading", statistics.add.bindenv(statistics))
    .on("status", function(message) {
        local data = clone message.data;
        data.seen <- true;
        return data.len();
    })
    .on("alert", function(message) {
        log.append({ level = message.data.value > 30 ? Level.WARNING : Level.INFO, text = message.device });
        if (log.len() > 50) log.remove(0);
        return log.len();
    });

function message(i) {
    return {
        name = names[i * 7 % 11 % 4],
        device = "d" + (i % 8),
        sequence = i,
        data = { value = (i * 37 % 400) / 10.0, unit = "C" }
    };
}

local queue = [], results = 0, reported = 0, started = clock();
for (local i = 0; i < 350000; i++) {
    queue.append(message(i));
    if (queue.len() < QUEUE_LIMIT) continue;
    while (queue.len() > 0) {
        local result = router.route(queue.remove(0));
        if (result != null) results = (results + result) & 0xffffff;
    }
    if (i % 1000 < QUEUE_LIMIT) reported += statistics.report().len();
}
local seconds = clock() - started;
print(statistics.report());
print("results " + results + " unknown " + router.unknown + " reported " + reported + "\n");
local warnings = log.filter(@(i, entry) entry.level == Level.WARNING).len();
print("log " + log.len() + " warnings " + warnings + "\n");
print("inner " + seconds + "\n");
