// An uncaught string is the message.
throw "my error"             // expect error: my error
