// A slice outside throws.
[1, 2].slice(0, 5)           // expect error: slice out of range
