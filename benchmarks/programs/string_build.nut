// Strings put together piece by piece: concatenation, conversion of numbers, format(), slices and case.

function hash(text) {
    local h = 5381;
    foreach (byte in text) h = ((h << 5) + h + (byte & 0xff)) & 0x7fffffff;
    return h;
}

function csv(rows) {
    local text = "";
    for (local i = 0; i < rows; i++) {
        text += i + "," + (i * 7 % 13) + "," + (i * 0.25) + ",sensor-" + (i % 16) + "\n";
    }
    return text;
}

function hex(bytes) {
    local text = "";
    for (local i = 0; i < bytes; i++) text += format("%02x", (i * 37) & 0xff);
    return text;
}

function reverse(text) {
    local result = "";
    for (local i = text.len() - 1; i >= 0; i--) result += text[i].tochar();
    return result;
}

function titles(words) {
    local result = "";
    foreach (word in words) {
        if (result.len()) result += " ";
        result += word.slice(0, 1).toupper() + word.slice(1).tolower();
    }
    return result;
}

local words = ["temperature", "HUMIDITY", "pressure", "Voltage", "current", "BATTERY", "signal", "uptime"];
local sum = 0, started = clock();
for (local round = 0; round < 240; round++) {
    local text = csv(160);
    sum = (sum + hash(text)) & 0x7fffffff;
    local digits = hex(800);
    sum = (sum + hash(reverse(digits))) & 0x7fffffff;
    for (local i = 0; i < 100; i++) sum = (sum + titles(words).len() + i) & 0x7fffffff;
}
local seconds = clock() - started;
print(titles(words) + "\n");
print(reverse(hex(40)) + "\n");
print("checksum " + sum + "\n");
print("inner " + seconds + "\n");
