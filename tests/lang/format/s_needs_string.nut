// %s takes strings only.
format("%s", 5)                      // expect error: string expected for the specified format
