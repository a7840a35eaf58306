// remove outside throws.
[1].remove(1)                // expect error: idx out of range
