// The example of the documentation page of amqpsession.opensender(), completed: the page breaks off in the middle.
//
//     impsim run --broker --define HUB_NAME=myhub.example.net samples/amqp_documented.nut
//
// What the page has is kept as it is, the missing "break" after CONNECTION_OPEN included: on that event the code falls
// through and asks for a sender on a session that is not open yet. That is allowed, it waits for the session. When
// SESSION_OPEN comes the code opens another sender, and the first one closes, as nothing refers to it any more.
//
// options: --define HUB_NAME=myhub.example.net

conn <- null;
session <- null;
sender <- null;

function amqpConnectionManager(event, errorDetail) {
  // Received an event from the AMQP connection
  if (errorDetail) {
    server.error(event + ": " + errorDetail);
    sender = session = conn = null;
  } else {
    server.log(event);
    switch(event) {
      case "CONNECTION_OPEN":
        session = conn.opensession(amqpConnectionManager);

      case "SESSION_OPEN":
        if (session) sender = session.opensender("$cbs", amqpConnectionManager);
        break;

      case "SENDER_OPEN":
        // The sender is ready: present a token, as brokers that know "$cbs" want it.
        local properties = {
          "operation": "put-token",
          "type": "azure-devices.net:sastoken",
          "name": HUB_NAME + "/devices/my-device"
        };
        local message = amqp.createmessage("SharedAccessSignature sr=example", properties);
        sender.createtransfer(message).sendasync(function() {
          server.log("Token sent");
          sender = session = conn = null;
        });
    }
  }
}

// Initiate the connection
local url = "amqps://" + HUB_NAME + "";
conn = amqp.openconnection(url, amqpConnectionManager);

// What impsim test looks for:
//
// expect log: CONNECTION_OPEN
// expect log: SESSION_OPEN
// expect log: SENDER_OPEN
// expect log: Token sent
