// Telemetry over AMQP 1.0: connect to a broker, send a few readings, receive them back, close everything.
//
//     impsim run --broker --define HUB_NAME=myhub.example.net samples/amqp_telemetry.nut
//
// With --broker the messages go to a broker inside impsim, whatever the host name is. The code is ordinary agent code:
// give HUB_NAME the name of a real broker, leave --broker out, and it runs against that one. On an imp's agent put
// const HUB_NAME = "..."; in front.
//
// The objects build on each other: a connection carries sessions, a session carries senders and receivers. Each takes
// a moment to open, so each "open" call returns at once, and an event says when the object can be used.
//
// options: --define HUB_NAME=myhub.example.net

// Where messages go to and come from. A queue at the broker; the embedded one makes it when it is first asked for.
const QUEUE = "telemetry";

// The readings to send. On a device these would come from agent.send().
readings <- [
    { "sensor": "kitchen", "celsius": 21.5 },
    { "sensor": "cellar", "celsius": 11.0 },
    { "sensor": "attic", "celsius": 28.25 }
];

// The AMQP objects live in globals on purpose: an object closes as soon as nothing refers to it any more.
conn <- null;
session <- null;
sender <- null;
receiver <- null;

sent <- 0;
received <- 0;

// Every event of every object arrives here, because this function is passed to all of them.
// errorDetail is null unless the event is one of the ..._ERROR ones.
function onEvent(event, errorDetail) {
    if (errorDetail) {
        server.error(event + ": " + errorDetail);
        closeAll();
        return;
    }

    server.log(event);
    switch (event) {
        case "CONNECTION_OPEN":
            session = conn.opensession(onEvent);
            break;

        case "SESSION_OPEN":
            sender = session.opensender(QUEUE, onEvent);
            break;

        case "SENDER_OPEN":
            // The receiver is opened second, so that its event means: everything is ready.
            receiver = session.openreceiver(QUEUE, onEvent, onMessages);
            break;

        case "RECEIVER_OPEN":
            foreach (reading in readings) send(reading);
            break;

        default:
            // One of the ..._CLOSED events: the broker has ended something.
            closeAll();
    }
}

// Send one reading.
function send(reading) {
    // The body is bytes. What is said about it travels beside it, as properties.
    local body = reading.sensor + " " + reading.celsius;
    local message = amqp.createbinarymessage(body, { "sensor": reading.sensor, "unit": "celsius" });

    // A transfer is one attempt to send one message. It waits until the broker is ready to take the message, and the
    // function is called when the broker has taken responsibility for it. There is no need to keep the transfer.
    local transfer = sender.createtransfer(message);
    transfer.sendasync(function() {
        sent++;
        server.log("Sent " + sent + ": " + body);
        closeIfDone();
    });
}

// Messages come in batches: an array of deliveries, each of which holds a message and wants an answer.
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local message = delivery.message();
        local properties = message.properties();
        received++;
        server.log("Received " + received + ": " + message.body().tostring() + " from " + properties.sensor);

        // Other answers are reject() and release(). A delivery that gets no answer counts as accepted.
        delivery.accept();
        server.log("Accepted " + received);
    }
    closeIfDone();
}

function closeIfDone() {
    if (sent == readings.len() && received == readings.len()) closeAll();
}

// An object closes when the last reference to it goes. It has no more events from then on: closing is our own doing.
function closeAll() {
    receiver = null;
    server.log("Receiver closed");
    sender = null;
    server.log("Sender closed");
    session = null;
    server.log("Session closed");
    conn = null;
    server.log("Connection closed");
    // Nothing is left that could happen, so the run ends here.
}

server.log("Connecting to " + HUB_NAME);
conn = amqp.openconnection("amqps://" + HUB_NAME, onEvent);

// What impsim test looks for; what is sent and what comes back cross on the way:
//
// expect log: Connecting to myhub.example.net
// expect log: CONNECTION_OPEN
// expect log: SESSION_OPEN
// expect log: SENDER_OPEN
// expect log: RECEIVER_OPEN
// expect log anywhere: Sent 1: kitchen 21.5
// expect log anywhere: Received 1: kitchen 21.5 from kitchen
// expect log anywhere: Accepted 1
// expect log anywhere: Sent 2: cellar 11
// expect log anywhere: Received 2: cellar 11 from cellar
// expect log anywhere: Accepted 2
// expect log anywhere: Sent 3: attic 28.25
// expect log anywhere: Received 3: attic 28.25 from attic
// expect log anywhere: Accepted 3
// expect log: Receiver closed
// expect log: Sender closed
// expect log: Session closed
// expect log: Connection closed
