// Nor a function.
foreach (v in print) {}      // expect error: cannot iterate function
