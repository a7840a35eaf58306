// Talk to a web API in JSON: send a reading, and ask for the latest ones. What may work later is tried again.
//
//     impsim run --define API=https://api.example/v1 --define KEY=... samples/http_json.nut
//
// The API is one that takes POST /readings and gives GET /readings?limit=3. One for a desk is the agent next door, which
// keeps what it is sent:
//
//     impsim run --http 8080 samples/http_rest.nut
//
// and its URL, shown at the start, is the API then.
//
// skip: needs a web API

const ATTEMPTS = 4;

// Requests are plain tables here, since an httprequest can be sent only once.
function send(verb, path, body, done, attempt = 1) {
    local headers = { "Accept": "application/json", "Authorization": "Bearer " + KEY };
    if (body != null) headers["Content-Type"] <- "application/json";
    local request = http.request(verb, API + path, headers, body == null ? "" : http.jsonencode(body));
    request.setvalidation(VALIDATE_USING_SYSTEM_CA_CERTS);
    request.sendasync(function(response) {
        local status = response.statuscode;
        if (mayWorkLater(status) && attempt < ATTEMPTS) {
            local wait = "retry-after" in response.headers ? response.headers["retry-after"].tofloat() : 0.5 * attempt;
            server.log(verb + " " + path + ": " + status + ", again in " + wait + " s");
            imp.wakeup(wait, function() {
                send(verb, path, body, done, attempt + 1);
            });
            return;
        }
        done(status, decoded(response));
    }, null, 30);
}

// Below 100 there was no answer at all: 6 is an unknown host, 7 a refused connection, 28 a timeout.
function mayWorkLater(status) {
    return status < 100 || status == 429 || status >= 500;
}

function decoded(response) {
    try {
        return http.jsondecode(response.body);
    } catch (error) {
        return null;
    }
}

function onSent(status, answer) {
    if (status < 200 || status >= 300) {
        server.error("The reading was not taken: " + status);
        return;
    }
    server.log("Sent");
    send("GET", "/readings?" + http.urlencode({ "limit": 3 }), null, onReadings);
}

function onReadings(status, answer) {
    if (status != 200 || typeof answer != "array") {
        server.error("No readings: " + status);
        return;
    }
    foreach (reading in answer) server.log(reading.sensor + ": " + reading.celsius + " °C");
}

send("POST", "/readings", { "sensor": "attic", "celsius": 21.5 }, onSent);
