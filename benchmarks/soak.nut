// Opens connections over and over for SECONDS, with sessions, links and messages on them, to a peer that is sound (CLEAN),
// to one that breaks in some way (FAULTY) and to one that is not there (REFUSED). Keeps account of every message.

const MESSAGES = 40;
const PATIENCE = 5;
const FAULTY_PATIENCE = 0.5;
const LINK_ROUNDS = 4;

rounds <- 0;
counts <- {settled = 0, received = 0, lost = 0, refused = 0, broken = 0};
ending <- time() + SECONDS;

function fault(text) {
    server.error("FAULT " + text);
}

// One connection, and everything that is done with it.
class Round {
    number = 0;
    sound = true;
    queue = null;
    connection = null;
    session = null;
    sender = null;
    receiver = null;
    kept = null;
    outstanding = 0;
    received = 0;
    linkRounds = 0;
    timer = null;
    over = false;

    constructor(url, isSound) {
        number = ++::rounds;
        sound = isSound;
        // What a broken connection leaves in its queue is for another one of the kind.
        queue = sound ? "clean" : "faulty" + number % 50;
        kept = [];
        // Weak, so that the round goes when the global variable lets go of it.
        local me = this.weakref();
        connection = amqp.openconnection(url, function(event, error) { if (me.ref()) me.ref().onEvent(event, error); });
        timer = imp.wakeup(sound ? PATIENCE : FAULTY_PATIENCE, function() { if (me.ref()) me.ref().onTimeout(); });
    }

    function onEvent(event, error) {
        switch (event) {
            case "CONNECTION_OPEN":
                session = connection.opensession();
                break;
            case "SESSION_OPEN":
                openLinks();
                break;
            case "SENDER_OPEN":
                for (local i = 0; i < MESSAGES; i++) send(i);
                break;
            case "RECEIVER_OPEN":
                break;
            default:
                if (sound) fault(event + " " + error);
                finish(event == "CONNECTION_ERROR" && received == 0 ? "refused" : "broken");
        }
    }

    function openLinks() {
        local me = this.weakref();
        received = 0;
        receiver = session.openreceiver(queue, null, function(deliveries) {
            if (me.ref()) me.ref().onMessages(deliveries);
        });
        sender = session.opensender(queue);
    }

    function send(i) {
        local settled = false, me = this.weakref();
        outstanding++;
        local message = i % 2 ? amqp.createmessage("m" + i, {number = i}) : amqp.createbinarymessage("m" + i);
        sender.createtransfer(message).sendasync(function() {
            if (settled) fault("a message was settled twice");
            settled = true;
            counts.settled++;
            if (me.ref()) me.ref().onSettled();
        });
    }

    function onSettled() {
        outstanding--;
        next();
    }

    function onMessages(deliveries) {
        foreach (index, delivery in deliveries) {
            received++;
            counts.received++;
            switch (received % 4) {
                case 0: delivery.accept(); break;
                case 1: delivery.reject(); break;
                case 2: kept.append(delivery); break;
                // Else it is accepted when it is dropped.
            }
        }
        if (kept.len() > 3) kept.clear();
        // Accepts the rest, before the receiver closes.
        deliveries.clear();
        next();
    }

    // Goes on when all messages of this pair of links are there and settled.
    function next() {
        if (over || outstanding > 0 || received < MESSAGES) return;
        if (sound && received > MESSAGES) fault("more messages than were sent");
        kept.clear();
        if (++linkRounds == LINK_ROUNDS) {
            finish(null);
            return;
        }
        switch (number % 3) {
            case 0: sender = receiver = null; break;
            case 1: sender.close(); receiver.close(); break;
            case 2: session.close(); session = connection.opensession(); return;
        }
        openLinks();
    }

    function onTimeout() {
        if (sound) fault("not done in time: " + received + " received, " + outstanding + " not settled");
        finish("broken");
    }

    function finish(how) {
        if (over) return;
        over = true;
        if (how != null) counts[how]++;
        counts.lost += outstanding;
        imp.cancelwakeup(timer);
        // In another order each time.
        switch (number % 4) {
            case 0: connection = session = sender = receiver = null; break;
            case 1: sender = null; receiver = null; session = null; connection = null; break;
            case 2: connection.close(); break;
            // Else everything goes with the round itself.
        }
        imp.wakeup(0, begin);
    }
}

function begin() {
    round = null;
    if (time() >= ending) {
        server.log(http.jsonencode(counts) + " in " + rounds + " rounds");
        return;
    }
    local kind = rounds % 6;
    round = kind == 5 ? Round(REFUSED, false) : kind % 2 ? Round(FAULTY, false) : Round(CLEAN, true);
}

round <- null;
begin();
