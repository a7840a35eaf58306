// A start before the array throws.
// differs: stock makes items out of nothing
[1, 2].slice(-5)             // expect error: slice out of range
