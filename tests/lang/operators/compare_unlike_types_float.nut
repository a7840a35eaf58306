// A float in the message is printed long.
0.1 < "x"                    // expect error: comparison between '0.10000000149012' and 'x'
