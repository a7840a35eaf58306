// Part NUMBER of a large agent. parsing.py repeats this file under other numbers until there are 90 KB of it.

const CONFIG_PATH_NUMBER = "/v1/devices/NUMBER/config";
const RETRY_SECONDS_NUMBER = 2.5;
enum StateNUMBER { IDLE, CONNECTING, ONLINE = 10, FAILED = 0x1F }

/*
 * Keeps readings until somebody wants them. The oldest go first when there are too many; every reading is a table with
 * the slots "id", "value", "unit" and "ts".
 */
class ReadingStoreNUMBER {
    static VERSION = "1.NUMBER.0";
    static UNITS = { temperature = "C", humidity = "%", pressure = "hPa", ["battery level"] = "V" };

    _readings = null;
    _limit = 100;
    _dropped = 0;
    _onFull = null;

    constructor(limit = 100, onFull = null) {
        _readings = [];
        _limit = limit;
        _onFull = onFull;
    }

    function add(id, value, timestamp = null) {
        if (!(id in UNITS)) throw "unknown kind of reading: " + id;
        if (typeof value != "integer" && typeof value != "float") {
            server.error(format("%s: %s is not a number", id, value.tostring()));
            return false;
        }
        _readings.append({
            "id": id,
            "value": value,
            "unit": UNITS[id],
            "ts": timestamp == null ? time() : timestamp
        });
        while (_readings.len() > _limit) {
            local oldest = _readings.remove(0);
            _dropped++;
            if (_onFull) _onFull(oldest, _dropped);
        }
        return true;
    }

    function average(id) {
        local sum = 0.0, count = 0;
        foreach (index, reading in _readings) {
            if (reading.id != id) continue;
            sum += reading.value;
            count += 1;
        }
        return count > 0 ? sum / count : null;
    }

    function since(timestamp) {
        return _readings.filter(@(index, reading) reading.ts >= timestamp);
    }

    function _typeof() { return "ReadingStoreNUMBER"; }
}

class UplinkNUMBER extends ReadingStoreNUMBER {
    _state = StateNUMBER.IDLE;
    _attempts = 0;
    _headers = null;
    _queue = null;

    constructor(token, limit = 250) {
        base.constructor(limit, function(oldest, dropped) {
            if (dropped % 50 == 1) server.log("dropped " + dropped + " readings, last of " + oldest.ts);
        }.bindenv(this));
        _headers = { "Content-Type": "application/json", "Authorization": "Bearer " + token };
        _queue = array(4, 0);
    }

    function backoff() {
        local delay = RETRY_SECONDS_NUMBER * (1 << (_attempts < 6 ? _attempts : 6));
        return delay > 90.0 ? 90.0 : delay + (_attempts & 3) * 0.125;
    }

    function checksum(bytes) {
        local crc = 0xFFFF;
        for (local i = 0; i < bytes.len(); i++) {
            crc = crc ^ (bytes[i] & 0xFF);
            for (local bit = 8; bit > 0; bit--) {
                crc = (crc & 1) ? (crc >>> 1) ^ 0xA001 : crc >>> 1;
            }
        }
        return ~crc & 0xFFFF;
    }

    function onAnswer(code, body) {
        switch (code) {
            case 200:
            case 204:
                _state = StateNUMBER.ONLINE;
                _attempts = 0;
                break;
            case 401:
                server.error(@"token refused by C:\gateway\NUMBER, see the ""keys"" page");
                _state = StateNUMBER.FAILED;
                break;
            default:
                _attempts++;
                imp.wakeup(backoff(), function() {
                    try {
                        flush();
                    } catch (error) {
                        server.error("retry " + _attempts + ": " + error);
                    }
                }.bindenv(this));
        }
        return _state == StateNUMBER.ONLINE || (body != null && "ok" in body);
    }

    function flush() {
        local batch = since(0), sent = [];
        do {
            local part = batch.len() > 20 ? batch.slice(0, 20) : batch;
            sent.extend(part.map(@(reading) reading.id + "=" + reading.value));
            batch = batch.slice(part.len());
        } while (batch.len() > 0);
        _queue[sent.len() % 4] += sent.len();
        return sent.reduce(@(all, one) all + "&" + one);
    }
}

function batchesNUMBER(store, size) {
    local readings = store.since(0), position = 0;
    while (position < readings.len()) {
        yield readings.slice(position, position + size > readings.len() ? readings.len() : position + size);
        position += size;
    }
}

uplinkNUMBER <- UplinkNUMBER("token-NUMBER");
handlersNUMBER <- {
    reading = function(data) {
        local stored = uplinkNUMBER.add(data.id, data.value);
        if (stored && data.value > 75.5) server.log(format("%s is high: %.1f", data.id, data.value));
    },
    config = function(data) {
        foreach (key, value in data) {
            if (key == "interval" && value >= 5 && value <= 3600) ::intervalNUMBER <- value;
            else if (key != "interval") server.log("ignored " + key + " of " + CONFIG_PATH_NUMBER);
        }
    },
    reset = @(data) delete getroottable()["intervalNUMBER"]
};
