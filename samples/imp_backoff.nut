// Tries something again and again, each time after a longer wait, until it works: what agents do with a service that is
// down. With --fast the waits take no time.
//
//     impsim run --fast samples/imp_backoff.nut

attempts <- 0;

function attempt(wait) {
    attempts++;
    if (attempts < 5) {
        server.log("attempt " + attempts + " failed, again in " + wait + " s");
        imp.wakeup(wait, @() attempt(wait * 2));
        return;
    }
    server.log("attempt " + attempts + " worked, after " + (time() - started) / 60 + " minutes");
}

started <- time();
attempt(10);
// expect log: attempt 1 failed, again in 10 s
// expect log: attempt 2 failed, again in 20 s
// expect log: attempt 3 failed, again in 40 s
// expect log: attempt 4 failed, again in 80 s
// expect log: attempt 5 worked, after 2 minutes
