// The variable of for ends with the loop.
for (local i = 0; i < 3; i++) {}
i                            // expect error: the index 'i' does not exist
