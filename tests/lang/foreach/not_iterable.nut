// An integer cannot be iterated.
foreach (v in 5) {}          // expect error: cannot iterate integer
