// A slice outside throws.
"abc".slice(1, 9)            // expect error: slice out of range
