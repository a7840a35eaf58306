// Checks the signature of a message as services put it into a header: an HMAC of the body with a secret that both know,
// in hexadecimal. crypto.equals takes the same time wherever two strings differ.
//
//     impsim run samples/crypto_webhook.nut

const SECRET = "It is a secret to everybody";

function hex(bytes) {
    local text = "";
    foreach (byte in bytes) text += format("%02x", byte);
    return text;
}

function isGenuine(body, signature) {
    return crypto.equals(hex(crypto.hmacsha256(body, SECRET)), signature);
}

local body = "{\"device\":\"lamp\",\"on\":true}";
local signature = hex(http.hash.hmacsha256(body, SECRET));

server.log(isGenuine(body, signature));                  // expect log: true
server.log(isGenuine(body + " ", signature));            // expect log: false
