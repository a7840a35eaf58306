// A small REST API: a shelf of readings that others add to, look at and clear.
//
//     impsim run --http 8080 samples/http_rest.nut
//
// shows the agent's URL. In another terminal, with that URL as $URL:
//
//     curl $URL/readings -d '{"sensor": "attic", "celsius": 21.5}'
//     curl "$URL/readings?limit=3"
//     curl $URL/readings/1
//     curl -X DELETE $URL/readings
//     curl $URL/next        # waits for the next reading
//
// Run it with --store FILE, and the readings are there again the next time.
//
// It waits for requests for ever; impsim test lets it do so for a second:
//
// options: --timeout 1
// expect exit: 124

const MOST = 100;

readings <- [];
// Responses of clients that wait for the next reading.
waiting <- [];

local saved = server.load();
if ("readings" in saved) readings = saved.readings;

function answer(response, status, value) {
    response.header("Content-Type", "application/json");
    response.send(status, http.jsonencode(value) + "\n");
}

function refuse(response, status, text) {
    answer(response, status, { "error": text });
}

function add(request, response) {
    local reading = null;
    try {
        reading = http.jsondecode(request.body);
    } catch (error) {
        refuse(response, 400, error);
        return;
    }
    if (typeof reading != "table" || !("sensor" in reading) || !("celsius" in reading)) {
        refuse(response, 422, "a reading has a sensor and celsius");
        return;
    }
    readings.append(reading);
    if (readings.len() > MOST) readings.remove(0);
    server.save({ "readings": readings });
    answer(response, 201, reading);
    foreach (other in waiting) answer(other, 200, reading);
    waiting.clear();
}

function list(request, response) {
    local limit = "limit" in request.query ? request.query.limit.tointeger() : MOST;
    local start = readings.len() > limit ? readings.len() - limit : 0;
    answer(response, 200, readings.slice(start));
}

function clear(request, response) {
    readings.clear();
    server.save({});
    response.send(204, "");
}

function one(number, response) {
    if (number < 1 || number > readings.len()) refuse(response, 404, "there is no reading " + number);
    else answer(response, 200, readings[number - 1]);
}

routes <- {
    "POST /readings": add,
    "GET /readings": list,
    "DELETE /readings": clear,
    "GET /next": function(request, response) { waiting.append(response); }
};

http.onrequest(function(request, response) {
    // Whatever a client sends: an error here must not end the agent.
    try {
        server.log(request.method + " " + request.path);
        local parts = split(request.path, "/");
        local route = request.method + " /" + (parts.len() ? parts[0] : "");
        if (parts.len() == 2 && route == "GET /readings") one(parts[1].tointeger(), response);
        else if (parts.len() == 1 && route in routes) routes[route](request, response);
        else refuse(response, 404, "there is no " + request.method + " " + request.path);
    } catch (error) {
        server.error(error);
        refuse(response, 500, "something went wrong");
    }
});

server.log("Ready at " + http.agenturl());
