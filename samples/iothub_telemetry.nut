// A device of an IoT hub, over AMQP 1.0: authorise with a shared access signature, send telemetry, obey messages.
//
// The hub is one that lives in impsim, or a real one. In one terminal
//
//     impsim broker --profile iothub --tls-port 5671 --ca-out ca.pem --admin-port 8080 --device lamp
//
// which shows the connection string of the device lamp. In another terminal
//
//     impsim run --tls-ca ca.pem --connect-to hub.example:5671=127.0.0.1:5671 \
//         --define DEVICE="HostName=hub.example;DeviceId=lamp;SharedAccessKey=..." samples/iothub_telemetry.nut
//
// and in a third
//
//     curl http://127.0.0.1:8080/devices/lamp/messages/events
//     curl -d on http://127.0.0.1:8080/devices/lamp/messages/devicebound
//
// The words that the lamp understands are on, off, later and quit.
//
// skip: needs an IoT hub

const CBS = "$cbs";
const TOKEN_LIFE = 3600;
const READING_EVERY = 10.0;

// What is in the connection string. The key may end in =, so each part is taken apart at its first = only.
settings <- {};
foreach (part in split(DEVICE, ";")) {
    local at = part.find("=");
    settings[part.slice(0, at)] <- part.slice(at + 1);
}
host <- settings.HostName;
device <- settings.DeviceId;
resource <- host + "/devices/" + device;

// The AMQP objects live in globals: an object closes as soon as nothing refers to it any more.
connection <- null;
session <- null;
// The two links to $cbs, where tokens go to and where the answers come from.
tokenReceiver <- null;
tokenSender <- null;
// The two links that need a token.
events <- null;
messages <- null;

readings <- 0;
timer <- null;
// Whether a new token is on its way.
renewing <- false;

function encoded(text) {
    return http.urlencode({ "s": text }).slice(2);
}

// A shared access signature: the resource and the time until which it is good, signed with the key of the device.
function signature() {
    local expiry = time() + TOKEN_LIFE;
    local hash = http.hash.hmacsha256(resource + "\n" + expiry, http.base64decode(settings.SharedAccessKey));
    return "SharedAccessSignature sr=" + resource + "&sig=" + encoded(http.base64encode(hash)) + "&se=" + expiry;
}

function putToken() {
    local request = amqp.createmessage(signature(), {
        "operation": "put-token",
        "type": "azure-devices.net:sastoken",
        "name": resource
    });
    tokenSender.createtransfer(request).sendasync(function() {});
}

function onConnection(event, error) {
    if (event == "CONNECTION_OPEN") {
        session = connection.opensession(onSession);
        return;
    }
    server.error(error ? error : event);
    close();
}

function onSession(event, error) {
    if (event == "SESSION_OPEN") {
        tokenReceiver = session.openreceiver(CBS, onTokenLink, onTokenAnswer);
    } else {
        server.error(error ? error : event);
    }
}

function onTokenLink(event, error) {
    switch (event) {
        case "RECEIVER_OPEN":
            tokenSender = session.opensender(CBS, onTokenLink);
            break;
        case "SENDER_OPEN":
            putToken();
            break;
        default:
            if (error) server.error(error);
    }
}

// The hub has looked at the token.
function onTokenAnswer(deliveries) {
    foreach (delivery in deliveries) {
        local answer = delivery.message().properties();
        delivery.accept();
        if (answer["status-code"] != 200) {
            server.error("Token refused: " + answer["status-description"]);
            close();
            return;
        }
        server.log("Token accepted");
        renewing = false;
        // At first neither link is open; after a renewal these are the ones that the hub has closed.
        if (!isOpen(events)) events = session.opensender("/devices/" + device + "/messages/events", onEvents);
        if (!isOpen(messages)) {
            messages = session.openreceiver("/devices/" + device + "/messages/devicebound", onMessagesLink, onMessages);
        }
    }
}

function onEvents(event, error) {
    if (event == "SENDER_OPEN") {
        if (timer == null) sendReading();
    } else {
        events = null;
        onLinkEnded(error);
    }
}

function onMessagesLink(event, error) {
    if (event == "RECEIVER_OPEN") {
        server.log("Waiting for messages");
    } else {
        messages = null;
        onLinkEnded(error);
    }
}

// When a token expires, the hub closes the links that it was for, and nothing else: a new token, and on it goes. Both
// links end at the same time; for the first one that is heard of a new token is put.
function onLinkEnded(error) {
    // When everything is lost, the connection's own event says why; it comes last.
    if (!isOpen(connection)) return;
    if (error == null || error.find("unauthorized-access") == null) {
        server.error(error ? error : "the hub has closed a link");
        close();
    } else if (!renewing) {
        renewing = true;
        server.log("Token expired");
        putToken();
    }
}

function sendReading() {
    timer = imp.wakeup(READING_EVERY, sendReading);
    // While a token is being renewed there is no link to send on.
    if (!isOpen(events)) return;
    readings++;
    local body = http.jsonencode({ "reading": readings, "celsius": 21.5 });
    events.createtransfer(amqp.createbinarymessage(body, { "alert": false })).sendasync(function() {
        server.log("Sent " + body);
    });
}

// Every message wants an answer: accept() and it is done, reject() and it is put aside, release() and it comes again,
// ten times at most.
function onMessages(deliveries) {
    foreach (delivery in deliveries) {
        local word = delivery.message().body().tostring();
        switch (word) {
            case "on":
            case "off":
                server.log("The lamp is " + word);
                delivery.accept();
                break;
            case "later":
                server.log("Not now");
                delivery.release();
                break;
            case "quit":
                delivery.accept();
                // What was said about a message goes out before the link closes.
                close();
                return;
            default:
                server.log("Not understood: " + word);
                delivery.reject();
        }
    }
}

function isOpen(object) {
    return object != null && object.isopen();
}

function close() {
    if (timer) imp.cancelwakeup(timer);
    timer = events = messages = tokenSender = tokenReceiver = session = connection = null;
    server.log("Closed");
}

connection = amqp.openconnection("amqps://" + host, onConnection);
