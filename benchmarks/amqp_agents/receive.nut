// Receives COUNT messages, reads their bodies and accepts them; logs the microseconds from the first to the last.

received <- 0;
characters <- 0;
started <- null;

function microseconds(since) {
    local now = date();
    return (now.time - since.time) * 1000000 + now.usec - since.usec;
}

function onMessages(deliveries) {
    if (started == null) started = date();
    foreach (delivery in deliveries) {
        characters += delivery.message().body().len();
        delivery.accept();
    }
    received += deliveries.len();
    if (received >= COUNT) {
        server.log(microseconds(started));
        receiver = session = connection = null;
    }
}

function onEvent(event, error) {
    if (error) throw error;
    if (event == "CONNECTION_OPEN") session = connection.opensession(onEvent);
    if (event == "SESSION_OPEN") receiver = session.openreceiver(ADDRESS, onEvent, onMessages);
}

receiver <- null;
session <- null;
connection <- amqp.openconnection(URL, onEvent);
