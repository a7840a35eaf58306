// The device's half of samples/device_agent.nut: it takes a reading whenever it is time, and sends it to the agent.

// impsim has no pins. This table stands for a thermometer; on an imp, read yours.
sensor <- {
    taken = 0,
    read = function() {
        return 22.5 + 10 * math.sin(taken++ * 0.5);
    }
};

missed <- 0;
seconds <- 3600;
timer <- null;

function report() {
    local reading = { "celsius": sensor.read(), "number": sensor.taken };
    // A message is lost without a connection, and the code that agent.send returns says so.
    if (agent.send("reading", reading) != 0) missed++;
    else if (missed > 0) {
        agent.send("missed", missed);
        missed = 0;
    }
    timer = imp.wakeup(seconds, report);
}

agent.on("settings", function(settings) {
    seconds = settings.seconds;
    server.log("a reading every " + seconds + " s");
    if (timer == null) report();
});

agent.on("stop", function(nothing) {
    imp.cancelwakeup(timer);
});
