// Telemetry over MQTT: connect to a broker, publish a few readings, receive them back, disconnect.
//
//     impsim run --broker --define BROKER=ssl://broker.example.net samples/mqtt_telemetry.nut
//
// With --broker the messages go to a broker inside impsim, whatever the host name is (it needs the extra package:
// pip install 'impsim[mqtt-broker]'). Give BROKER the URL of a real broker, leave --broker out, and it runs against that
// one. On an imp's agent put const BROKER = "..."; in front.
//
// options: --define BROKER=ssl://broker.example.net

const TOPIC = "house/readings";

// The readings to publish. On a device these would come from agent.send().
readings <- [
    { "sensor": "kitchen", "celsius": 21.5 },
    { "sensor": "cellar", "celsius": 11.0 },
    { "sensor": "attic", "celsius": 28.25 }
];

sent <- 0;
received <- 0;

// The client lives in a global on purpose: it disconnects as soon as nothing refers to it any more.
client <- mqtt.createclient();

// Told once for each call of connect(), whether it worked (0) or not.
client.onconnect(function(code) {
    if (code != 0) {
        server.error("Cannot connect: " + code);
        return;
    }
    server.log("Connected");
    // The broker says which quality of service it grants: here 1, "at least once".
    local error = client.subscribe(TOPIC + "/+", mqtt.AT_LEAST_ONCE, function(code, qos) {
        if (code != 0) {
            server.error("Cannot subscribe: " + code);
            client.disconnect();
            return;
        }
        server.log("Subscribed with QoS " + qos);
        foreach (reading in readings) publish(reading);
    });
    // 0, or what was wrong with the topics; then there is no callback.
    if (error != 0) server.error("Cannot subscribe: " + error);
});

// Not told when the script itself disconnects.
client.onconnectionlost(function(reason) {
    server.error("Connection lost: " + reason);
});

client.onmessage(function(item) {
    received++;
    // The content is a blob, whatever it was when it was sent.
    server.log("Received " + received + ": " + item.topic + " " + item.message.tostring());
    disconnectIfDone();
});

function publish(reading) {
    local topic = TOPIC + "/" + reading.sensor;
    local message = client.createmessage(topic, http.jsonencode(reading), { "qos": mqtt.AT_LEAST_ONCE });
    // The message need not be kept: until it is delivered it holds itself.
    message.sendasync(function(code) {
        if (code != 0) server.error("Not delivered: " + topic + ": " + code);
        sent++;
        disconnectIfDone();
    });
}

function disconnectIfDone() {
    if (sent < readings.len() || received < readings.len()) return;
    client.disconnect(function() {
        server.log("Disconnected");
        // Nothing is left that could happen, so the run ends here.
    });
}

server.log("Connecting to " + BROKER);
client.connect(BROKER, "impsim-telemetry");

// What impsim test looks for:
//
// expect log: Connecting to ssl://broker.example.net
// expect log: Connected
// expect log: Subscribed with QoS 1
// expect log anywhere: Received 1: house/readings/kitchen { "sensor": "kitchen", "celsius": 21.5 }
// expect log anywhere: Received 2: house/readings/cellar { "sensor": "cellar", "celsius": 11 }
// expect log anywhere: Received 3: house/readings/attic { "sensor": "attic", "celsius": 28.25 }
// expect log: Disconnected
