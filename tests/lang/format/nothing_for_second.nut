// One argument for two conversions.
format("%s %s", "a")         // expect error: not enough paramters for the given format string
