// A lamp that takes commands over MQTT, tells its state to whoever asks, and connects again when the connection is lost.
//
//     impsim run --define BROKER=tcp://127.0.0.1:1883 samples/mqtt_commands.nut
//
// With Mosquitto running (Debian: apt install mosquitto mosquitto-clients), in another terminal:
//
//     mosquitto_sub -v -t 'lamp/#'
//     mosquitto_pub -t lamp/command -m on
//     mosquitto_pub -t lamp/command -m off
//     mosquitto_pub -t lamp/command -m quit
//
// lamp/state is a retained message: who subscribes gets the latest state at once. lamp/online is one, too: the broker
// itself publishes "no" (the will) when the lamp goes without saying goodbye.
//
// The lamp waits for ever; impsim test lets it do so for a second:
//
// options: --define BROKER=tcp://broker.example.net --timeout 1

// Seconds before the first attempt to connect again; each further one waits twice as long.
const FIRST_WAIT = 1;
const LONGEST_WAIT = 60;

state <- "off";
wait <- FIRST_WAIT;

client <- mqtt.createclient();

function connect() {
    client.connect(BROKER, "impsim-lamp", { "willtopic": "lamp/online", "willmessage": "no", "keepalive": 30 });
}

function connectLater() {
    server.log("Connecting again in " + wait + " s");
    imp.wakeup(wait, connect);
    wait *= 2;
    if (wait > LONGEST_WAIT) wait = LONGEST_WAIT;
}

// A retained message: the broker keeps it, and gives it to everybody who subscribes later.
function tell(topic, text, callback = null) {
    local message = client.createmessage(topic, text, { "qos": mqtt.AT_LEAST_ONCE, "retain": true });
    message.sendasync(function(code) {
        if (code != 0) server.error(topic + " not delivered: " + code);
        if (callback) callback();
    });
}

client.onconnect(function(code) {
    if (code != 0) {
        server.error("Cannot connect: " + code);
        // A wrong password stays wrong; of everything else one may hope that it passes.
        if (code < 4) connectLater();
        return;
    }
    server.log("Connected");
    wait = FIRST_WAIT;
    client.subscribe("lamp/command", mqtt.EXACTLY_ONCE, function(code, qos) {
        if (code != 0) {
            server.error("Cannot subscribe: " + code);
            return;
        }
        tell("lamp/online", "yes");
        tell("lamp/state", state);
        server.log("Ready");
    });
});

client.onconnectionlost(function(reason) {
    server.error("Connection lost: " + reason);
    connectLater();
});

client.onmessage(function(item) {
    local command = item.message.tostring();
    server.log("Command: " + command);
    switch (command) {
        case "on":
        case "off":
            state = command;
            tell("lamp/state", state);
            break;

        case "quit":
            // The goodbye of disconnect() keeps the broker from publishing the will, so that is told here.
            tell("lamp/online", "no", function() {
                client.disconnect(function() {
                    server.log("Disconnected");
                });
            });
            break;

        default:
            server.error("Unknown command: " + command);
    }
});

connect();

// What impsim test looks for:
//
// expect log: Connected
// expect log: Ready
// expect exit: 124
