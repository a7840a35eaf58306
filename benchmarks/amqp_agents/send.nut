// Sends COUNT messages of SIZE characters, WINDOW of them at a time, and logs the microseconds until all are settled.

body <- "";
for (local i = 0; i < SIZE; i++) body += "x";
sent <- 0;
settled <- 0;
started <- null;

function microseconds(since) {
    local now = date();
    return (now.time - since.time) * 1000000 + now.usec - since.usec;
}

function send() {
    sent++;
    sender.createtransfer(amqp.createmessage(body)).sendasync(onSettled);
}

function onSettled() {
    settled++;
    if (sent < COUNT) {
        send();
    } else if (settled == COUNT) {
        server.log(microseconds(started));
        sender = session = connection = null;
    }
}

function onEvent(event, error) {
    if (error) throw error;
    if (event == "CONNECTION_OPEN") session = connection.opensession(onEvent);
    if (event == "SESSION_OPEN") sender = session.opensender(ADDRESS, onEvent);
    if (event == "SENDER_OPEN") {
        started = date();
        for (local i = 0; i < WINDOW && sent < COUNT; i++) send();
    }
}

sender <- null;
session <- null;
connection <- amqp.openconnection(URL, onEvent);
