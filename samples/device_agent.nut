// An agent and its device: the device takes readings and sends them, the agent sets the pace and sums up the day.
//
//     impsim run --fast --device samples/device_device.nut --device-script samples/device_day.jsonl samples/device_agent.nut
//
// This is the agent's half. --fast lets the hours pass at once, and the script of the device's day takes the connection
// away for a while. Without the two options it all happens in real time, and nothing happens to the connection.
//
// device: device_device.nut
// options: --device-script device_day.jsonl

const HOT = 30;

readings <- [];
seconds <- 3600;

// Register what takes messages first: what arrives before that is dropped.
device.on("reading", function(reading) {
    readings.append(reading.celsius);
    server.log("reading " + reading.number + ": " + reading.celsius + " degrees");
    pace(reading.celsius > HOT ? 1800 : 3600);
});

device.on("missed", function(count) {
    server.log("readings that were lost: " + count);
});

device.onconnect(function() {
    server.log("the device is connected");
    device.send("settings", { "seconds": seconds });
});

device.ondisconnect(function() {
    server.log("the device is gone");
});

// The device gets a table of its own, a copy of this one.
function pace(wanted) {
    if (wanted == seconds) return;
    seconds = wanted;
    device.send("settings", { "seconds": seconds });
}

// This day has eight hours; an agent of your own would go on for ever.
imp.wakeup(8 * 3600, function() {
    local sum = 0.0;
    foreach (celsius in readings) sum += celsius;
    server.log("mean of " + readings.len() + " readings: " + format("%.1f", sum / readings.len()));
    device.send("stop", null);
});

// What impsim test looks for:
//
// expect log: the device is connected
// expect log: [Device] a reading every 3600 s
// expect log: reading 1: 22.5 degrees
// expect log: reading 2: 27.2943 degrees
// expect log: reading 3: 30.9147 degrees
// expect log: [Device] a reading every 1800 s
// expect log: the device is gone
// expect log: the device is connected
// expect log: [Device] a reading every 1800 s
// expect log: reading 6: 28.4847 degrees
// expect log: readings that were lost: 2
// expect log: [Device] a reading every 3600 s
// expect log: reading 7: 23.9112 degrees
// expect log: reading 8: 18.9922 degrees
// expect log: reading 9: 14.932 degrees
// expect log: reading 100: 5.5 degrees
// expect log: reading 10: 12.7247 degrees
// expect log: mean of 9 readings: 20.6
