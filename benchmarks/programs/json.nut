// A JSON encoder and decoder written in Squirrel, and what they do to a table of readings.

class Encoder {
    function encode(value) {
        switch (typeof value) {
            case "table":
                return object(value);
            case "array":
                return list(value);
            case "string":
                return quote(value);
            case "null":
                return "null";
            default:
                return value.tostring();
        }
    }

    function object(table) {
        local text = "";
        foreach (key, value in table) {
            if (text.len()) text += ",";
            text += quote(key) + ":" + encode(value);
        }
        return "{" + text + "}";
    }

    function list(items) {
        local text = "";
        foreach (item in items) {
            if (text.len()) text += ",";
            text += encode(item);
        }
        return "[" + text + "]";
    }

    function quote(text) {
        local result = "\"";
        foreach (byte in text) {
            switch (byte) {
                case '"':
                    result += "\\\"";
                    break;
                case '\\':
                    result += "\\\\";
                    break;
                case '\n':
                    result += "\\n";
                    break;
                default:
                    result += byte.tochar();
            }
        }
        return result + "\"";
    }
}

class Decoder {
    text = null;
    position = 0;

    constructor(source) {
        text = source;
    }

    function fail(what) {
        throw "JSON: " + what + " at " + position;
    }

    function skip() {
        while (position < text.len() && text[position] <= ' ') position++;
    }

    function expect(byte) {
        skip();
        if (position >= text.len() || text[position] != byte) fail("expected " + byte.tochar());
        position++;
    }

    function accept(byte) {
        skip();
        if (position >= text.len() || text[position] != byte) return false;
        position++;
        return true;
    }

    function decode() {
        skip();
        local byte = text[position];
        if (byte == '{') return object();
        if (byte == '[') return list();
        if (byte == '"') return quoted();
        if (byte == '-' || byte >= '0' && byte <= '9') return number();
        return word();
    }

    function object() {
        local result = {};
        expect('{');
        if (accept('}')) return result;
        do {
            skip();
            local key = quoted();
            expect(':');
            result[key] <- decode();
        } while (accept(','));
        expect('}');
        return result;
    }

    function list() {
        local result = [];
        expect('[');
        if (accept(']')) return result;
        do {
            result.push(decode());
        } while (accept(','));
        expect(']');
        return result;
    }

    function quoted() {
        local result = "", start = ++position;
        while (text[position] != '"') {
            if (text[position] == '\\') {
                result += text.slice(start, position);
                local escaped = text[++position];
                result += escaped == 'n' ? "\n" : escaped.tochar();
                start = position + 1;
            }
            position++;
        }
        return result + text.slice(start, position++);
    }

    function number() {
        local start = position, whole = true;
        while (position < text.len()) {
            local byte = text[position];
            if (byte == '.' || byte == 'e') whole = false;
            else if ((byte < '0' || byte > '9') && byte != '-' && byte != '+') break;
            position++;
        }
        local digits = text.slice(start, position);
        return whole ? digits.tointeger() : digits.tofloat();
    }

    function word() {
        foreach (name, value in { "true": true, "false": false, "null": null }) {
            local end = position + name.len();
            if (end <= text.len() && text.slice(position, end) == name) {
                position = end;
                return value;
            }
        }
        fail("unexpected character");
    }
}

function reading(i) {
    return {
        device = "sensor-" + i,
        sequence = i * 17,
        temperature = 20.0 + (i % 64) * 0.125,
        online = i % 3 == 0,
        error = i % 5 ? null : "line \"" + i + "\"\nretry \\ give up",
        samples = [i, i + 1, i + 2, -i],
        position = { x = i * 0.5, y = i * 0.25 }
    };
}

local readings = [];
for (local i = 0; i < 60; i++) readings.push(reading(i));
local text = null, decoded = null, length = 0, started = clock();
for (local round = 0; round < 110; round++) {
    text = Encoder().encode(readings);
    decoded = Decoder(text).decode();
    length += text.len();
}
local seconds = clock() - started;
local failure = null;
try {
    Decoder("[1, 2, }").decode();
} catch (error) {
    failure = error;
}
print("length " + length + " same " + (Encoder().encode(decoded) == text) + "\n");
print(text.slice(0, 240) + "\n");
print(failure + "\n");
print("inner " + seconds + "\n");
