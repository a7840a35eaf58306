// A start before the string throws.
// differs: stock reads outside the string
"abc".slice(-5)              // expect error: slice out of range
