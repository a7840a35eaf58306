// Download something large without keeping it in memory, and go on where a broken connection left off.
//
//     impsim run --define FILE_URL=https://files.example/large.bin samples/http_download.nut
//
// For a desk, any web server on this machine will do:
//
//     python3 -m http.server 8000
//
// skip: needs a web server

const ATTEMPTS = 5;

received <- 0;
lines <- 0;
total <- null;
attempts <- 0;
shown <- 0;

function onPiece(content) {
    received += content.len();
    // Here a piece would be looked at, sent on to the device, or added to a checksum.
    foreach (character in content) if (character == '\n') lines++;
    if (received - shown >= 1048576) {
        shown = received;
        server.log(received / 1024 + " KB");
    }
}

function onDone(response) {
    local status = response.statuscode;
    if (status == 200 || status == 206 || (status == 416 && received > 0)) {
        server.log("Done: " + received + " bytes, " + lines + " lines");
        return;
    }
    // Below 100 the connection failed: 18 and 56 are a transfer that broke off, 28 is the time limit.
    if (status < 100 && attempts < ATTEMPTS) {
        server.log("Broken off after " + received + " bytes (" + status + "), going on");
        imp.wakeup(0.2 * attempts, download);
        return;
    }
    server.error("Download failed: " + status);
}

function download() {
    attempts++;
    local headers = {};
    if (received > 0) headers["Range"] <- "bytes=" + received + "-";
    http.get(FILE_URL, headers).sendasync(onDone, onPiece, 3600);
}

download();
