// Keeps settings from run to run: loads what was saved, fills in what is missing, saves what has changed.
//
//     impsim run --store settings.db samples/server_settings.nut
//
// Without --store the settings live as long as the run.

local DEFAULTS = { interval = 300, unit = "celsius" };

settings <- server.load();
foreach (name, value in DEFAULTS) {
    if (!(name in settings)) settings[name] <- value;
}
settings.runs <- "runs" in settings ? settings.runs + 1 : 1;
server.save(settings);

server.log("run " + settings.runs);                                  // expect log: run 1
server.log("every " + settings.interval + " s in " + settings.unit); // expect log: every 300 s in celsius
