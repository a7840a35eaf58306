// Sends a message of SIZE characters, waits until it comes back, and sends the next; logs the median in microseconds.

body <- "";
for (local i = 0; i < SIZE; i++) body += "x";
times <- [];
sentAt <- null;

function microseconds(since) {
    local now = date();
    return (now.time - since.time) * 1000000 + now.usec - since.usec;
}

function ignore() {}

function send() {
    sentAt = date();
    sender.createtransfer(amqp.createmessage(body)).sendasync(ignore);
}

function onMessages(deliveries) {
    times.append(microseconds(sentAt));
    deliveries[0].accept();
    if (times.len() < COUNT) {
        send();
    } else {
        times.sort();
        server.log(times[COUNT / 2]);
        receiver = sender = session = connection = null;
    }
}

function onEvent(event, error) {
    if (error) throw error;
    if (event == "CONNECTION_OPEN") session = connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver = session.openreceiver(ADDRESS, onEvent, onMessages);
    if (event == "RECEIVER_OPEN") sender = session.opensender(ADDRESS, onEvent);
    if (event == "SENDER_OPEN") send();
}

receiver <- null;
sender <- null;
session <- null;
connection <- amqp.openconnection(URL, onEvent);
