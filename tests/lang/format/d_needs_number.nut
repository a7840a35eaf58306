// %d takes numbers only.
format("%d", "5")                    // expect error: integer expected for the specified format
